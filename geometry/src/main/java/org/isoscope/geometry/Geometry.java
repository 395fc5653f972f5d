package org.isoscope.geometry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of a set of vectors in one call, with what it means in words.
 *
 * <pre>{@code
 * Geometry geometry = Geometry.of(vectors); // float[][] or an Iterable<float[]>, of any embedder
 * System.out.println(geometry);
 * }</pre>
 *
 * <p>{@link SpaceGeometry} measures the figures, {@link SentenceJackknife} the interval, {@link
 * Diagnosis} finds what stands out; use these by themselves for vectors that come one by one, in
 * parts that are merged, or in groups that depend on each other.
 *
 * <p>Cost: that of IsoScore, n d^2 / 2 multiply-adds. Memory: some d^2 / 2 + 800 d doubles besides
 * the vectors. One pass. Vectors are counted from 0.
 *
 * @param figures over all vectors
 * @param meanCosine the mean cosine of all pairs of different vectors with its 95 % interval, what
 *     it would be for other vectors drawn alike, every vector counting as independent; null for
 *     fewer than {@value JackknifeInterval#MIN_GROUPS} vectors. Not cut at -1 and 1
 * @param effectiveDimension how many directions of equal variance spread cosines as these vectors
 *     do: the participation ratio of the covariance, (sum lambda)^2 / sum lambda^2 of its
 *     eigenvalues, without the effect of the number of vectors, 1 to d; null where the debiased
 *     IsoScore is
 * @param findings what stands out, the worst first; none where nothing does
 */
public record Geometry(
    SpaceGeometry.Result figures,
    @Nullable JackknifeInterval meanCosine,
    @Nullable Double effectiveDimension,
    List<Diagnosis.Symptom> findings) {

  /** Keeps its own copy of the list. */
  public Geometry {
    Objects.requireNonNull(figures, "figures");
    findings = List.copyOf(findings);
  }

  /**
   * Measures vectors.
   *
   * @param vectors {@code [n][d]}, at least one
   * @throws IllegalArgumentException as {@link #of(Iterable)}
   */
  public static Geometry of(float[][] vectors) {
    return of(Arrays.asList(vectors));
  }

  /**
   * Measures vectors, whose number of elements is that of the first.
   *
   * @param vectors gone through once
   * @throws IllegalArgumentException where there is none, one is empty, differs in length or has an
   *     element that is NaN or infinite; it names the vector and the element
   */
  public static Geometry of(Iterable<float[]> vectors) {
    SpaceGeometry geometry = null;
    SentenceJackknife jackknife = null;
    int number = 0;
    for (float[] vector : vectors) {
      if (geometry == null || jackknife == null) {
        geometry = SpaceGeometry.of(vector.length);
        jackknife = new SentenceJackknife(vector.length);
      }
      geometry.add(vector);
      jackknife.addSentence(number++, vector, 0, 1);
    }
    if (geometry == null || jackknife == null) {
      throw new IllegalArgumentException("no vectors, so no dimension: expected at least one");
    }
    SpaceGeometry.Result figures = geometry.result();
    return new Geometry(
        figures,
        jackknife.result().anisotropy(),
        effectiveDimension(figures),
        Diagnosis.of(figures));
  }

  private static @Nullable Double effectiveDimension(SpaceGeometry.Result figures) {
    Double score = figures.debiasedIsoScore();
    int d = figures.dimension();
    return score == null ? null : Double.valueOf(Math.max(1, Math.min(d, 1 + (d - 1) * score)));
  }

  /** The figures, a line each, and the findings; for people: its form may change. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d %s of %,d dimensions%n",
            figures.n(),
            figures.n() == 1 ? "vector" : "vectors",
            figures.dimension()));
    line(
        text,
        "mean cosine of pairs",
        "%.4f",
        figures.meanCosine(),
        meanCosine == null
            ? ""
            : String.format(
                Locale.ROOT, "  (95 %%: %.4f to %.4f)", meanCosine.low(), meanCosine.high()));
    line(text, "IsoScore", "%.4f", figures.isoScore(), "");
    line(text, "effective dimension", "%.1f", effectiveDimension, "");
    line(text, "mean norm", "%.4f", figures.meanNorm(), "");
    line(text, "mean's share of length^2", "%.4f", figures.centroidShare(), "");
    if (findings.isEmpty()) {
      text.append("Nothing stands out.");
    }
    text.append(
        String.join(System.lineSeparator(), findings.stream().map(Object::toString).toList()));
    return text.toString();
  }

  private static void line(
      StringBuilder text, String name, String format, @Nullable Double value, String more) {
    String told = value == null ? "undefined" : String.format(Locale.ROOT, format, value);
    text.append(String.format(Locale.ROOT, "%-26s%10s%s%n", name, told, more));
  }
}
