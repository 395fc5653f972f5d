package org.isoscope.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.isoscope.geometry.Anisotropy;
import org.isoscope.geometry.CentroidNorm;
import org.isoscope.geometry.IntraSentenceSimilarity;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.MeanCosine;
import org.isoscope.geometry.MeanEnergyShare;
import org.isoscope.geometry.NormQuantiles;
import org.isoscope.geometry.OutlierDimensions;
import org.isoscope.geometry.RadiusOfGyration;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.geometry.TokenNorm;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds a vector of the measures whose cost is a few operations an element, and of reading
 * the same vectors from memory: {@link #read} is the measure of all others.
 *
 * <p>The vectors take {@value #VECTORS} times {@value #D} floats, 64 MB: more than any cache keeps.
 * Each invocation goes over all of them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LinearMeasures.VECTORS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LinearMeasures {
  static final int D = 384;
  static final int VECTORS = 43_690;

  /** Tokens of a sentence. */
  private static final int TOKENS = 17;

  private static final int TYPES = 1000;

  private final float[] vectors = new float[VECTORS * D];
  private final int[] types = new int[VECTORS];

  /** Draws the vectors. */
  @Setup
  public void draw() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextDouble() - 0.4f;
    }
    for (int i = 0; i < VECTORS; i++) {
      types[i] = random.nextInt(TYPES);
    }
  }

  /** The sum of all elements, in eight independent sums: the processor waits for memory alone. */
  @Benchmark
  public float read() {
    float[] x = vectors;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int i = 0; i + 7 < x.length; i += 8) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
      s4 += x[i + 4];
      s5 += x[i + 5];
      s6 += x[i + 6];
      s7 += x[i + 7];
    }
    return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
  }

  /** The sum of all elements as it is written first: each addition waits for the one before. */
  @Benchmark
  public float readInOneSum() {
    float sum = 0;
    for (float x : vectors) {
      sum += x;
    }
    return sum;
  }

  @Benchmark
  public MeanCosine.Result meanCosine() {
    MeanCosine measure = new MeanCosine(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public TokenNorm.Result tokenNorm() {
    TokenNorm measure = new TokenNorm(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public NormQuantiles.Result normQuantiles() {
    NormQuantiles measure = new NormQuantiles(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public CentroidNorm.Result centroidNorm() {
    CentroidNorm measure = new CentroidNorm(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public RogueDimensions.Result rogueDimensions() {
    RogueDimensions measure = new RogueDimensions(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public MeanEnergyShare.Result meanEnergyShare() {
    MeanEnergyShare measure = new MeanEnergyShare(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public RadiusOfGyration.Result radiusOfGyration() {
    RadiusOfGyration measure = new RadiusOfGyration(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public OutlierDimensions.Result outlierDimensions() {
    OutlierDimensions measure = new OutlierDimensions(D);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }

  @Benchmark
  public Anisotropy.Result anisotropy() {
    Anisotropy measure = new Anisotropy(D);
    for (int i = 0; i < VECTORS; i += TOKENS) {
      measure.addSentence(vectors, i * D, TOKENS);
    }
    return measure.result();
  }

  @Benchmark
  public IntraSentenceSimilarity.Result intraSentenceSimilarity() {
    IntraSentenceSimilarity measure = new IntraSentenceSimilarity(D);
    for (int i = 0; i < VECTORS; i += TOKENS) {
      measure.addSentence(vectors, i * D, TOKENS);
    }
    return measure.result();
  }

  @Benchmark
  public SelfSimilarity.Result selfSimilarity() {
    SelfSimilarity measure = new SelfSimilarity(D);
    for (int i = 0; i < VECTORS; i += TOKENS) {
      measure.addSentence(types, i, vectors, i * D, TOKENS);
    }
    return measure.result();
  }

  /** All measures of a layer but IsoScore, together. */
  @Benchmark
  public LayerGeometry.Result layerGeometry() {
    LayerGeometry measure = new LayerGeometry(D, false);
    for (int i = 0; i < VECTORS; i += TOKENS) {
      measure.addSentence(types, i, vectors, i * D, TOKENS);
    }
    return measure.result();
  }

  /** All measures of a space but IsoScore, together. */
  @Benchmark
  public SpaceGeometry.Result spaceGeometry() {
    SpaceGeometry measure = SpaceGeometry.of(D, false);
    for (int i = 0; i < vectors.length; i += D) {
      measure.add(vectors, i);
    }
    return measure.result();
  }
}
