package org.isoscope.geometry;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adjusted self-similarity (self-similarity - anisotropy) of single token types, of means over
 * several, and their change between two models over the same sentences, each with its 95 % interval
 * over sentences ({@link JackknifeInterval}).
 *
 * <p>Leaving out a group of sentences takes it out of the types' sums and out of the anisotropy, so
 * that the error is that of the difference; and out of both models, so that the error of a change
 * is that of the change: what both models make of a sentence goes together.
 *
 * <p>The interval of one type is undefined where it occurs in fewer than {@value
 * JackknifeInterval#MIN_GROUPS} groups: the error would rest on those alone.
 *
 * <p>Memory: B doubles a type.
 */
public final class AdjustedSelfSimilarities {
  private final long[] sentences; // of each group, [B]
  private final double anisotropy;
  private final double[] anisotropyWithout; // [B]
  private final Map<Integer, SelfSimilarityJackknife.Type> types;

  private AdjustedSelfSimilarities(
      long[] sentences,
      double anisotropy,
      double[] anisotropyWithout,
      Map<Integer, SelfSimilarityJackknife.Type> types) {
    this.sentences = sentences;
    this.anisotropy = anisotropy;
    this.anisotropyWithout = anisotropyWithout;
    this.types = types;
  }

  /**
   * Of one layer of a model.
   *
   * @param types has seen the sentences, in a number of groups that divides {@value
   *     SentenceJackknife#GROUPS}
   * @param tokens has seen the same sentences
   * @throws IllegalArgumentException where the groups do not fit, or the sentences differ in number
   */
  public static AdjustedSelfSimilarities of(
      SelfSimilarityJackknife types, SentenceJackknife tokens) {
    long[] sentences = types.sentences();
    int groups = sentences.length;
    if (SentenceJackknife.GROUPS % groups != 0) {
      throw new IllegalArgumentException(
          groups + " groups do not divide " + SentenceJackknife.GROUPS);
    }
    if (!Arrays.equals(sentences, tokens.sentences(groups))) {
      throw new IllegalArgumentException("types and tokens are not of the same sentences");
    }
    return new AdjustedSelfSimilarities(
        sentences, tokens.anisotropy(), tokens.anisotropyWithout(groups), types.types());
  }

  /**
   * The mean over some token types.
   *
   * @param of the types, at least one, each of which counts in self-similarity
   * @return undefined where the anisotropy is, for fewer than {@value JackknifeInterval#MIN_GROUPS}
   *     groups with a sentence, and for one type in fewer groups
   * @throws IllegalArgumentException where there is no type, or one does not count
   */
  public @Nullable JackknifeInterval mean(Collection<Integer> of) {
    return fewGroups(of) ? null : interval(figure(of), without(of));
  }

  /**
   * The change of the mean over some token types: that of the other model minus that of this one.
   *
   * @param after of the same sentences
   * @param of the types, each of which counts in both
   * @return undefined where either mean is
   * @throws IllegalArgumentException as {@link #mean}, and where the sentences differ in number
   */
  public @Nullable JackknifeInterval change(
      AdjustedSelfSimilarities after, Collection<Integer> of) {
    if (!Arrays.equals(sentences, after.sentences)) {
      throw new IllegalArgumentException("before and after are not of the same sentences");
    }
    double[] change = after.without(of);
    Vectors.addScaled(change, without(of), -1);
    return fewGroups(of) || after.fewGroups(of)
        ? null
        : interval(after.figure(of) - figure(of), change);
  }

  private SelfSimilarityJackknife.Type type(int type) {
    SelfSimilarityJackknife.Type found = types.get(type);
    if (found == null) {
      throw new IllegalArgumentException("type " + type + " does not count");
    }
    return found;
  }

  private boolean fewGroups(Collection<Integer> of) {
    return of.size() == 1 && type(List.copyOf(of).get(0)).groups < JackknifeInterval.MIN_GROUPS;
  }

  private double figure(Collection<Integer> of) {
    if (of.isEmpty()) {
      throw new IllegalArgumentException("no types");
    }
    double sum = 0;
    for (int type : of) {
      sum += type(type).selfSimilarity;
    }
    return sum / of.size() - anisotropy;
  }

  /** The figure without each group, [B]. */
  private double[] without(Collection<Integer> of) {
    double[] without =
        SelfSimilarityJackknife.Type.meanWithout(
            of.stream().map(this::type).toList(), sentences.length);
    Vectors.addScaled(without, anisotropyWithout, -1);
    return without;
  }

  private @Nullable JackknifeInterval interval(double figure, double[] without) {
    double[] filled = new double[without.length];
    int count = 0;
    for (int b = 0; b < without.length; b++) {
      if (sentences[b] > 0) {
        filled[count++] = without[b];
      }
    }
    return JackknifeInterval.of(Double.isNaN(figure) ? null : figure, Arrays.copyOf(filled, count));
  }
}
