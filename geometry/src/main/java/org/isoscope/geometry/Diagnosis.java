package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the figures of a space mean, in plain words, with what to do. Says nothing of a space in
 * which nothing is found.
 *
 * <p>A finding is given where a figure passes a threshold, and each threshold is derived, with d
 * the dimension, n the number of vectors, and alpha = 0.001 the chance of a false finding in the
 * space that its null hypothesis describes.
 *
 * <p><b>Cone.</b> Cosines of independent vectors spread evenly over all directions have mean 0 and
 * variance 1/d; those of different pairs are uncorrelated, also where they share a vector. So the
 * mean over the n(n-1)/2 pairs has the standard deviation s = sqrt(2 / (n(n-1)d)), and by
 * Cantelli's inequality it passes s sqrt(1/alpha - 1) with a chance of at most alpha, whatever its
 * distribution. A mean m is small beside what cosines scatter anyway where it is below their own
 * deviation: with P the participation ratio (below; d where it is not known) that is about (1 - m)
 * / sqrt(P), which m passes at 1 / (1 + sqrt(P)). A note is given where the mean cosine passes
 * both, a warning where it passes 1/2 as well: it is the squared norm of the mean unit vector (for
 * large n), so that more than half of the squared length of the unit vectors is common to all.
 *
 * <p><b>Rogue dimensions.</b> Let S be the sum of the unit vectors. In a space without rogue
 * dimensions S owes nothing to the axes: S/|S| is spread evenly over the sphere, and a dimension's
 * share S_i^2/|S|^2, with mean 1/d, follows the Beta distribution (1/2, (d-1)/2). That is
 * stochastically smaller than Beta(1, (d-1)/2), whose tail is (1-t)^((d-1)/2). Over d dimensions
 * the largest share therefore passes t = 1 - (alpha/d)^(2/(d-1)) with a chance of at most alpha: t
 * is .065 for d = 384 and .035 for d = 768. Looked for only where the mean cosine passes its
 * threshold: of a small mean a large share is nothing. A note is given for shares above t, a
 * warning where they make more than half: more than all other dimensions together.
 *
 * <p><b>Off the origin.</b> For vectors as likely as their opposites, |mean x|^2 / mean |x|^2 has
 * the mean 1/n and a standard deviation of at most sqrt(2)/n. A note is given where it passes both
 * 1/2, so that more than half of the squared length is common to all, and (by Cantelli again) (1 +
 * sqrt(2 (1/alpha - 1)))/n; not beside a cone, which says the same.
 *
 * <p><b>Few directions.</b> IsoScore tells the participation ratio P = 1 + (d-1) IsoScore of the
 * covariance. The cosine of two independent centred normal vectors has the variance 1/P in first
 * order, as in an isotropic space of P dimensions. Its tail beyond 1 being at most exp(-P/2) for a
 * normal variable, n vectors that have nothing to do with a query are expected to bring one that
 * looks equal to it where n exp(-P/2) passes 1: a warning is given for P below 2 ln n, and below
 * d/2, as a space of few dimensions cannot have more. It is the debiased score that is taken. The
 * 1/P that it tells of n vectors in an isotropic space strays by about 2/(nP): P must lie below its
 * threshold by (Cantelli again) the factor 1 + 2 sqrt(1/alpha - 1)/n.
 *
 * <p><b>Too few vectors.</b> With n at most d the covariance has at most the rank n - 1, so that
 * IsoScore cannot pass (n-2)/(d-1) however the vectors are spread: a note. Fewer than two have no
 * pair: a warning.
 *
 * <p>Norms that differ are no fault: cosines do not see them, and an encoder need not make unit
 * vectors.
 *
 * <p><b>Zero vectors</b> have no direction: any is a warning. <b>Constant dimensions</b> hold
 * nothing that tells vectors apart: any is a note.
 *
 * <p>The tokens of a sentence are not independent: for a {@link LayerGeometry} the sentences count
 * as n wherever chance is held against a figure. Nothing there tells of norms, zero vectors and
 * constant dimensions, and nothing is said of them.
 *
 * <p>Source of the remedies: Mu and Viswanath, "All-but-the-Top" (ICLR 2018) for centring; Timkey
 * and van Schijndel, "All Bark and No Bite" (EMNLP 2021) for standardising dimensions; Gao, Yao and
 * Chen, "SimCSE" (EMNLP 2021) for contrastive training. Cantelli's inequality is Chebyshev's for
 * one side.
 */
