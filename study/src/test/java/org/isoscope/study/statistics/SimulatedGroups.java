package org.isoscope.study.statistics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * Tokens x = m + g + s + e of sentences in groups, in a small space: common mean, group, sentence,
 * token. After training the mean is smaller, what sentences have in common is another multiple of
 * itself that the seed draws, and tokens are partly new. Figures and their values without each
 * block are computed by definition.
 *
 * @param groups independent of each other
 * @param sentences in each
 * @param ofGroup standard deviation of g, by coordinate
 * @param copies whether the sentences of a group are near copies of each other
 * @param skewed whether some sentences lie far further out than others
 * @param bySentence whether sentences are taken for independent, as they must not be
 */
record SimulatedGroups(
    int groups, int sentences, double ofGroup, boolean copies, boolean skewed, boolean bySentence) {
  /** What is measured. */
  enum Figure {
    ANISOTROPY,
    SENTENCE_CORRELATION,
    LOG_CENTROID_SHARE
  }

  private static final int DIMENSION = 8;
  private static final int TOKENS = 2;

  /** Of the mean, after: well above its own error over 100 groups, as a real cloud's is. */
  private static final double LEFT = 0.8;

  private static final int BLOCKS = 50;
  private static final double OF_SENTENCE = 0.4;
  private static final double OF_TOKEN = 0.5;
  private static final double FACTOR = 1.1;
  private static final double FACTOR_DEVIATION = 0.01;
  private static final double[] FACTORS = {FACTOR - FACTOR_DEVIATION, FACTOR + FACTOR_DEVIATION};

  /** Many groups, for the truth. */
  private static final int MANY = 400_000;

  /** The changes in the population. */
  Map<Figure, Double> truth(long seed) {
    SimulatedGroups many = new SimulatedGroups(MANY, sentences, ofGroup, copies, skewed, false);
    List<Map<Figure, Replicate>> changes = many.draw(FACTORS, new SplittableRandom(seed));
    Map<Figure, Double> truth = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      truth.put(
          figure, changes.stream().mapToDouble(c -> c.get(figure).value()).average().orElseThrow());
    }
    return truth;
  }

  /** One study, by seed. */
  List<Map<Figure, Replicate>> draw(int seeds, SplittableRandom random) {
    return draw(
        DoubleStream.generate(() -> FACTOR + FACTOR_DEVIATION * random.nextGaussian())
            .limit(seeds)
            .toArray(),
        random);
  }

  private List<Map<Figure, Replicate>> draw(double[] factors, SplittableRandom random) {
    List<Sums> sums = new ArrayList<>();
    for (int s = 0; s <= factors.length; s++) {
      sums.add(new Sums());
    }
    for (int g = 0; g < groups; g++) {
      double[] group = normal(ofGroup, random);
      double[] sentence = new double[DIMENSION];
      double[][] tokens = new double[TOKENS][];
      for (int i = 0; i < sentences; i++) {
        if (i == 0 || !copies) {
          double scale = skewed ? Math.exp(0.5 * random.nextGaussian() - 0.25) : 1;
          sentence = normal(OF_SENTENCE * scale, random);
        }
        for (int j = 0; j < TOKENS; j++) {
          double[] token = normal(OF_TOKEN * (i > 0 && copies ? 0.2 : 1), random);
          if (i > 0 && copies) {
            SimulatedTypes.add(token, tokens[j], 1);
          } else {
            tokens[j] = token;
          }
          for (int s = 0; s <= factors.length; s++) {
            double[] x = normal(s == 0 ? 0 : 0.3 * OF_TOKEN, s == 0 ? null : random);
            x[0] += s == 0 ? 1 : LEFT;
            SimulatedTypes.add(x, group, 1);
            SimulatedTypes.add(x, sentence, s == 0 ? 1 : factors[s - 1]);
            SimulatedTypes.add(x, token, s == 0 ? 1 : 0.9);
            sums.get(s).token(x);
          }
        }
        for (Sums ofState : sums) {
          ofState.sentence();
          if (bySentence) {
            ofState.group();
          }
        }
      }
      if (!bySentence) {
        sums.forEach(Sums::group);
      }
    }
    Map<Figure, Replicate> before = sums.get(0).replicates();
    List<Map<Figure, Replicate>> changes = new ArrayList<>();
    for (Sums after : sums.subList(1, sums.size())) {
      Map<Figure, Replicate> change = new EnumMap<>(Figure.class);
      after
          .replicates()
          .forEach((figure, value) -> change.put(figure, value.minus(before.get(figure))));
      changes.add(change);
    }
    return changes;
  }

  private static double[] normal(double deviation, SplittableRandom random) {
    double[] x = new double[DIMENSION];
    for (int i = 0; deviation > 0 && i < DIMENSION; i++) {
      x[i] = deviation * random.nextGaussian();
    }
    return x;
  }

  /** Sums of a state by block. */
  private static final class Sums {
    private final double[][] means = new double[BLOCKS][DIMENSION];
    private final double[] squares = new double[BLOCKS];
    private final double[] within = new double[BLOCKS];
    private final double[][] vectors = new double[BLOCKS][DIMENSION];
    private final double[] norms = new double[BLOCKS];
    private final int[] counts = new int[BLOCKS];
    private int groups;
    private double[] units = new double[DIMENSION];
    private double[] raw = new double[DIMENSION];
    private double norm;
    private int tokens;
    private double cosines;
    private int sentences;
    private double[] ofSentence = new double[DIMENSION];

    void token(double[] x) {
      double length = Math.sqrt(SimulatedTypes.square(x));
      SimulatedTypes.add(raw, x, 1);
      norm += length;
      SimulatedTypes.add(ofSentence, x, 1 / length);
      tokens++;
    }

    void sentence() {
      cosines += (SimulatedTypes.square(ofSentence) - TOKENS) / (TOKENS * (TOKENS - 1.0));
      SimulatedTypes.add(units, ofSentence, 1);
      ofSentence = new double[DIMENSION];
      sentences++;
    }

    void group() {
      int block = groups++ % BLOCKS;
      SimulatedTypes.add(means[block], units, 1.0 / tokens);
      squares[block] += SimulatedTypes.square(units) / ((double) tokens * tokens);
      within[block] += cosines / sentences;
      SimulatedTypes.add(vectors[block], raw, 1.0 / tokens);
      norms[block] += norm / tokens;
      counts[block]++;
      units = new double[DIMENSION];
      raw = new double[DIMENSION];
      norm = 0;
      tokens = 0;
      cosines = 0;
      sentences = 0;
    }

    Map<Figure, Replicate> replicates() {
      Map<Figure, Double> whole = without(-1);
      Map<Figure, List<Double>> without = new EnumMap<>(Figure.class);
      for (int b = 0; b < BLOCKS; b++) {
        without(b)
            .forEach(
                (figure, value) ->
                    without.computeIfAbsent(figure, f -> new ArrayList<>()).add(value));
      }
      Map<Figure, Replicate> replicates = new EnumMap<>(Figure.class);
      whole.forEach(
          (figure, value) ->
              replicates.put(
                  figure, new Replicate(value, without.get(figure), List.of(), List.of())));
      return replicates;
    }

    private Map<Figure, Double> without(int left) {
      double[] mean = new double[DIMENSION];
      double[] vector = new double[DIMENSION];
      double square = 0;
      double w = 0;
      double length = 0;
      double n = 0;
      for (int b = 0; b < BLOCKS; b++) {
        if (b != left) {
          SimulatedTypes.add(mean, means[b], 1);
          SimulatedTypes.add(vector, vectors[b], 1);
          square += squares[b];
          w += within[b];
          length += norms[b];
          n += counts[b];
        }
      }
      double anisotropy = (SimulatedTypes.square(mean) - square) / (n * (n - 1));
      Map<Figure, Double> figures = new EnumMap<>(Figure.class);
      figures.put(Figure.ANISOTROPY, anisotropy);
      figures.put(Figure.SENTENCE_CORRELATION, (w / n - anisotropy) / (1 - anisotropy));
      figures.put(
          Figure.LOG_CENTROID_SHARE, Math.log(Math.sqrt(SimulatedTypes.square(vector)) / length));
      return figures;
    }
  }
}
