package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Occurrences of token types x = m + t_w + g + e, in a small space: common mean, type, group of
 * sentences, context. After training the mean is smaller, types lie otherwise by a factor that the
 * seed draws, and contexts are partly new. The figure is the change of the type correlation,
 * computed here by its definition, as are its values without blocks and types.
 *
 * @param groups of sentences
 * @param types in the class
 * @param share of the groups in which a type occurs
 * @param ofType standard deviation of t, by coordinate
 * @param ofGroup of g
 * @param ofContext of e
 * @param skewed whether some types lie far further out than others
 */
record SimulatedTypes(
    int groups,
    int types,
    double share,
    double ofType,
    double ofGroup,
    double ofContext,
    boolean skewed) {
  static final int DIMENSION = 16;
  static final int BLOCKS = 50;

  /** What a seed multiplies the types by is normal. */
  private static final double FACTOR = 1.05;

  private static final double FACTOR_DEVIATION = 0.01;

  /** A normal's mean of a cubic is that of these two (Gauss and Hermite). */
  private static final double[] FACTORS = {FACTOR - FACTOR_DEVIATION, FACTOR + FACTOR_DEVIATION};

  private static final double MEAN = 1;

  /** Part of the mean that is left after training. */
  private static final double LEFT = 0.5;

  /** Part of the context that is the same after training, and the part that is new. */
  private static final double OLD_CONTEXT = 0.8;

  private static final double NEW_CONTEXT = 0.5;

  /** The change in the population of types, groups and seeds, by many of each. */
  double truth(long seed) {
    int manyTypes = 20_000;
    int occurrences = 16;
    SplittableRandom random = new SplittableRandom(seed);
    int states = FACTORS.length + 1;
    double[] similarity = new double[states];
    double[][] total = new double[states][DIMENSION];
    double[] x = new double[DIMENSION];
    for (int w = 0; w < manyTypes; w++) {
      double[] type = type(random);
      double[][] sum = new double[states][DIMENSION];
      for (int i = 0; i < occurrences; i++) {
        double[] group = normal(ofGroup, random);
        double[] context = normal(ofContext, random);
        double[] fresh = normal(ofContext, random);
        for (int s = 0; s < states; s++) {
          vector(x, type, group, context, fresh, s == 0 ? 0 : FACTORS[s - 1]);
          add(sum[s], x, 1);
        }
      }
      for (int s = 0; s < states; s++) {
        similarity[s] +=
            (square(sum[s]) - occurrences) / (occurrences * (occurrences - 1.0)) / manyTypes;
        add(total[s], sum[s], 1.0 / (occurrences * (double) manyTypes));
      }
    }
    double change = 0;
    for (int s = 1; s < states; s++) {
      change += rho(similarity[s], square(total[s])) / FACTORS.length;
    }
    return change - rho(similarity[0], square(total[0]));
  }

  /** One study: a text, types and some seeds. */
  List<Replicate> draw(int seeds, SplittableRandom random) {
    boolean[][] occurs = new boolean[types][groups];
    double[][] type = new double[types][];
    for (int w = 0; w < types; w++) {
      type[w] = type(random);
      int count = 0;
      for (int g = 0; g < groups; g++) {
        occurs[w][g] = random.nextDouble() < share;
        count += occurs[w][g] ? 1 : 0;
      }
      for (int g = w % groups; count < 10; g = (g + 7) % groups) {
        count += occurs[w][g] ? 0 : 1;
        occurs[w][g] = true;
      }
    }
    Sums before = new Sums();
    List<Sums> after = new ArrayList<>();
    double[] factors = new double[seeds];
    for (int r = 0; r < seeds; r++) {
      after.add(new Sums());
      factors[r] = FACTOR + FACTOR_DEVIATION * random.nextGaussian();
    }
    double[][][] x = new double[seeds + 1][types][DIMENSION];
    for (int g = 0; g < groups; g++) {
      double[] group = normal(ofGroup, random);
      for (int w = 0; w < types; w++) {
        if (occurs[w][g]) {
          double[] context = normal(ofContext, random);
          vector(x[0][w], type[w], group, context, context, 0);
          for (int r = 0; r < seeds; r++) {
            vector(x[r + 1][w], type[w], group, context, normal(ofContext, random), factors[r]);
          }
        }
      }
      before.add(g, occurs, x[0]);
      for (int r = 0; r < seeds; r++) {
        after.get(r).add(g, occurs, x[r + 1]);
      }
    }
    Replicate start = before.replicate();
    return after.stream().map(sums -> sums.replicate().minus(start)).toList();
  }

  private double[] type(SplittableRandom random) {
    double scale = skewed ? Math.exp(0.5 * random.nextGaussian() - 0.25) : 1;
    return normal(ofType * scale, random);
  }

  /** A unit vector of a state: factor 0 is the untrained one. */
  private static void vector(
      double[] x, double[] type, double[] group, double[] context, double[] fresh, double factor) {
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      double mean = i == 0 ? MEAN : 0;
      x[i] =
          factor == 0
              ? mean + type[i] + group[i] + context[i]
              : LEFT * mean
                  + factor * type[i]
                  + group[i]
                  + OLD_CONTEXT * context[i]
                  + NEW_CONTEXT * fresh[i];
      squares += x[i] * x[i];
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < DIMENSION; i++) {
      x[i] /= norm;
    }
  }

  static double[] normal(double deviation, SplittableRandom random) {
    double[] x = new double[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      x[i] = deviation * random.nextGaussian();
    }
    return x;
  }

  static void add(double[] to, double[] x, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * x[i];
    }
  }

  static double square(double[] x) {
    return product(x, x);
  }

  static double product(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static double rho(double similarity, double between) {
    return (similarity - between) / (1 - between);
  }

  /**
   * Sums of one state's unit vectors by type and block, and what pairs within a group add up to.
   */
  private final class Sums {
    private final double[][][] sum = new double[types][BLOCKS][DIMENSION];
    private final int[][] count = new int[types][BLOCKS];
    private final double[][] whole = new double[types][DIMENSION];
    private final int[] occurrences = new int[types];

    /** |G_g|^2 over the groups of a block, and the squares of their sizes. */
    private final double[] within = new double[BLOCKS];

    private final double[] withinCount = new double[BLOCKS];

    /** What of that goes with a type. */
    private final double[][] withinOfType = new double[types][BLOCKS];

    private final double[][] withinCountOfType = new double[types][BLOCKS];

    void add(int group, boolean[][] occurs, double[][] x) {
      int block = group % BLOCKS;
      double[] sumOfGroup = new double[DIMENSION];
      int size = 0;
      for (int w = 0; w < types; w++) {
        if (occurs[w][group]) {
          SimulatedTypes.add(sumOfGroup, x[w], 1);
          SimulatedTypes.add(sum[w][block], x[w], 1);
          count[w][block]++;
          size++;
        }
      }
      within[block] += square(sumOfGroup);
      withinCount[block] += (double) size * size;
      for (int w = 0; w < types; w++) {
        if (occurs[w][group]) {
          withinOfType[w][block] += 2 * product(sumOfGroup, x[w]) - 1;
          withinCountOfType[w][block] += 2 * size - 1;
        }
      }
    }

    Replicate replicate() {
      for (int w = 0; w < types; w++) {
        for (int b = 0; b < BLOCKS; b++) {
          SimulatedTypes.add(whole[w], sum[w][b], 1);
          occurrences[w] += count[w][b];
        }
      }
      Left all = new Left(-1);
      List<Double> withoutBlock = new ArrayList<>();
      List<Double> withoutType = new ArrayList<>();
      for (int w = 0; w < types; w++) {
        withoutType.add(all.without(w));
      }
      double[] projections = new double[types];
      SplittableRandom signs = new SplittableRandom(1); // in every state the same
      for (int b = 0; b < BLOCKS; b++) {
        Left left = new Left(b);
        withoutBlock.add(left.value());
        for (int w = 0; w < types; w++) {
          double interaction = left.without(w) - left.value() - withoutType.get(w) + all.value();
          projections[w] += signs.nextBoolean() ? interaction : -interaction;
        }
      }
      return new Replicate(
          all.value(), withoutBlock, withoutType, Arrays.stream(projections).boxed().toList());
    }

    /** Sums without a block, -1 for none. */
    private final class Left {
      private final int block;
      private final double[] total = new double[DIMENSION];
      private double n;
      private double ofTypes;
      private double pairsOfTypes;
      private double similarities;
      private double ofGroups;
      private double pairsOfGroups;

      Left(int block) {
        this.block = block;
        for (int w = 0; w < types; w++) {
          double[] ofType = vector(w);
          double left = count(w);
          SimulatedTypes.add(total, ofType, 1);
          n += left;
          ofTypes += square(ofType);
          pairsOfTypes += left * left;
          similarities += similarity(ofType, left);
        }
        for (int b = 0; b < BLOCKS; b++) {
          if (b != block) {
            ofGroups += within[b];
            pairsOfGroups += withinCount[b];
          }
        }
      }

      private double[] vector(int type) {
        double[] left = whole[type].clone();
        if (block >= 0) {
          SimulatedTypes.add(left, sum[type][block], -1);
        }
        return left;
      }

      private double count(int type) {
        return occurrences[type] - (block >= 0 ? count[type][block] : 0);
      }

      private static double similarity(double[] ofType, double n) {
        return (square(ofType) - n) / (n * (n - 1));
      }

      double value() {
        return value(
            total, n, ofTypes + ofGroups, pairsOfTypes + pairsOfGroups, similarities / types);
      }

      /** Without a type, too. */
      double without(int type) {
        double[] ofType = vector(type);
        double left = count(type);
        double[] others = total.clone();
        SimulatedTypes.add(others, ofType, -1);
        double alike = ofTypes - square(ofType) + ofGroups;
        double pairsAlike = pairsOfTypes - left * left + pairsOfGroups;
        for (int b = 0; b < BLOCKS; b++) {
          if (b != block) {
            alike -= withinOfType[type][b];
            pairsAlike -= withinCountOfType[type][b];
          }
        }
        return value(
            others,
            n - left,
            alike,
            pairsAlike,
            (similarities - similarity(ofType, left)) / (types - 1));
      }

      /** Pairs of one type or one group left out; a token with itself is in both. */
      private static double value(
          double[] total, double n, double alike, double pairsAlike, double similarity) {
        return rho(similarity, (square(total) - alike + n) / (n * n - pairsAlike + n));
      }
    }
  }
}
