package org.isoscope.study;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.evaluation.MeasuredTokens;
import org.isoscope.evaluation.TokenProjection;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TokenView;
import org.isoscope.training.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * The token views of a training, one at every probe; {@code tokens.json} is brought up to date with
 * each, and all its views put into the picture that they make together. The vectors that this takes
 * lie in the checkpoints, {@value #VECTORS}: a tensor {@code [tokens, d]} a step, under its number.
 */
final class TokenCourse {
  /** Of a checkpoint: the last layer's vectors at every probe before it. */
  static final String VECTORS = "token-vectors.safetensors";

  /** Labels of the two ends. */
  private static final String BEFORE = "before";

  private static final String AFTER = "after";

  private final TokenViews chosen;
  private final ResultDirectory results;
  private final TokenProjection projection = new TokenProjection();
  private final List<MeasuredTokens> taken = new ArrayList<>(); // a probe each

  /** A course of a training that begins. */
  TokenCourse(TokenViews chosen, ResultDirectory results) {
    this.chosen = chosen;
    this.results = results;
  }

  /**
   * Takes up what an earlier part of the training has left; nothing where that is of other
   * sentences.
   *
   * @param from where it goes on; the probe of this step is taken again
   * @throws org.isoscope.io.UserError where the vectors are not those of these sentences
   */
  void resume(Encoder encoder, Checkpoint from) {
    TokenView left = results.tokens().orElse(null);
    if (left == null
        || left.sentences().isEmpty()
        || !left.sentences().stream()
            .map(TokenView.Sentence::text)
            .toList()
            .equals(chosen.sentences())) {
      return;
    }
    Path file = from.directory().resolve(VECTORS);
    try (Safetensors saved = Files.exists(file) ? Safetensors.open(file) : null) {
      int count = left.sentences().get(0).views().size();
      for (int v = 0; v < count; v++) {
        List<TokenView.View> views = new ArrayList<>();
        for (TokenView.Sentence sentence : left.sentences()) {
          views.add(sentence.views().get(v).withPositions(null));
        }
        Integer step = views.get(0).step();
        if (step != null && step < from.state().step()) {
          int d = encoder.config().hiddenSize();
          add(new MeasuredTokens(encoder.config().layers(), d, views, vectors(saved, step, d)));
        }
      }
    }
  }

  /** The vectors of each sentence at a step; null where they were not saved. */
  private @Nullable List<float[]> vectors(@Nullable Safetensors saved, int step, int d) {
    if (saved == null || !saved.tensors().containsKey(name(step))) {
      return null;
    }
    FloatBuffer all = saved.floats(name(step), chosen.text().tokens(), d);
    List<float[]> vectors = new ArrayList<>();
    for (int[] sentence : chosen.text().sentences()) {
      float[] own = new float[sentence.length * d];
      all.get(own);
      vectors.add(own);
    }
    return vectors;
  }

  /** Puts into a checkpoint what {@link #resume} takes from it. */
  void save(Path checkpoint) {
    List<Safetensors.Entry> entries = new ArrayList<>();
    for (MeasuredTokens tokens : taken) {
      List<float[]> vectors = tokens.vectors();
      if (vectors != null && !vectors.isEmpty()) {
        entries.add(
            new Safetensors.Entry(
                name(tokens.views().get(0).step()),
                List.of(chosen.text().tokens(), (long) tokens.dimension()),
                () -> joined(vectors)));
      }
    }
    if (!entries.isEmpty()) {
      Safetensors.write(checkpoint.resolve(VECTORS), Map.of(), entries);
    }
  }

  private static FloatBuffer joined(List<float[]> vectors) {
    FloatBuffer all = FloatBuffer.allocate(vectors.stream().mapToInt(own -> own.length).sum());
    vectors.forEach(all::put);
    return all.flip();
  }

  private static String name(@Nullable Integer step) {
    return String.valueOf(step);
  }

  /** Measures the encoder as it is at a probe, and writes the file. */
  void take(Encoder encoder, int step, boolean last) {
    if (step == 0) {
      add(chosen.measure(encoder, BEFORE, step));
    }
    if (last || step > 0) {
      add(chosen.measure(encoder, last ? AFTER : "step " + step, step));
    }
    results.write(chosen.join(taken, projection.fit()));
  }

  private void add(MeasuredTokens tokens) {
    taken.add(tokens);
    projection.add(tokens);
  }
}
