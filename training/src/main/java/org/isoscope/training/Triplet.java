package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.cosine_similarity;
import static org.bytedeco.pytorch.global.torch.pairwise_distance;

import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The triplet loss (Schroff et al. 2015, equation 3; with distances not squared as in Reimers and
 * Gurevych 2019, section 3): the negative is to be farther from the anchor than the positive by a
 * margin,
 *
 * <pre>
 *   loss = mean over i of  max(0, D(a_i, p_i) - D(a_i, n_i) + margin)
 * </pre>
 *
 * from 0 up; the margin where all embeddings are alike. Equals sentence-transformers' TripletLoss.
 *
 * @param distance D
 * @param margin above 0, at most 1e30, in the unit of the distance
 */
public record Triplet(Distance distance, double margin) implements Objective {

  /** How far two embeddings are apart. */
  public enum Distance {
    /** The length of their difference. */
    EUCLIDEAN,
    /** 1 minus their cosine, 0 to 2. */
    COSINE
  }

  /**
   * Checks the range.
   *
   * @throws UserError for a margin out of it
   */
  public Triplet {
    UserError.requireRange(
        "margin",
        margin,
        margin > 0 && margin <= TrainingSettings.MOST,
        "above 0, at most " + TrainingSettings.MOST);
  }

  @Override
  public Tensor loss(List<Tensor> columns, @Nullable Tensor scores, Parameters learned) {
    if (columns.size() != 3 || scores != null) {
      throw new IllegalArgumentException("the triplet loss takes triplets without scores");
    }
    Tensor positive = apart(columns.get(0), columns.get(1)); // [batch]
    Tensor negative = apart(columns.get(0), columns.get(2));
    return positive.sub(negative).add(new Scalar(margin)).relu().mean();
  }

  private Tensor apart(Tensor x, Tensor y) {
    return distance == Distance.EUCLIDEAN
        ? pairwise_distance(x, y)
        : cosine_similarity(x, y).neg().add(new Scalar(1));
  }

  @Override
  public String description() {
    return "triplet loss, "
        + distance.name().toLowerCase(Locale.ROOT)
        + " distance, margin "
        + margin;
  }
}
