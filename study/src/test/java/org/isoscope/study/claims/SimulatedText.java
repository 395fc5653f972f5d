package org.isoscope.study.claims;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.isoscope.evaluation.Estimand;
import org.isoscope.evaluation.ReferenceText;
import org.isoscope.geometry.BlockJackknife;
import org.isoscope.results.Evidence;

/**
 * Tokens x = m + t + g + s + e of a text in a small space: common mean, type, group, sentence,
 * context. Types, groups, sentences and contexts are drawn from populations. Training takes half of
 * the mean away, stretches some directions and shrinks others, the more so the larger a number that
 * the seed draws, and adds noise of the seed's own. The evidence is measured as a model's is.
 *
 * @param groups independent of each other
 * @param sentences in each
 * @param groupsOfType groups that each listed type occurs in, once each
 * @param ofType standard deviation of a content type's t, by coordinate; half of it is a function
 *     type's
 * @param ofGroup of g
 * @param copies whether the sentences of a group are near copies of each other
 */
record SimulatedText(
    int groups, int sentences, int groupsOfType, double ofType, double ofGroup, boolean copies) {
  /** Types of each class. */
  static final int TYPES = 30;

  /** As a reference text has. */
  static final int BLOCKS = ReferenceText.BLOCKS;

  /** What is measured. */
  static final List<Estimand> ESTIMANDS =
      List.of(
          Estimand.ANISOTROPY,
          Estimand.SENTENCE_CORRELATION,
          Estimand.CONTENT_TYPE_CORRELATION,
          Estimand.TYPE_CORRELATION_CONTRAST);

  private static final int DIMENSION = 16;

  /** Of a group: many, so that few of them are of listed types. */
  private static final int TOKENS = 60;

  private static final double MEAN = 1.5;
  private static final double OF_SENTENCE = 0.2;
  private static final double OF_CONTEXT = 0.4;

  /** Standard deviation of the context of a near copy, about that of the other. */
  private static final double OF_COPY = 0.1;

  private static final double NEW = 0.1;
  private static final double STRETCH = 0.2;
  private static final double STRETCH_DEVIATION = 0.02;

  /** A normal's mean of a cubic is that of these two (Gauss and Hermite). */
  private static final double[] STRETCHES = {
    STRETCH - STRETCH_DEVIATION, STRETCH + STRETCH_DEVIATION
  };

  /** For the truth. */
  private static final int MANY_GROUPS = 20_000;

  private static final int MANY_TYPES = 3_000;

  /**
   * The population of every part, before its scaling: vectors of normal coordinates. Taken from a
   * table because this is many times as fast as drawing coordinates.
   */
  private static final double[][] NORMAL = new double[1 << 14][DIMENSION];

  static {
    SplittableRandom random = new SplittableRandom(1);
    for (double[] vector : NORMAL) {
      Arrays.setAll(vector, unused -> random.nextGaussian());
    }
  }

  /** The changes in the population of types, groups and seeds. */
  Map<Estimand, Double> truth(long seed) {
    SimulatedText many =
        new SimulatedText(MANY_GROUPS, sentences, groupsOfType, ofType, ofGroup, copies);
    List<Evidence> evidence =
        many.evidence(STRETCHES, MANY_TYPES, 10 * BLOCKS, new SplittableRandom(seed));
    Map<Estimand, Double> truth = new EnumMap<>(Estimand.class);
    for (Estimand estimand : ESTIMANDS) {
      String key = estimand.key();
      truth.put(
          estimand,
          Objects.requireNonNull(Effects.mean(evidence, Evidence.AFTER, key))
              - Objects.requireNonNull(Effects.mean(evidence, Evidence.BEFORE, key)));
    }
    return truth;
  }

  /** One study: a text, types, and one evidence a training. */
  List<Evidence> evidence(int trainings, SplittableRandom random) {
    double[] stretches = new double[trainings];
    Arrays.setAll(stretches, unused -> STRETCH + STRETCH_DEVIATION * random.nextGaussian());
    return evidence(stretches, TYPES, BLOCKS, random);
  }

  private List<Evidence> evidence(
      double[] stretches, int types, int blocks, SplittableRandom random) {
    BlockJackknife[] states = new BlockJackknife[stretches.length + 1];
    Arrays.setAll(states, unused -> new BlockJackknife(DIMENSION, blocks, types, types));
    double[][] listed = new double[2 * types][];
    Arrays.setAll(listed, unused -> drawn(random));
    List<List<Integer>> typesOf = typesOf(2 * types, random);
    double[][] tokens = new double[TOKENS / sentences][DIMENSION];
    for (int g = 0; g < groups; g++) {
      double[] group = drawn(random);
      double[] sentence = drawn(random);
      int[] here = typesOf.get(g).stream().mapToInt(type -> type).toArray();
      int next = 0;
      for (int i = 0; i < sentences; i++) {
        boolean copy = copies && i > 0;
        // Types are spread over a document's sentences, and are in the first of near copies.
        int last = copies ? here.length : here.length * (i + 1) / sentences;
        int[] measured = Arrays.copyOfRange(here, next, last);
        next = last;
        int[] positions = new int[measured.length];
        Arrays.setAll(positions, j -> j);
        if (!copy) {
          sentence = drawn(random);
        }
        int count = Math.max(TOKENS / sentences, measured.length);
        if (!copy && tokens.length != count) {
          tokens = new double[count][DIMENSION];
        }
        for (int j = 0; j < tokens.length; j++) {
          if (copy) {
            add(tokens[j], drawn(random), OF_COPY);
            continue;
          }
          boolean content = j < measured.length ? measured[j] < types : random.nextBoolean();
          Arrays.fill(tokens[j], 0);
          tokens[j][0] = MEAN;
          double[] type = j < measured.length ? listed[measured[j]] : drawn(random);
          add(tokens[j], type, content ? ofType : ofType / 2);
          add(tokens[j], group, ofGroup);
          add(tokens[j], sentence, OF_SENTENCE);
          add(tokens[j], drawn(random), OF_CONTEXT);
        }
        for (int s = 0; s < states.length; s++) {
          float[] flat = s == 0 ? flat(tokens) : trained(tokens, stretches[s - 1], random);
          states[s].addSentence(g % blocks, measured, positions, flat, 0, tokens.length);
        }
      }
    }
    Evidence.State before = state(Evidence.BEFORE, states[0].result());
    List<Evidence> evidence = new ArrayList<>();
    for (int r = 1; r < states.length; r++) {
      evidence.add(
          new Evidence(
              Evidence.SCHEMA,
              "model",
              new Evidence.Text("text", "0", (long) groups * sentences, groups, blocks),
              List.of(),
              List.of(before, state(Evidence.AFTER, states[r].result())),
              List.of()));
    }
    return evidence;
  }

  /** Of each group, the listed types that occur in it. */
  private List<List<Integer>> typesOf(int types, SplittableRandom random) {
    List<List<Integer>> typesOf = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      typesOf.add(new ArrayList<>());
    }
    for (int type = 0; type < types; type++) {
      for (int g : random.ints(0, groups).distinct().limit(groupsOfType).toArray()) {
        typesOf.get(g).add(random.nextInt(typesOf.get(g).size() + 1), type);
      }
    }
    return typesOf;
  }

  private static double[] drawn(SplittableRandom random) {
    return NORMAL[random.nextInt(NORMAL.length)];
  }

  private static void add(double[] to, double[] x, double factor) {
    for (int i = 0; i < DIMENSION; i++) {
      to[i] += factor * x[i];
    }
  }

  private static float[] flat(double[][] tokens) {
    float[] flat = new float[tokens.length * DIMENSION];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) tokens[i / DIMENSION][i % DIMENSION];
    }
    return flat;
  }

  private static float[] trained(double[][] tokens, double stretch, SplittableRandom random) {
    float[] flat = new float[tokens.length * DIMENSION];
    for (int j = 0; j < tokens.length; j++) {
      double[] noise = drawn(random);
      for (int i = 0; i < DIMENSION; i++) {
        double factor = i == 0 ? 0.5 : i % 4 == 1 ? 1 + 3 * stretch : 1 - stretch;
        flat[j * DIMENSION + i] = (float) (factor * tokens[j][i] + NEW * noise[i]);
      }
    }
    return flat;
  }

  private static Evidence.State state(String label, BlockJackknife.Result result) {
    return new Evidence.State(
        label,
        null,
        List.of(
            estimate(Estimand.ANISOTROPY, result.anisotropy()),
            estimate(Estimand.SENTENCE_CORRELATION, result.sentenceCorrelation()),
            estimate(Estimand.CONTENT_TYPE_CORRELATION, result.contentTypeCorrelation()),
            estimate(Estimand.TYPE_CORRELATION_CONTRAST, result.typeCorrelationContrast())),
        null);
  }

  private static Evidence.Estimate estimate(Estimand estimand, BlockJackknife.Figure figure) {
    return new Evidence.Estimate(
        estimand.key(),
        figure.value(),
        figure.withoutBlock(),
        figure.withoutType(),
        figure.interaction());
  }
}
