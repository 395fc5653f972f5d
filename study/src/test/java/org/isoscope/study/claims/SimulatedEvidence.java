package org.isoscope.study.claims;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.isoscope.evaluation.Estimand;
import org.isoscope.results.Evidence;

/**
 * Evidence of trainings whose true effects are known: what seeds, blocks of the text and types add
 * is normal, and the same for all trainings over one text.
 */
final class SimulatedEvidence {
  static final int BLOCKS = 20;
  private static final double BEFORE = 0.5;
  private static final int PERMUTATIONS = 199;

  private final SplittableRandom random;
  private final Map<String, double[]> ofBlock = new HashMap<>();
  private final Map<String, double[]> ofType = new HashMap<>();
  private final int types;
  private final double betweenSeeds;

  /**
   * Deviations of seeds, blocks and types that make errors of .003, .002 and .002 with 30 types.
   */
  SimulatedEvidence(long text, int types, double betweenSeeds) {
    random = new SplittableRandom(text);
    this.types = types;
    this.betweenSeeds = betweenSeeds;
    for (Estimand estimand : Estimand.values()) {
      ofBlock.put(estimand.key(), normal(BLOCKS, 0.01));
      ofType.put(estimand.key(), normal(types(estimand.key()), 0.011));
    }
  }

  /** One a seed; effects by key, 0 where not named. */
  List<Evidence> trainings(int seeds, Map<String, Double> effects) {
    return IntStream.range(0, seeds).mapToObj(r -> training(effects, List.of())).toList();
  }

  /** The same, missing something. */
  List<Evidence> trainings(int seeds, Map<String, Double> effects, List<String> missing) {
    return IntStream.range(0, seeds).mapToObj(r -> training(effects, missing)).toList();
  }

  private Evidence training(Map<String, Double> effects, List<String> missing) {
    List<Evidence.Estimate> before = new ArrayList<>();
    List<Evidence.Estimate> after = new ArrayList<>();
    for (Estimand estimand : Estimand.values()) {
      String key = estimand.key();
      before.add(estimate(key, BEFORE, new double[BLOCKS], new double[types(key)]));
      double effect = effects.getOrDefault(key, 0.0);
      boolean moved = effects.containsKey(key);
      after.add(
          estimate(
              key,
              BEFORE + effect + betweenSeeds * random.nextGaussian(),
              moved ? ofBlock.get(key) : new double[BLOCKS],
              moved ? ofType.get(key) : new double[types(key)]));
    }
    List<Double> none = IntStream.range(0, PERMUTATIONS).mapToObj(i -> 0.0).toList();
    List<Double> permuted =
        IntStream.range(0, PERMUTATIONS).mapToObj(i -> 0.002 * random.nextGaussian()).toList();
    return new Evidence(
        Evidence.SCHEMA,
        "model",
        new Evidence.Text("text", "0", 2000, 1000, BLOCKS),
        frozen(),
        List.of(
            new Evidence.State(Evidence.BEFORE, 0, before, none),
            new Evidence.State(Evidence.TRANSLATED, null, before, null),
            new Evidence.State(Evidence.AFTER, 64, after, permuted)),
        missing);
  }

  private List<Evidence.Type> frozen() {
    List<Evidence.Type> frozen = new ArrayList<>();
    for (String wordClass : List.of("content", "function")) {
      for (int t = 0; t < types; t++) {
        frozen.add(new Evidence.Type(wordClass + t, wordClass, 10));
      }
    }
    return frozen;
  }

  private int types(String key) {
    return key.equals(Estimand.TYPE_CORRELATION_CONTRAST.key())
        ? 2 * types
        : key.startsWith("content") || key.startsWith("function") ? types : 0;
  }

  private static Evidence.Estimate estimate(
      String key, double mean, double[] blocks, double[] types) {
    double value = mean + average(blocks) + average(types);
    return new Evidence.Estimate(
        key, value, without(value, blocks), types.length == 0 ? null : without(value, types));
  }

  private static List<Double> without(double value, double[] parts) {
    double mean = average(parts);
    return IntStream.range(0, parts.length)
        .mapToObj(i -> value + (mean - parts[i]) / (parts.length - 1))
        .toList();
  }

  private static double average(double[] parts) {
    double sum = 0;
    for (double part : parts) {
      sum += part / parts.length;
    }
    return sum;
  }

  private double[] normal(int n, double deviation) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = deviation * random.nextGaussian();
    }
    return values;
  }
}
