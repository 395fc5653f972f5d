package org.isoscope.study.claims;

/**
 * What a claim's effect is compared with. Which of them block which claim, {@link
 * Hypothesis#blocking} says; the others tell where an effect comes from.
 */
public enum ControlKind {
  /** The untrained model as before and after: an effect of exactly 0. */
  NO_TRAINING("no training"),
  /** Two seeds of the arm as before and after, each seed in one pair. */
  TWO_SEEDS("two seeds of the arm, one as before, one as after"),
  /** The untrained model moved towards its origin until its anisotropy is the trained one's. */
  TRANSLATED("the untrained model, only translated"),
  /** Trained with the positives of other sentences: the repelling term alone. */
  SHUFFLED_POSITIVES("shuffled positives"),
  /** Trained from random weights. */
  RANDOM_INITIALIZATION("random initialization"),
  /** Class labels exchanged among types of like frequency. */
  PERMUTED_CLASSES("permuted class labels"),
  /** Isotropic noise with the vectors' norms in place of the vectors. */
  ISOTROPIC_NOISE("isotropic noise of the same norms"),
  /** The untrained model, whitened. */
  WHITENED("the untrained model, whitened"),
  /** The untrained model without its first principal components. */
  ALL_BUT_THE_TOP("the untrained model, all but the top"),
  /** Trained to spread alone, without contrast (global orthogonal regularization). */
  ORTHOGONAL_REGULARIZATION("global orthogonal regularization, no contrast");

  private final String title;

  ControlKind(String title) {
    this.title = title;
  }

  /** As a person reads it. */
  public String title() {
    return title;
  }
}
