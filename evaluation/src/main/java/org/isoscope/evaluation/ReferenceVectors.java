package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.HiddenStates;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.SentenceHead;
import org.isoscope.geometry.AllButTheTop;
import org.isoscope.geometry.BlockJackknife;
import org.isoscope.geometry.Covariance;
import org.isoscope.geometry.IsoScore;
import org.isoscope.geometry.SecondOrderUniformity;
import org.isoscope.geometry.SphereCoverage;
import org.isoscope.geometry.Transform;
import org.isoscope.geometry.Whitening;
import org.isoscope.io.UserError;
import org.isoscope.results.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * The token vectors of a model's last layer over a {@link ReferenceText}, with its sentence
 * embeddings: what one state of the model is measured by, and what the untrained model would be
 * were its space merely moved, whitened or blurred, which takes no training. [CLS] and [SEP] count
 * among the tokens.
 *
 * <p>Memory: 4 d bytes a token, 30 MB for 600 sentences of 16 tokens and d = 768; as much again for
 * each derived one. What is measured does not depend on the number of threads beyond the rounding
 * of the model itself. Immutable.
 */
public final class ReferenceVectors {
  /** Tokens sampled for the figures that have no error: the same in every state. */
  public static final int SAMPLE = 2048;

  /** Of {@link IsoScore} over the sample of tokens; no error. */
  public static final String DEBIASED_ISO_SCORE = "debiased-iso-score";

  /** Mean angle of {@link SphereCoverage} over the sample of tokens; no error. */
  public static final String SPHERE_COVERAGE = "sphere-coverage";

  /** Of {@link SecondOrderUniformity} over the sample of tokens; no error. */
  public static final String SECOND_ORDER_UNIFORMITY = "second-order-uniformity";

  /** Random directions that coverage is measured from. */
  private static final int DIRECTIONS = 256;

  /** Names the draws of the sample; a constant, so that all states of all models share it. */
  private static final long SAMPLE_SEED = 0x5eed;

  /** How near the anisotropy of a translated cloud comes to the one wanted. */
  private static final double NEAR = 1e-6;

  private static final int HALVINGS = 60;

  private final ReferenceText text;
  private final SentenceHead head;
  private final int dimension;
  private final float[][] tokens; // [sentences][tokens * d]
  private final float @Nullable [][] embeddings; // [sentences][d]

  private ReferenceVectors(
      ReferenceText text,
      SentenceHead head,
      int dimension,
      float[][] tokens,
      float @Nullable [][] embeddings) {
    this.text = text;
    this.head = head;
    this.dimension = dimension;
    this.tokens = tokens;
    this.embeddings = embeddings;
  }

  /**
   * Takes the vectors, in one pass.
   *
   * @param encoder whose tokenizer reads the text as the same tokens as that which it was chosen
   *     with
   * @param pooling of the sentence embeddings
   * @throws UserError where the tokens are others
   */
  public static ReferenceVectors of(Encoder encoder, Pooling pooling, ReferenceText text) {
    List<int[]> ids = encoder.tokenizer().tokenize(text.sentences()).sentences();
    for (int i = 0; i < ids.size(); i++) {
      if (!Arrays.equals(ids.get(i), text.text().sentences().get(i))) {
        throw new UserError(
            encoder.directory().toString(),
            "has another vocabulary than the model that the reference text was chosen for",
            "models that read a text as the same tokens",
            "Compare models of one tokenizer");
      }
    }
    int d = encoder.config().hiddenSize();
    float[][] tokens = new float[ids.size()][];
    SentenceHead head = encoder.head(pooling);
    float[][] embeddings = new float[ids.size()][head.dimension()];
    encoder.forEachBatch(
        text.text(),
        () -> tokens, // each batch writes to places of its own
        (all, batch) -> take(batch, head, all, embeddings));
    return new ReferenceVectors(text, head, d, tokens, embeddings);
  }

  private static void take(
      HiddenStates batch, SentenceHead head, float[][] tokens, float[][] embeddings) {
    int d = batch.dimension();
    float[] last = batch.layers()[batch.layers().length - 1];
    for (int i = 0; i < batch.sentences().length; i++) {
      int from = batch.offsets()[i];
      int to = batch.offsets()[i + 1];
      int sentence = batch.sentences()[i];
      tokens[sentence] = Arrays.copyOfRange(last, from * d, to * d);
      head.apply(batch.layers(), from * d, to - from, d, embeddings[sentence], 0);
    }
  }

  /**
   * Measures every {@link Estimand}, and besides, without an error, {@value #DEBIASED_ISO_SCORE},
   * {@value #SPHERE_COVERAGE} and {@value #SECOND_ORDER_UNIFORMITY}.
   *
   * @param label of the state
   * @param step of the training; null outside of one
   */
  public Evidence.State measure(String label, @Nullable Integer step) {
    BlockJackknife sums = sums();
    BlockJackknife.Result result = sums.result();
    List<Evidence.Estimate> estimates = new ArrayList<>();
    for (Estimand estimand : Estimand.values()) {
      BlockJackknife.Figure figure = figure(result, estimand);
      estimates.add(
          new Evidence.Estimate(
              estimand.key(),
              figure.value(),
              figure.withoutBlock(),
              figure.withoutType(),
              figure.interaction()));
    }
    addSampled(estimates);
    List<boolean[]> labellings = text.labellings();
    return new Evidence.State(
        label, step, estimates, labellings.isEmpty() ? null : sums.contrasts(labellings));
  }