public final class Diagnosis {
  /** Chance of a false finding, at most. */
  private static final double ALPHA = 0.001;

  /** By Cantelli's inequality a variable passes its mean by so many deviations with that chance. */
  private static final double DEVIATIONS = Math.sqrt(1 / ALPHA - 1);

  /** More than all the rest together. */
  private static final double MAJORITY = 0.5;

  /** Dimensions named in a sentence; of more, their number is told. */
  private static final int NAMED = 5;

  /** Decimals that a double near 1 has, with few to spare. */
  private static final int MOST_DECIMALS = 12;

  /** A cosine that is nearer to 1 is taken for 1. */
  private static final double LEAST_DISTANCE = 1e-10;

  private static final List<String> SMALL_NUMBERS =
      List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");

  private Diagnosis() {}

  /** How bad a finding is. */
  public enum Severity {
    /** Comparing these vectors by cosine misleads. */
    WARNING,
    /** Worth knowing. */
    NOTE
  }

  /** What mends it after training: a {@link Transform} by its kind, or something else. */
  public enum Remedy {
    /** {@link Centring}. */
    CENTRING,
    /** {@link RogueRemoval}. */
    ROGUE_REMOVAL,
    /** {@link Whitening}. */
    WHITENING,
    /** No transform: the advice says what. */
    OTHER
  }

  /**
   * One finding.
   *
   * @param severity how bad
   * @param figure the figure that passed its threshold
   * @param value of the figure
   * @param threshold that it passed, above or below
   * @param what is the matter, a sentence without its full stop
   * @param advice what to do, a sentence without its full stop
   * @param remedy the transform that does it
   */
  public record Symptom(
      Severity severity,
      String figure,
      double value,
      double threshold,
      String what,
      String advice,
      Remedy remedy) {
    @Override
    public String toString() {
      return what + ". " + advice + ".";
    }
  }

  /**
   * What is judged. A figure that is {@code null} is not judged.
   *
   * @param n vectors
   * @param independent how many of them are independent: n, or the number of sentences
   * @param dimension d
   * @param zeroVectors how many are zero
   * @param meanCosine expected cosine of two independent vectors
   * @param centroidShare |mean x|^2 / mean |x|^2
   * @param rogueDimensions shares of the mean cosine, the largest first, perhaps only the first few
   * @param isoScore of the covariance
   * @param debiasedIsoScore of the covariance
   * @param constantDimensions those in which all vectors have one value
   */
  public record Figures(
      long n,
      long independent,
      int dimension,
      long zeroVectors,
      @Nullable Double meanCosine,
      @Nullable Double centroidShare,
      List<RogueDimensions.Share> rogueDimensions,
      @Nullable Double isoScore,
      @Nullable Double debiasedIsoScore,
      List<Integer> constantDimensions) {

    /** Keeps its own copies of the lists. */
    public Figures {
      Vectors.dimension(dimension);
      rogueDimensions = List.copyOf(rogueDimensions);
      constantDimensions = List.copyOf(constantDimensions);
    }

    /** Those of plain vectors. */
    public static Figures of(SpaceGeometry.Result r) {
      return new Figures(
          r.n(),
          r.n(),
          r.dimension(),
          r.zeroVectors(),
          r.meanCosine(),
          r.centroidShare(),
          r.rogueDimensions(),
          r.isoScore(),
          r.debiasedIsoScore(),
          r.constantDimensions());
    }

    /**
     * Those of a layer.
     *
     * @param dimension d
     */
    public static Figures of(LayerGeometry.Result r, int dimension) {
      return new Figures(
          r.tokens(),
          r.sentences(),
          dimension,
          0,
          r.anisotropy(),
          r.meanEnergyShare(),
          r.rogueDimensions(),
          r.isoScore(),
          r.debiasedIsoScore(),
          List.of());
    }
  }

  /** Findings on plain vectors. */
  public static List<Symptom> of(SpaceGeometry.Result result) {
    return of(Figures.of(result));
  }

  /** Findings, warnings first, each kind at most once. */
  public static List<Symptom> of(Figures figures) {
    List<Symptom> findings = new ArrayList<>();
    zeroVectors(figures, findings);
    cone(figures, findings);
    rogueDimensions(figures, findings);
    fewDirections(figures, findings);
    offTheOrigin(figures, findings);
    constantDimensions(figures, findings);
    tooFewVectors(figures, findings);
    findings.sort((a, b) -> a.severity().compareTo(b.severity()));
    return List.copyOf(findings);
  }

