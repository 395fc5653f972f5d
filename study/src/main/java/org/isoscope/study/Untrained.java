package org.isoscope.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.evaluation.Estimand;
import org.isoscope.evaluation.ReferenceText;
import org.isoscope.evaluation.ReferenceVectors;
import org.isoscope.geometry.BlockJackknife;
import org.isoscope.results.Evidence;
import org.isoscope.results.TestedTypes;
import org.jspecify.annotations.Nullable;

/**
 * What a model makes of a reference text before it is trained, kept until the training has ended:
 * what it is compared with, and what its controls are derived from.
 *
 * @param text the reference text
 * @param vectors of the last layer
 * @param states as it is; where wanted whitened and less its first components; noise in its place
 * @param types the figures of each token type as it is
 */
record Untrained(
    ReferenceText text,
    ReferenceVectors vectors,
    List<Evidence.State> states,
    List<BlockJackknife.TypeFigures> types) {

  /** Draws the noise: the same in all trainings that are compared. */
  private static final long NOISE_SEED = 1;

  /**
   * Measures a model as it is, and what controls are derived from it.
   *
   * @param attributed whether to measure, too, what tells where an effect comes from and decides no
   *     claim: whitened, and less its first components. It takes the time of some thousand tokens'
   *     forward pass
   */
  static Untrained of(Encoder encoder, Pooling pooling, ReferenceText text, boolean attributed) {
    ReferenceVectors vectors = ReferenceVectors.of(encoder, pooling, text);
    List<Evidence.State> states = new ArrayList<>();
    states.add(vectors.measure(Evidence.BEFORE, 0));
    if (attributed) {
      states.add(vectors.whitened().measure(Evidence.WHITENED, null));
      states.add(vectors.allButTheTop().measure(Evidence.ALL_BUT_THE_TOP, null));
    }
    states.add(vectors.noise(NOISE_SEED).measure(Evidence.NOISE, null));
    return new Untrained(text, vectors, List.copyOf(states), vectors.typeFigures());
  }

  /**
   * What a training has changed.
   *
   * @param evidence for the claims
   * @param types which token types' contextualization changed
   */
  record Change(Evidence evidence, TestedTypes types) {}

  /**
   * Measures the model after a training, against this one.
   *
   * @param model its name
   * @param trained the model after it
   * @param step of the training
   */
  Change change(String model, Encoder trained, Pooling pooling, @Nullable Integer step) {
    ReferenceVectors own = ReferenceVectors.of(trained, pooling, text);
    Evidence.State after = own.measure(Evidence.AFTER, step);
    List<Evidence.State> all = new ArrayList<>(states.subList(0, 1));
    all.add(after);
    Double anisotropy = value(after, Estimand.ANISOTROPY);
    if (anisotropy != null) {
      all.add(vectors.translated(anisotropy).measure(Evidence.TRANSLATED, null));
    }
    all.addAll(states.subList(1, states.size()));
    return new Change(
        text.evidence(model, all),
        TypeTests.of(text.description().name(), text.types(), types, own.typeFigures()));
  }

  static @Nullable Double value(Evidence.State state, Estimand estimand) {
    return state.estimates().stream()
        .filter(estimate -> estimate.key().equals(estimand.key()))
        .map(Evidence.Estimate::value)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
