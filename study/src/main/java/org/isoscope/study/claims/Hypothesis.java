package org.isoscope.study.claims;

import static org.isoscope.evaluation.Estimand.ADJUSTED_INTRA_SENTENCE_SIMILARITY;
import static org.isoscope.evaluation.Estimand.ANISOTROPY;
import static org.isoscope.evaluation.Estimand.CENTROID_NORM;
import static org.isoscope.evaluation.Estimand.CONTENT_ADJUSTED_SELF_SIMILARITY;
import static org.isoscope.evaluation.Estimand.CONTENT_TYPE_CORRELATION;
import static org.isoscope.evaluation.Estimand.FUNCTION_ADJUSTED_SELF_SIMILARITY;
import static org.isoscope.evaluation.Estimand.FUNCTION_TYPE_CORRELATION;
import static org.isoscope.evaluation.Estimand.LOG_CENTROID_SHARE;
import static org.isoscope.evaluation.Estimand.SENTENCE_ANISOTROPY;
import static org.isoscope.evaluation.Estimand.SENTENCE_CORRELATION;
import static org.isoscope.evaluation.Estimand.TYPE_CORRELATION_CONTRAST;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.isoscope.evaluation.Estimand;
import org.jspecify.annotations.Nullable;

/**
 * The paper's claims C1 to C5, each as a hypothesis fixed before any step: the effect, after minus
 * before, of an estimand in the last layer lies beyond a margin. Source: Xiao, Long and Al Moubayed
 * 2023, arXiv 2212.09170. Together they are the family of tests of one arm.
 */
public enum Hypothesis {
  /** C1 of tokens: two tokens of different sentences are less alike than before. */
  TOKEN_ISOTROPY(
      "isotropy",
      "The token space becomes more isotropic",
      ANISOTROPY,
      "A, the mean cosine of two tokens of different groups of sentences",
      -0.02,
      null,
      "",
      "",
      List.of(),
      List.of("debiased-iso-score")),
  /** C1 of sentence embeddings. */
  SENTENCE_ISOTROPY(
      "isotropy",
      "The sentence space becomes more isotropic",
      SENTENCE_ANISOTROPY,
      "the mean cosine of two sentence embeddings of different groups",
      -0.02,
      null,
      "",
      "",
      List.of(),
      List.of("sentence-debiased-iso-score")),
  /** C2. */
  CONTENT_MITIGATED(
      "content-mitigated",
      "Spurious contextualization of content words is mitigated",
      CONTENT_TYPE_CORRELATION,
      "mean over content types of (s - B) / (1 - B)",
      0.02,
      CONTENT_ADJUSTED_SELF_SIMILARITY,
      "adjusted self-similarity s - A",
      "a cone that opens raises s - A by itself, whatever becomes of contexts",
      List.of("content"),
      List.of()),
  /** C3. */
  FUNCTION_AUGMENTED(
      "function-augmented",
      "Contextualization of function words is augmented",
      FUNCTION_TYPE_CORRELATION,
      "mean over function types of (s - B) / (1 - B)",
      -0.02,
      FUNCTION_ADJUSTED_SELF_SIMILARITY,
      "adjusted self-similarity s - A",
      "a cone that opens raises s - A by itself, whatever becomes of contexts",
      List.of("function"),
      List.of()),
  /** C2 - C3: the classes part. */
  CLASSES_PART(
      "function-augmented",
      "Function words become more contextual than content words do",
      TYPE_CORRELATION_CONTRAST,
      "(s - B) / (1 - B), mean over content types minus mean over function types",
      0.02,
      null,
      "",
      "",
      List.of("content", "function"),
      List.of()),
  /** C4. */
  CONVERGENCE(
      "convergence",
      "The tokens of a sentence converge",
      SENTENCE_CORRELATION,
      "(W - A) / (1 - A), W the mean cosine of different tokens of a sentence",
      0.02,
      ADJUSTED_INTRA_SENTENCE_SIMILARITY,
      "mean cosine of tokens with their sentence's mean, minus A",
      "the cosine with the mean contains the token itself, and A falls when the cloud is moved",
      List.of(),
      List.of()),
  /** C5. */
  ORIGIN(
      "origin",
      "The cloud's centroid moves to the origin",
      LOG_CENTROID_SHARE,
      "log(|mean x| / mean |x|)",
      -Math.log(1.1),
      CENTROID_NORM,
      "|mean x|",
      "|mean x| falls too where all vectors shrink and the centroid stays where it is among them",
      List.of(),
      List.of("sphere-coverage", "second-order-uniformity"));

  /** The fewest token types of a class for a verdict. */
  public static final int FEWEST_TYPES = 30;

