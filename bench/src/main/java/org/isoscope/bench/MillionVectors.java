package org.isoscope.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bytedeco.openblas.global.openblas;
import org.isoscope.geometry.Covariance;
import org.isoscope.geometry.IsoScore;
import org.isoscope.geometry.NormQuantiles;
import org.isoscope.geometry.OutlierDimensions;
import org.isoscope.geometry.PartitionIsotropy;
import org.isoscope.geometry.RadiusOfGyration;
import org.isoscope.geometry.SecondOrderUniformity;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.geometry.Spectrum;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a million vectors of 384 dimensions that are drawn on the way and, but for a
 * hundredth, not kept: every measure that streams, on one thread, in a heap of a gigabyte.
 *
 * <p>{@link SpaceGeometry} leaves IsoScore out: it is read from the {@link Covariance} that the
 * {@link Spectrum} takes as well. {@link SecondOrderUniformity} is a matrix of its own, that of the
 * unit vectors. {@link PartitionIsotropy} needs the spectrum's directions, known at the end: it
 * sees the hundredth that was kept.
 *
 * <p>Prints the processor's seconds of the thread beside those of the clock, which other programs
 * share. The rate of the matrices is held against that of OpenBLAS's product on one thread, taken
 * before and after: n d (d + 1) / 2 multiply-adds a matrix, since it is symmetric.
 */
public final class MillionVectors {
  private static final int D = 384;
  private static final int BLOCK = 1000;
  private static final int PRODUCT = 768;

  /** Of so many blocks one is kept. */
  private static final int KEPT = 100;

  private MillionVectors() {}

  /**
   * Runs it.
   *
   * @param args how many vectors, a million where there is none
   */
  public static void main(String[] args) {
    int n = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
    openblas.blas_set_num_threads(1);
    double machine = productRate();

    SpaceGeometry space = SpaceGeometry.of(D, false);
    RadiusOfGyration radius = new RadiusOfGyration(D);
    OutlierDimensions outliers = new OutlierDimensions(D);
    NormQuantiles norms = new NormQuantiles(D);
    Covariance covariance = new Covariance(D);
    SecondOrderUniformity uniformity = new SecondOrderUniformity(D);
    double drawing = 0;
    double linear = 0;
    double matrices = 0;
    long clock = System.nanoTime();
    float[] block = new float[BLOCK * D];
    List<float[]> kept = new ArrayList<>();
    for (int done = 0; done < n; done += BLOCK) {
      int count = Math.min(BLOCK, n - done);
      double start = seconds();
      draw(block, count, done);
      double drawn = seconds();
      for (int i = 0; i < count * D; i += D) {
        space.add(block, i);
        radius.add(block, i);
        outliers.add(block, i);
        norms.add(block, i);
      }
      if (done / BLOCK % KEPT == 0) {
        kept.add(Arrays.copyOf(block, count * D));
      }
      double summed = seconds();
      for (int i = 0; i < count * D; i += D) {
        covariance.add(block, i);
        uniformity.add(block, i);
      }
      drawing += drawn - start;
      linear += summed - drawn;
      matrices += seconds() - summed;
    }
    double wall = (System.nanoTime() - clock) / 1e9;
    double rate = 2.0 * n * D * (D + 1) / 2 / matrices;

    double start = seconds();
    Spectrum spectrum = Spectrum.of(covariance);
    Spectrum uncentred = Spectrum.uncentred(covariance);
    double decomposing = seconds() - start;
    PartitionIsotropy.@Nullable Result partition = null;
    start = seconds();
    PartitionIsotropy isotropy = PartitionIsotropy.along(covariance, 1);
    if (isotropy != null) {
      for (float[] vectors : kept) {
        for (int i = 0; i < vectors.length; i += D) {
          isotropy.add(vectors, i);
        }
      }
      partition = isotropy.result();
    }
    double partitioning = seconds() - start;
    machine = Math.max(machine, productRate());

    print("%d vectors of %d dimensions, one thread%n", n, D);
    print("clock                   %8.1f s for the pass%n", wall);
    print("processor: drawing      %8.1f s%n", drawing);
    print("           linear       %8.1f s%n", linear);
    print("           matrices     %8.1f s for two%n", matrices);
    print("           spectra      %8.1f s for two%n", decomposing);
    print("           partition    %8.1f s for a hundredth%n", partitioning);
    print("peak heap               %8.0f MB%n", peakHeap() / 1e6);
    print("matrices                %8.2f billion multiply-adds a second%n", rate / 1e9);
    print("OpenBLAS's product      %8.2f billion multiply-adds a second%n", machine / 1e9);
    print("fraction                %8.2f%n", rate / machine);
    SpaceGeometry.Result figures = space.result();
    print("mean cosine             %s%n", figures.meanCosine());
    print("mean norm               %s%n", figures.meanNorm());
    print("norm variation          %s%n", figures.normVariation());
    print("centroid norm           %s%n", figures.centroidNorm());
    print("centroid share          %s%n", figures.centroidShare());
    print("largest share           %s%n", figures.rogueDimensions().get(0));
    print("radius of gyration      %s%n", radius.result().radiusOfGyration());
    print("outlier dimensions      %s%n", outliers.result().outliers());
    print("norms                   %s%n", norms.result());
    print("IsoScore                %s%n", IsoScore.of(covariance));
    print("second-order uniformity %s%n", uniformity.result());
    if (spectrum != null && uncentred != null) {
      print("participation ratio     %s%n", spectrum.participationRatio());
      print("effective rank          %s%n", spectrum.effectiveRank());
      print("stable rank             %s%n", spectrum.stableRank());
      print("RankMe                  %s%n", uncentred.rankMe());
    }
    print("partition isotropy      %s%n", partition);
  }

  private static void print(String format, @Nullable Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  /** Evenly spread elements about a small mean: a block depends on nothing but its number. */
  private static void draw(float[] block, int count, int number) {
    SplittableRandom random = new SplittableRandom(number);
    for (int i = 0; i < count * D; i++) {
      block[i] = (float) random.nextDouble() - 0.45f;
    }
  }

  /** The processor's, of this thread. */
  private static double seconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  /** Multiply-adds a second of OpenBLAS's product of two square matrices; the best of ten. */
  private static double productRate() {
    double[] a = new double[PRODUCT * PRODUCT];
    double[] b = new double[PRODUCT * PRODUCT];
    double[] c = new double[PRODUCT * PRODUCT];
    Arrays.fill(a, 0.5);
    Arrays.fill(b, 0.25);
    double best = 0;
    for (int round = 0; round < 10; round++) {
      double start = seconds();
      openblas.cblas_dgemm(
          openblas.CblasRowMajor,
          openblas.CblasNoTrans,
          openblas.CblasNoTrans,
          PRODUCT,
          PRODUCT,
          PRODUCT,
          1,
          a,
          PRODUCT,
          b,
          PRODUCT,
          0,
          c,
          PRODUCT);
      best = Math.max(best, Math.pow(PRODUCT, 3) / (seconds() - start));
    }
    return best;
  }

  private static long peakHeap() {
    long peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      peak += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
    }
    return peak;
  }
}
