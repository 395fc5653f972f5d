package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.normalize;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.io.UserError;
import org.isoscope.torch.Device;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * InfoNCE with in-batch negatives (van den Oord et al. 2018; as used by SimCSE, Gao et al. 2021,
 * equations 1, 5 and 8): each anchor is to find its own positive among all positives and all hard
 * negatives of the batch,
 *
 * <pre>
 *   loss = mean over i of  -log( exp(s(a_i, p_i) / t)
 *            / sum over j of (exp(s(a_i, p_j) / t) + sum over columns n of w_ij exp(s(a_i, n_j) / t)) )
 * </pre>
 *
 * where w_ij is the hard negatives' weight for j = i and 1 else. In nats, from 0 up;
 * log(candidates) where all similarities are alike and the weight is 1. Symmetric: the mean of this
 * and of the same with anchors and positives exchanged, without the hard negatives (Radford et al.
 * 2021). Equals sentence-transformers' MultipleNegativesRankingLoss at scale 1 / t, and its
 * symmetric form.
 *
 * @param similarity s
 * @param temperature t, 1e-30 to 1e30: the smaller, the more the nearest negatives count; where it
 *     is learned, the one to start with, at least {@link #LEAST_LEARNED}
 * @param learnTemperature whether log t is learned with the rest (Radford et al. 2021, section 2.4)
 * @param symmetric whether each positive is to find its own anchor too
 * @param hardNegativeWeight above 0, at most 1e30; its logarithm is added to the logit of an
 *     anchor's own hard negatives (SimCSE, equation 8, alpha); 1: they count like all others
 */
public record InfoNce(
    Similarity similarity,
    double temperature,
    boolean learnTemperature,
    boolean symmetric,
    double hardNegativeWeight)
    implements Objective {

  /** A learned temperature stays at this or above, as in CLIP: logits do not explode. */
  public static final double LEAST_LEARNED = 0.01;

  /** What is divided by less is no number of single precision. */
  static final double LEAST_TEMPERATURE = 1e-30;

  /** The name of the learned parameter, a vector of one number. */
  static final String LOG_TEMPERATURE = "log-temperature";

  /** How alike two embeddings are. */
  public enum Similarity {
    /** Of their angle: lengths do not matter. */
    COSINE,
    /** Their scalar product. */
    DOT
  }

  /**
   * Checks the ranges.
   *
   * @throws UserError for a number out of its range
   */
  public InfoNce {
    UserError.requireRange(
        "temperature",
        temperature,
        temperature >= LEAST_TEMPERATURE && temperature <= TrainingSettings.MOST,
        "above 0: " + LEAST_TEMPERATURE + " to " + TrainingSettings.MOST);
    if (learnTemperature) {
      UserError.requireRange(
          "temperature",
          temperature,
          temperature >= LEAST_LEARNED,
          "at least " + LEAST_LEARNED + ", below which none is learned");
    }
    requireHardNegativeWeight(hardNegativeWeight);
  }

  /**
   * Checks the range of a weight of hard negatives.
   *
   * @throws UserError for one out of it
   */
  public static void requireHardNegativeWeight(double hardNegativeWeight) {
    UserError.requireRange(
        "hardNegativeWeight",
        hardNegativeWeight,
        hardNegativeWeight > 0 && hardNegativeWeight <= TrainingSettings.MOST,
        "above 0, at most " + TrainingSettings.MOST);
  }

  /** SimCSE's: cosines, a fixed temperature, one direction. */
  public InfoNce(double temperature) {
    this(Similarity.COSINE, temperature, false, false, 1);
  }

  @Override
  public Tensor loss(List<Tensor> columns, @Nullable Tensor scores, Parameters learned) {
    return loss(columns, scores, learned, BatchShare.whole(columns.get(0).size(0)));
  }

  @Override
  public Tensor loss(
      List<Tensor> columns, @Nullable Tensor scores, Parameters learned, BatchShare share) {
    return loss(columns, scores, learned, share, InfoNceTiles.TILE);
  }

  /** With tiles of so many rows and columns. */
  Tensor loss(
      List<Tensor> columns,
      @Nullable Tensor scores,
      Parameters learned,
      BatchShare share,
      int tile) {
    if (columns.size() < 2 || scores != null) {
      throw new IllegalArgumentException("InfoNCE takes anchors and positives without scores");
    }
    List<Tensor> own = columns.stream().map(this::scaled).toList();
    InfoNceTiles.Outcome found;
    try (Scope scope = Scope.withoutGradients()) {
      List<Tensor> all = own.stream().map(share::gather).toList();
      found =
          new InfoNceTiles(
                  share,
                  tile,
                  all.get(0),
                  all.subList(1, all.size()),
                  inverseTemperature(learned, all.get(0)),
                  Math.log(hardNegativeWeight),
                  symmetric)
              .compute()
              .kept(scope);
    }
    // Has the gradient that was found, and is then made to have the loss's value.
    Tensor linear = own.get(0).mul(found.gradients().get(0)).sum();
    for (int column = 1; column < own.size(); column++) {
      linear = linear.add(own.get(column).mul(found.gradients().get(column)).sum());
    }
    if (learnTemperature) {
      linear = linear.add(learned.get(LOG_TEMPERATURE).mul(found.logTemperature()).sum());
    }
    return linear.sub(linear.detach()).add(found.loss());
  }

  private Tensor scaled(Tensor embeddings) {
    return similarity == Similarity.COSINE ? normalize(embeddings) : embeddings;
  }

  /** 1 / t, a scalar. */
  private Tensor inverseTemperature(Parameters learned, Tensor like) {
    if (!learnTemperature) {
      return like.new_full(new long[0], new Scalar(1 / temperature));
    }
    // What the last step took below the bound is brought back, so that it can rise again.
    learned.flat().clamp_min_(new Scalar(Math.log(LEAST_LEARNED)));
    return learned.get(LOG_TEMPERATURE).detach().neg().exp().squeeze();
  }

  @Override
  public Parameters parameters(Device device) {
    if (!learnTemperature) {
      return Objective.super.parameters(device);
    }
    return Parameters.load(
        Map.of(LOG_TEMPERATURE, new long[] {1}),
        device,
        name -> FloatBuffer.wrap(new float[] {(float) Math.log(temperature)}));
  }

  @Override
  public String description() {
    return (symmetric ? "symmetric InfoNCE of " : "InfoNCE of ")
        + (similarity == Similarity.COSINE ? "cosines" : "scalar products")
        + ", temperature "
        + temperature
        + (learnTemperature ? " (learned)" : "")
        + (hardNegativeWeight == 1
            ? ""
            : String.format(Locale.ROOT, ", hard negatives weighted %s", hardNegativeWeight));
  }
}