  /** The fewest independent groups of sentences in which each of them occurs. */
  public static final int FEWEST_GROUPS = 10;

  /** The fewest seeds with which a claim may hold. */
  public static final int SEEDS_TO_HOLD = 8;

  /**
   * The fewest groups of sentences for a verdict on the centroid: its norm is not a mean over
   * pairs, and over 100 groups its 95 % interval covers only .92.
   */
  public static final int FEWEST_GROUPS_FOR_CENTROID = 500;

  /**
   * The fewest seeds with which a claim may be said not to hold: that is a statement about an
   * interval, which two seeds leave without width worth the name.
   */
  public static final int SEEDS_TO_DENY = 3;

  private final String id;
  private final String title;
  private final Estimand estimand;
  private final String formula;
  private final double margin;
  private final @Nullable Estimand paper;
  private final String paperFormula;
  private final String whyPaperDiffers;

  @SuppressWarnings("ImmutableEnumChecker") // of List.of
  private final List<String> wordClasses;

  @SuppressWarnings("ImmutableEnumChecker") // of List.of
  private final List<String> besides;

  Hypothesis(
      String id,
      String title,
      Estimand estimand,
      String formula,
      double margin,
      @Nullable Estimand paper,
      String paperFormula,
      String whyPaperDiffers,
      List<String> wordClasses,
      List<String> besides) {
    this.id = id;
    this.title = title;
    this.estimand = estimand;
    this.formula = formula;
    this.margin = margin;
    this.paper = paper;
    this.paperFormula = paperFormula;
    this.whyPaperDiffers = whyPaperDiffers;
    this.wordClasses = wordClasses;
    this.besides = besides;
  }

  /** The claim's name in result files; two hypotheses may bear on one claim. */
  public String id() {
    return id;
  }

  /** In a few words. */
  public String title() {
    return title;
  }

  /** What the verdict rests on. */
  public Estimand estimand() {
    return estimand;
  }

  /** That estimand's formula. */
  public String formula() {
    return formula;
  }

  /** The smallest effect that counts; its sign is the claim's direction. */
  public double margin() {
    return margin;
  }

  /** The estimand by which the paper claims it; null where that is the same. */
  public @Nullable Estimand paper() {
    return paper;
  }

  String paperFormula() {
    return paperFormula;
  }

  String whyPaperDiffers() {
    return whyPaperDiffers;
  }

  /** Classes of token types that have part in it: "content", "function", both or none. */
  public List<String> wordClasses() {
    return wordClasses;
  }

  /** Keys of further figures that tell of it, shown where the evidence has them. */
  public List<String> besides() {
    return besides;
  }

  /** The fewest groups of sentences in the text for a verdict. */
  public int fewestGroups() {
    return this == ORIGIN ? FEWEST_GROUPS_FOR_CENTROID : FEWEST_GROUPS;
  }

  /** Controls without which, or in spite of which, it cannot hold. */
  public Set<ControlKind> blocking() {
    return switch (this) {
      case TOKEN_ISOTROPY, SENTENCE_ISOTROPY, ORIGIN ->
          Set.of(ControlKind.NO_TRAINING, ControlKind.TWO_SEEDS);
      case CONTENT_MITIGATED, CONVERGENCE -> ofCorrelations(ControlKind.ISOTROPIC_NOISE);
      case FUNCTION_AUGMENTED -> ofCorrelations();
      case CLASSES_PART -> ofCorrelations(ControlKind.PERMUTED_CLASSES);
    };
  }

  /** Controls of what is claimed of the correlations within a class of types. */
  private static Set<ControlKind> ofCorrelations(ControlKind... more) {
    Set<ControlKind> controls =
        EnumSet.of(
            ControlKind.NO_TRAINING,
            ControlKind.TWO_SEEDS,
            ControlKind.TRANSLATED,
            ControlKind.SHUFFLED_POSITIVES,
            ControlKind.RANDOM_INITIALIZATION);
    controls.addAll(List.of(more));
    return Collections.unmodifiableSet(controls);
  }

  /** Effects in the claim's direction are positive after this. */
  double towards(double effect) {
    return margin < 0 ? -effect : effect;
  }

  /** All of them in words, as a training keeps them before its first step. */
  public static List<String> described() {
    return Arrays.stream(values())
        .map(
            hypothesis ->
                String.format(
                    Locale.ROOT,
                    "%s: %s, after - before, %s %.3f",
                    hypothesis.id(),
                    hypothesis.estimand().key(),
                    hypothesis.margin() < 0 ? "below" : "above",
                    hypothesis.margin()))
        .toList();
  }
}
