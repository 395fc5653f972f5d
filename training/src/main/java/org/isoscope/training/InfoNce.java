package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.normalize;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * InfoNCE with in-batch negatives (van den Oord et al. 2018; as used by SimCSE, Gao et al. 2021,
 * equation 1): each anchor is to find its own positive among all positives of the batch,
 *
 * <pre>
 *   loss = mean over i of  -log( exp(cos(a_i, p_i) / t) / sum over j of exp(cos(a_i, p_j) / t) )
 * </pre>
 *
 * in nats, from 0 up; log(batch size) where all cosines are alike.
 *
 * @param temperature t, above 0: the smaller, the more the nearest negatives count
 */
public record InfoNce(double temperature) {

  /**
   * The loss of a batch.
   *
   * @param anchors {@code [batch, d]}
   * @param positives {@code [batch, d]}
   * @return a scalar
   */
  Tensor loss(Tensor anchors, Tensor positives) {
    Tensor cosines = normalize(anchors).matmul(normalize(positives).t()); // [batch, batch]
    Tensor own =
        arange(new Scalar(anchors.size(0)), new TensorOptions(ScalarType.Long)); // the diagonal
    return cross_entropy_loss(cosines.mul(new Scalar(1 / temperature)), own);
  }
}
