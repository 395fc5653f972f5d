package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.eye;
import static org.bytedeco.pytorch.global.torch.normalize;
import static org.bytedeco.pytorch.global.torch.ones_like;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.isoscope.encoder.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Global orthogonal regularization (Zhang, Yu, Karaman and Chang 2017, "Learning Spread-out Local
 * Feature Descriptors"), here alone: embeddings of different items are to have the first two
 * moments of directions drawn evenly from the sphere in d dimensions,
 *
 * <pre>
 *   loss = M1^2 + max(0, M2 - 1/d)
 * </pre>
 *
 * M1 the mean and M2 the mean square of the cosines of all pairs of embeddings of different items,
 * among the anchors and the positives. 0 where they are spread out; 2 - 1/d where all embeddings
 * are alike. An isotropy penalty without contrast: nothing pulls an anchor to its positive, a
 * control of what the repelling alone does. Hard negatives are not looked at.
 */
public record GlobalOrthogonalRegularization() implements Objective {

  @Override
  public Tensor loss(List<Tensor> columns, @Nullable Tensor scores, Parameters learned) {
    if (scores != null) {
      throw new IllegalArgumentException("the regularization takes items without scores");
    }
    List<Tensor> views = columns.subList(0, Math.min(2, columns.size()));
    long items = views.get(0).size(0);
    if (items < 2) {
      throw new IllegalArgumentException("one item is no pair");
    }
    long count = views.size();
    Tensor unit = normalize(cat(new TensorVector(views.toArray(Tensor[]::new)))); // [2 items, d]
    Tensor cosines = unit.matmul(unit.t()); // [2 items, 2 items]
    Tensor same = eye(items, cosines.options()).repeat(count, count);
    Tensor different = ones_like(same).sub(same);
    Scalar share = new Scalar(1.0 / (count * count * items * (items - 1)));
    Tensor kept = cosines.mul(different);
    Tensor mean = kept.sum().mul(share);
    Tensor square = kept.mul(kept).sum().mul(share);
    Scalar even = new Scalar(1.0 / unit.size(1));
    return mean.mul(mean).add(square.sub(even).relu());
  }

  @Override
  public String description() {
    return "global orthogonal regularization";
  }
}
