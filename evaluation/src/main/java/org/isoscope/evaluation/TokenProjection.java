package org.isoscope.evaluation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isoscope.geometry.Covariance;
import org.isoscope.geometry.PrincipalPlane;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;

/**
 * One picture for the tokens of several models, or of one model at several steps: the plane of the
 * two first principal components of all their vectors together, as {@link PrincipalPlane} defines
 * it. Each step's vectors are summed for themselves before they are taken to the others', so that
 * the same steps give the same bits, whenever the picture was asked for.
 *
 * <p>Memory: d^2 / 2 doubles.
 */
public final class TokenProjection {
  /** Digits that a place is told to. */
  private static final MathContext DIGITS = new MathContext(4);

  private @Nullable Covariance pooled;
  private int layer;
  private boolean comparable = true;

  /**
   * Takes in the vectors of a model's tokens; none where they are not known.
   *
   * @param tokens of another layer, or of another dimension, than those before: then there is no
   *     picture of all
   */
  public void add(MeasuredTokens tokens) {
    if (tokens.vectors() == null) {
      return;
    }
    int d = tokens.dimension();
    Covariance all = pooled;
    if (all == null) {
      all = new Covariance(d);
      pooled = all;
      layer = tokens.layer();
    }
    comparable &= tokens.layer() == layer && d == all.dimension();
    if (comparable) {
      Covariance own = new Covariance(d);
      for (float[] sentence : tokens.vectors()) {
        for (int offset = 0; offset < sentence.length; offset += d) {
          own.add(sentence, offset);
        }
      }
      own.result(); // takes in the vectors that wait, so that none wait among the others'
      all.merge(own);
    }
  }

  /**
   * The picture of all that was taken in; null where that is fewer than two vectors, or cannot be
   * compared.
   */
  public @Nullable Picture fit() {
    PrincipalPlane plane = pooled == null || !comparable ? null : PrincipalPlane.of(pooled);
    return plane == null
        ? null
        : new Picture(
            plane, new TokenView.Projection(layer, plane.varianceShare(), rounded(plane.origin())));
  }

  /**
   * A plane, and what is told of it.
   *
   * @param plane that is projected to
   * @param projection to be told
   */
  public record Picture(PrincipalPlane plane, TokenView.Projection projection) {
    /**
     * Where tokens lie, each {@code [x, y]}, to four significant digits.
     *
     * @param vectors {@code [tokens, d]}
     */
    public List<List<Double>> positions(float[] vectors) {
      int d = plane.dimension();
      List<List<Double>> positions = new ArrayList<>(vectors.length / d);
      for (int offset = 0; offset < vectors.length; offset += d) {
        positions.add(rounded(plane.place(vectors, offset)));
      }
      return positions;
    }
  }

  private static List<Double> rounded(double[] place) {
    return Arrays.stream(place)
        .mapToObj(x -> new BigDecimal(x).round(DIGITS).doubleValue())
        .toList();
  }
}