  /** The mean cosine that isotropic vectors pass with a chance of at most alpha. */
  static double chanceMeanCosine(long n, int d) {
    return DEVIATIONS * Math.sqrt(2.0 / n / (n - 1) / d);
  }

  /** The share that the largest passes with a chance of at most alpha without rogue dimensions. */
  static double chanceShare(int d) {
    return d == 1 ? 1 : -Math.expm1(2 * Math.log(ALPHA / d) / (d - 1));
  }

  /** The centroid's share that a centred cloud passes with a chance of at most alpha. */
  static double chanceCentroidShare(long n) {
    return (1 + Math.sqrt(2) * DEVIATIONS) / n;
  }

  /** The mean cosine that is noticed. */
  static double coneThreshold(Figures f) {
    double directions =
        f.debiasedIsoScore() == null
            ? f.dimension()
            : Math.max(1, 1 + (f.dimension() - 1) * f.debiasedIsoScore());
    return Math.max(
        chanceMeanCosine(f.independent(), f.dimension()), 1 / (1 + Math.sqrt(directions)));
  }

  private static boolean isCone(Figures f) {
    return f.meanCosine() != null && f.meanCosine() > coneThreshold(f);
  }

  private static void cone(Figures f, List<Symptom> findings) {
    Double mean = f.meanCosine();
    if (mean == null) {
      return;
    }
    double threshold = coneThreshold(f);
    if (mean > threshold) {
      findings.add(
          new Symptom(
              mean > MAJORITY ? Severity.WARNING : Severity.NOTE,
              "mean cosine",
              mean,
              threshold,
              mean > MAJORITY
                  ? format(
                      "The vectors lie in a narrow cone: unrelated ones have a mean cosine of %s,"
                          + " where evenly spread ones have 0",
                      cosine(mean))
                  : format(
                      "The vectors share a direction: unrelated ones have a mean cosine of %s,"
                          + " more than the %s that cosines scatter by",
                      apart(mean, threshold), apart(threshold, mean)),
              "Subtract the mean vector before taking cosines, or train the encoder contrastively;"
                  + " choose thresholds on cosines from this space's own",
              Remedy.CENTRING));
    }
  }

  private static void rogueDimensions(Figures f, List<Symptom> findings) {
    if (!isCone(f)) {
      return;
    }
    double threshold = chanceShare(f.dimension());
    List<RogueDimensions.Share> rogue =
        f.rogueDimensions().stream().filter(share -> share.share() > threshold).toList();
    if (rogue.isEmpty()) {
      return;
    }
    double together = rogue.stream().mapToDouble(RogueDimensions.Share::share).sum();
    findings.add(
        new Symptom(
            together > MAJORITY ? Severity.WARNING : Severity.NOTE,
            "largest share of the mean cosine",
            rogue.get(0).share(),
            threshold,
            format(
                "%s %.0f %% of the mean cosine, where the largest of %d dimensions without a role"
                    + " of its own makes at most %.1f %%",
                named(
                    rogue.stream().map(RogueDimensions.Share::dimension).toList(), "make", "makes"),
                100 * together,
                f.dimension(),
                100 * threshold),
            rogue.size() == 1 ? "Remove or z-score it" : "Remove or z-score them",
            Remedy.ROGUE_REMOVAL));
  }

  private static void offTheOrigin(Figures f, List<Symptom> findings) {
    Double share = f.centroidShare();
    double threshold = Math.max(MAJORITY, chanceCentroidShare(Math.max(1, f.independent())));
    if (share != null && share > threshold && !isCone(f)) {
      findings.add(
          new Symptom(
              Severity.NOTE,
              "centroid's share of the squared length",
              share,
              threshold,
              format(
                  "The cloud is off the origin: its mean vector holds %.0f %% of the squared"
                      + " length",
                  100 * share),
              "Centre the vectors: subtract their mean",
              Remedy.CENTRING));
    }
  }