  /**
   * The value of every {@link Estimand} by its key, null where undefined: what {@link #measure}
   * tells without the errors.
   */
  public Map<String, @Nullable Double> values() {
    BlockJackknife.Result result = sums().result();
    Map<String, @Nullable Double> values = new TreeMap<>();
    for (Estimand estimand : Estimand.values()) {
      values.put(estimand.key(), figure(result, estimand).value());
    }
    return values;
  }

  /** The figures of each type of the text's list, in its order. */
  public List<BlockJackknife.TypeFigures> typeFigures() {
    return sums().result().types();
  }

  private BlockJackknife sums() {
    BlockJackknife sums =
        new BlockJackknife(
            dimension,
            embeddings == null || embeddings.length == 0 ? dimension : embeddings[0].length,
            text.description().blocks(),
            text.contentTypes(),
            text.types().size() - text.contentTypes());
    for (int i = 0; i < tokens.length; i++) {
      sums.addSentence(
          text.block(i),
          text.typesIn(i),
          text.positionsIn(i),
          tokens[i],
          0,
          tokens[i].length / dimension);
      if (embeddings != null) {
        sums.addEmbedding(text.block(i), embeddings[i], 0);
      }
    }
    return sums;
  }

  private static BlockJackknife.Figure figure(BlockJackknife.Result result, Estimand estimand) {
    return switch (estimand) {
      case ANISOTROPY -> result.anisotropy();
      case SENTENCE_ANISOTROPY -> result.sentenceAnisotropy();
      case CONTENT_ADJUSTED_SELF_SIMILARITY -> result.contentAdjustedSelfSimilarity();
      case CONTENT_TYPE_CORRELATION -> result.contentTypeCorrelation();
      case FUNCTION_ADJUSTED_SELF_SIMILARITY -> result.functionAdjustedSelfSimilarity();
      case FUNCTION_TYPE_CORRELATION -> result.functionTypeCorrelation();
      case TYPE_CORRELATION_CONTRAST -> result.typeCorrelationContrast();
      case ADJUSTED_INTRA_SENTENCE_SIMILARITY -> result.adjustedIntraSentenceSimilarity();
      case SENTENCE_CORRELATION -> result.sentenceCorrelation();
      case CENTROID_NORM -> result.centroidNorm();
      case LOG_CENTROID_SHARE -> result.logCentroidShare();
    };
  }

  private void addSampled(List<Evidence.Estimate> estimates) {
    float[] sample = sample();
    IsoScore isoScore = new IsoScore(dimension);
    SecondOrderUniformity uniformity = new SecondOrderUniformity(dimension);
    for (int offset = 0; offset < sample.length; offset += dimension) {
      isoScore.add(sample, offset);
      uniformity.add(sample, offset);
    }
    estimates.add(
        new Evidence.Estimate(
            DEBIASED_ISO_SCORE, isoScore.result().debiasedIsoScore(), null, null));
    estimates.add(
        new Evidence.Estimate(
            SPHERE_COVERAGE,
            SphereCoverage.of(sample, dimension, DIRECTIONS, SAMPLE_SEED).meanAngle(),
            null,
            null));
    estimates.add(
        new Evidence.Estimate(
            SECOND_ORDER_UNIFORMITY, uniformity.result().secondOrderUniformity(), null, null));
  }

  /** Random tokens, all where they are few, {@code [n, d]}: the same places in every state. */
  private float[] sample() {
    int left = Arrays.stream(tokens).mapToInt(sentence -> sentence.length / dimension).sum();
    int wanted = Math.min(SAMPLE, left);
    float[] sample = new float[wanted * dimension];
    SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
    for (float[] sentence : tokens) {
      for (int offset = 0; offset < sentence.length; offset += dimension, left--) {
        if (random.nextInt(left) < wanted) { // selection sampling: every set alike
          wanted--;
          System.arraycopy(
              sentence, offset, sample, sample.length - (wanted + 1) * dimension, dimension);
        }
      }
    }
    return sample;
  }

  /** A of the tokens; null where undefined. */
  public @Nullable Double anisotropy() {
    return anisotropy(new double[dimension], 0);
  }

