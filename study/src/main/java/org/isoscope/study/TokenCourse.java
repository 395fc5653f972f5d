package org.isoscope.study;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.Encoder;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TokenView;

/**
 * The token views of a training, one at every probe; {@code tokens.json} is brought up to date with
 * each.
 */
final class TokenCourse {
  /** Labels of the two ends. */
  private static final String BEFORE = "before";

  private static final String AFTER = "after";

  private final TokenViews chosen;
  private final ResultDirectory results;
  private final List<List<TokenView.View>> views = new ArrayList<>(); // [probes][sentences]

  /** A course of a training that begins. */
  TokenCourse(TokenViews chosen, ResultDirectory results) {
    this.chosen = chosen;
    this.results = results;
  }

  /**
   * Takes up what an earlier part of the training has left.
   *
   * @param from the step that it goes on from, whose probe is taken again
   */
  void resume(int from) {
    TokenView left = results.tokens().orElse(null);
    if (left == null || left.sentences().isEmpty()) {
      return;
    }
    int count = left.sentences().get(0).views().size();
    for (int v = 0; v < count; v++) {
      List<TokenView.View> view = new ArrayList<>();
      for (TokenView.Sentence sentence : left.sentences()) {
        view.add(sentence.views().get(v));
      }
      Integer step = view.get(0).step();
      if (step != null && step < from) {
        views.add(view);
      }
    }
  }

  /** Measures the encoder as it is at a probe, and writes the file. */
  void take(Encoder encoder, int step, boolean last) {
    if (step == 0) {
      views.add(chosen.measure(encoder, BEFORE, step));
    }
    if (last || step > 0) {
      views.add(chosen.measure(encoder, last ? AFTER : "step " + step, step));
    }
    results.write(chosen.join(views));
  }
}