  private static void fewDirections(Figures f, List<Symptom> findings) {
    Double score = f.debiasedIsoScore();
    if (score == null) {
      return;
    }
    double directions = 1 + (f.dimension() - 1) * score;
    double needed = 2 * Math.log((double) f.n());
    // A space of few dimensions cannot have so many directions.
    double wanted = Math.min(needed, f.dimension() * MAJORITY);
    double threshold = wanted / (1 + 2 * DEVIATIONS / Math.max(1, f.independent()));
    if (directions < threshold) {
      findings.add(
          new Symptom(
              Severity.WARNING,
              "participation ratio",
              directions,
              threshold,
              format(
                  "The variance lies in about %.1f of %d directions (IsoScore %s): among %d"
                      + " vectors unrelated ones look alike, for which it takes more than %.0f",
                  directions,
                  f.dimension(),
                  format(Math.abs(score) < 0.0005 ? "%.1e" : "%.3f", score),
                  f.n(),
                  needed),
              "Standardise or whiten the dimensions, or train the encoder contrastively",
              Remedy.WHITENING));
    }
  }

  private static void tooFewVectors(Figures f, List<Symptom> findings) {
    if (f.n() < 2) {
      findings.add(
          new Symptom(
              Severity.WARNING,
              "vectors",
              f.n(),
              2,
              format(
                  "There %s: no pair to compare", f.n() == 1 ? "is one vector" : "are no vectors"),
              "Measure many vectors, better more than there are dimensions",
              Remedy.OTHER));
    }
    if (f.n() >= 2 && f.n() <= f.dimension() && f.isoScore() != null) {
      double most = (f.n() - 2.0) / (f.dimension() - 1);
      findings.add(
          new Symptom(
              Severity.NOTE,
              "vectors",
              f.n(),
              f.dimension(),
              format(
                  "There are %d vectors for %d dimensions: IsoScore cannot pass %.3f, however they"
                      + " are spread",
                  f.n(), f.dimension(), most),
              "Measure more vectors than there are dimensions, or use the debiased IsoScore",
              Remedy.OTHER));
    }
  }

  private static void zeroVectors(Figures f, List<Symptom> findings) {
    if (f.zeroVectors() > 0) {
      findings.add(
          new Symptom(
              Severity.WARNING,
              "zero vectors",
              f.zeroVectors(),
              0,
              format(
                  "%d of %d vectors %s zero: without a direction, at cosine 0 from everything",
                  f.zeroVectors(), f.n(), f.zeroVectors() == 1 ? "is" : "are"),
              "Find where they come from, empty texts perhaps, and leave them out",
              Remedy.OTHER));
    }
  }

  private static void constantDimensions(Figures f, List<Symptom> findings) {
    if (!f.constantDimensions().isEmpty()) {
      findings.add(
          new Symptom(
              Severity.NOTE,
              "constant dimensions",
              f.constantDimensions().size(),
              0,
              named(f.constantDimensions(), "have", "has")
                  + " the same value in all vectors and "
                  + (f.constantDimensions().size() == 1 ? "tells" : "tell")
                  + " none of them apart",
              f.constantDimensions().size() == 1 ? "Remove it" : "Remove them",
              Remedy.OTHER));
    }
  }

  /** "Two dimensions, 308 and 381, make", "Dimension 308 makes", "12 dimensions make". */
  private static String named(List<Integer> dimensions, String verb, String verbOfOne) {
    int count = dimensions.size();
    if (count == 1) {
      return "Dimension " + dimensions.get(0) + " " + verbOfOne;
    }
    if (count > NAMED) {
      return (count < SMALL_NUMBERS.size() ? capital(SMALL_NUMBERS.get(count)) : "" + count)
          + " dimensions "
          + verb;
    }
    String first =
        dimensions.subList(0, count - 1).stream()
            .map(Objects::toString)
            .collect(Collectors.joining(", "));
    return capital(SMALL_NUMBERS.get(count))
        + " dimensions, "
        + first
        + " and "
        + dimensions.get(count - 1)
        + ", "
        + verb;
  }

  /** With two decimals, near 1 as many as show two digits of 1 - cosine: 0.80, 0.9978. */
  private static String cosine(double cosine) {
    double distance = Math.max(1 - cosine, LEAST_DISTANCE);
    int zeros = Math.max(0, -1 - (int) Math.floor(Math.log10(distance)));
    return format("%." + (2 + zeros) + "f", cosine);
  }

  /** With two decimals, or as many more as tell it from another. */
  private static String apart(double cosine, double other) {
    int decimals = 2;
    while (decimals < MOST_DECIMALS
        && format("%." + decimals + "f", cosine).equals(format("%." + decimals + "f", other))) {
      decimals++;
    }
    return format("%." + decimals + "f", cosine);
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