  /**
   * These vectors moved towards the origin: x - a mean, with the share a, by bisection, for which
   * anisotropy is the one wanted. Where that is less than a = 1 gives, the mean at the origin, a is
   * 1; where it is more than these vectors have, a is negative.
   *
   * @param wanted anisotropy, of the trained model say
   */
  public ReferenceVectors translated(double wanted) {
    double[] mean = new double[dimension];
    long count = 0;
    for (float[] sentence : tokens) {
      for (int i = 0; i < sentence.length; i++) {
        mean[i % dimension] += sentence[i];
      }
      count += sentence.length / dimension;
    }
    for (int j = 0; j < dimension; j++) {
      mean[j] /= count;
    }
    double share = share(mean, wanted);
    return moved(
        dimension,
        (in, offset, out, outOffset) -> {
          for (int j = 0; j < dimension; j++) {
            out[outOffset + j] = (float) (in[offset + j] - share * mean[j]);
          }
        });
  }

  /** The share of the mean to take away. */
  private double share(double[] mean, double wanted) {
    double high = 1;
    Double lowest = anisotropy(mean, high);
    if (lowest == null || lowest >= wanted) {
      return high;
    }
    double low = 0;
    for (int i = 0; i < HALVINGS && below(mean, low, wanted); i++) {
      high = low;
      low = 2 * low - 1; // 0, -1, -3, ...
    }
    double middle = low;
    for (int i = 0; i < HALVINGS; i++) {
      middle = (low + high) / 2;
      double anisotropy = Objects.requireNonNull(anisotropy(mean, middle));
      if (Math.abs(anisotropy - wanted) < NEAR) {
        break;
      }
      if (anisotropy > wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return middle;
  }

  private boolean below(double[] mean, double share, double wanted) {
    return Objects.requireNonNull(anisotropy(mean, share)) < wanted;
  }

  /** A of x - share mean; null where undefined. */
  private @Nullable Double anisotropy(double[] mean, double share) {
    BlockJackknife sums =
        new BlockJackknife(dimension, dimension, text.description().blocks(), 0, 0);
    float[] moved = new float[0];
    int[] none = {};
    for (int i = 0; i < tokens.length; i++) {
      float[] sentence = tokens[i];
      if (moved.length < sentence.length) {
        moved = new float[sentence.length];
      }
      for (int t = 0; t < sentence.length; t += dimension) {
        for (int j = 0; j < dimension; j++) {
          moved[t + j] = (float) (sentence[t + j] - share * mean[j]);
        }
      }
      sums.addSentence(text.block(i), none, none, moved, 0, sentence.length / dimension);
    }
    return sums.result().anisotropy().value();
  }

  /** These vectors whitened: the mean at the origin, all directions with one variance. */
  public ReferenceVectors whitened() {
    Covariance covariance = covariance();
    return transformed(
        Whitening.fit(
            Objects.requireNonNull(covariance.mean()),
            Objects.requireNonNull(covariance.covariance())));
  }

  /** These vectors less their mean and first principal components, d/100 of them. */
  public ReferenceVectors allButTheTop() {
    Covariance covariance = covariance();
    return transformed(
        AllButTheTop.fit(
            Objects.requireNonNull(covariance.mean()),
            Objects.requireNonNull(covariance.covariance())));
  }

  private Covariance covariance() {
    Covariance covariance = new Covariance(dimension);
    for (float[] sentence : tokens) {
      for (int offset = 0; offset < sentence.length; offset += dimension) {
        covariance.add(sentence, offset);
      }
    }
    return covariance;
  }

  private ReferenceVectors transformed(Transform transform) {
    return moved(transform.outputDimension(), transform::apply);
  }

  /**
   * Noise of these vectors' norms: each replaced by one of the same length in a random direction.
   */
  public ReferenceVectors noise(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return moved(
        dimension,
        (in, offset, out, outOffset) -> {
          double norm = 0;
          for (int j = 0; j < dimension; j++) {
            norm += (double) in[offset + j] * in[offset + j];
          }
          double[] direction = new double[dimension];
          double squares = 0;
          for (int j = 0; j < dimension; j++) {
            direction[j] = random.nextGaussian();
            squares += direction[j] * direction[j];
          }
          double scale = Math.sqrt(norm / squares);
          for (int j = 0; j < dimension; j++) {
            out[outOffset + j] = (float) (scale * direction[j]);
          }
        });
  }

  /** Maps one vector. */
  private interface Move {
    void apply(float[] in, int offset, float[] out, int outOffset);
  }

  /**
   * Every token moved, and pooled again. Where an embedding is more than the last layer pooled,
   * there are none: another layer is not kept, and what lies behind the pooling was not trained for
   * tokens that were moved.
   */
  private ReferenceVectors moved(int outputDimension, Move move) {
    int modes = head.pooling().modes().size();
    float[][] moved = new float[tokens.length][];
    float[][] embeddings =
        head.poolsLastLayer() ? new float[tokens.length][modes * outputDimension] : null;
    for (int i = 0; i < tokens.length; i++) {
      int count = tokens[i].length / dimension;
      float[] out = new float[count * outputDimension];
      for (int t = 0; t < count; t++) {
        move.apply(tokens[i], t * dimension, out, t * outputDimension);
      }
      moved[i] = out;
      if (embeddings != null) {
        head.apply(new float[][] {out}, 0, count, outputDimension, embeddings[i], 0);
      }
    }
    return new ReferenceVectors(text, head, outputDimension, moved, embeddings);
  }
}
