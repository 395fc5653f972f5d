package org.isoscope.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.isoscope.results.Claims;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.Sweep;
import org.isoscope.results.TestedTypes;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;

/**
 * Results as a small training leaves them: 4 layers and the embeddings, 8 probes; made up, seeded.
 */
final class Fixture {
  /** Runs if it is ever taken for markup. */
  static final String SCRIPT = "</script><img src=x onerror=window.pwned=1>";

  static final String QUOTES = "\"><svg onload='window.pwned=1'>&amp; `${1}` {{b|c}} {a|markup}";
  static final String RIGHT_TO_LEFT =
      "\u202e\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd";
  static final String EMOJI = "\ud83e\udd66\ud83c\udffd\u200d\ud83d\ude80";
  static final String LONG = "antidisestablishmentarianism".repeat(8);
  static final List<String> HOSTILE = List.of(SCRIPT, QUOTES, RIGHT_TO_LEFT, EMOJI, LONG);

  private static final int[] STEPS = {0, 1, 2, 4, 8, 16, 32, 64};
  private static final int LAYERS = 5;
  private static final int LAST_STEP = 64;

  private Fixture() {}

  /** A training with everything that a training leaves. */
  static ResultDirectory training(Path path, double temperature, boolean hostile) {
    ResultDirectory directory = new ResultDirectory(path);
    String model = hostile ? "bert-base-uncased " + SCRIPT : "bert-base-uncased";
    directory.write(run("train", model, temperature, hostile));
    List<Geometry> probes = new ArrayList<>();
    for (int step : STEPS) {
      probes.add(geometry(model, step, step / (double) LAST_STEP, temperature));
    }
    directory.writeProbes(probes);
    directory.writeMetrics(metrics(temperature));
    directory.write(evaluation(model, temperature, hostile));
    directory.write(
        new Comparison(
            Comparison.SCHEMA,
            probes.get(0),
            probes.get(probes.size() - 1),
            changes(hostile),
            classes(hostile),
            tested(hostile),
            null));
    directory.write(tokens(hostile));
    directory.write(
        new Claims(
            Claims.SCHEMA,
            List.of(
                claim(
                    Claims.Verdict.NOT_ENOUGH_EVIDENCE,
                    1,
                    run("train", model, temperature, hostile).settings(),
                    hostile))));
    return directory;
  }

  /**
   * A sweep of two temperatures: of each two runs are done, and of the higher one one is at each of
   * the ways in which there may be nothing to show.
   */
  static ResultDirectory sweep(Path path, boolean hostile) {
    ResultDirectory directory = new ResultDirectory(path);
    List<Sweep.Run> runs = new ArrayList<>();
    for (double temperature : new double[] {0.05, 0.2}) {
      for (long seed : new long[] {1, 2}) {
        Sweep.Run run = run(temperature, seed, Sweep.State.DONE, null);
        runs.add(run);
        training(path.resolve(run.directory()), temperature, hostile);
      }
    }
    runs.add(run(0.2, 3, Sweep.State.DONE, null)); // and its directory is missing
    runs.add(run(0.2, 4, Sweep.State.FAILED, hostile ? SCRIPT : "Out of memory"));
    runs.add(run(0.2, 5, Sweep.State.WAITING, null));
    if (hostile) {
      runs.add(
          new Sweep.Run(
              SCRIPT,
              QUOTES,
              "../" + path.getFileName() + "-other",
              Map.of("temperature", SCRIPT, QUOTES, EMOJI),
              6,
              Sweep.State.DONE,
              null));
    }
    directory.write(new Sweep(Sweep.SCHEMA, Map.of("schema", 1), runs));
    directory.write(
        new Claims(
            Claims.SCHEMA,
            List.of(
                claim(Claims.Verdict.HOLDS, 8, Map.of("temperature", 0.05), hostile),
                claim(Claims.Verdict.DOES_NOT_HOLD, 3, Map.of("temperature", 0.2), false),
                trend())));
    return directory;
  }

  private static Sweep.Run run(
      double temperature, long seed, Sweep.State state, @Nullable String error) {
    String arm = "temperature=" + temperature;
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", "bert-base-uncased");
    settings.put("text", List.of("wordnet:examples"));
    settings.put("temperature", temperature);
    return new Sweep.Run(
        arm + "/seed-" + seed, arm, "runs/" + arm + "/seed-" + seed, settings, seed, state, error);
  }

  /** 40 runs: 5 temperatures, 2 batch sizes, 2 poolings, 2 seeds. */
  static ResultDirectory fortyRuns(Path path) {
    return grid(path, 5, List.of(16, 64), List.of("mean", "cls"), 2);
  }

  /** 1,000 runs of 200 arms. */
  static ResultDirectory thousandRuns(Path path) {
    return grid(
        path, 10, List.of(8, 16, 32, 64, 256), List.of("mean", "cls", "max", "first-last"), 5);
  }

  /**
   * A sweep of a full grid, all of it done: every run has its probes and its quality, every arm
   * seven claims.
   */
  private static ResultDirectory grid(
      Path path, int temperatures, List<Integer> batches, List<String> poolings, int seeds) {
    ResultDirectory directory = new ResultDirectory(path);
    Random random = new Random(17);
    List<Sweep.Run> runs = new ArrayList<>();
    List<Claims.Claim> claims = new ArrayList<>();
    for (int t = 0; t < temperatures; t++) {
      double temperature = 0.01 * Math.pow(1.5, t);
      for (int batch : batches) {
        for (String pooling : poolings) {
          Map<String, Object> settings = new LinkedHashMap<>();
          settings.put("temperature", temperature);
          settings.put("batch-size", batch);
          settings.put("pooling", pooling);
          String arm =
              "temperature=%.3f,batch-size=%d,pooling=%s".formatted(temperature, batch, pooling);
          for (long seed = 1; seed <= seeds; seed++) {
            String id = arm + "/seed-" + seed;
            runs.add(new Sweep.Run(id, arm, "runs/" + id, settings, seed, Sweep.State.DONE, null));
            ResultDirectory run = new ResultDirectory(path.resolve("runs").resolve(id));
            double strength = 0.05 + 0.002 * t + 0.01 * random.nextDouble();
            List<Geometry> probes = new ArrayList<>();
            for (int step : STEPS) {
              probes.add(geometry("bert-base-uncased", step, step / (double) LAST_STEP, strength));
            }
            run.writeProbes(probes);
            run.write(evaluation("bert-base-uncased", strength, false));
          }
          for (int claim = 0; claim < 7; claim++) {
            claims.add(claim(Claims.Verdict.values()[claim % 3], seeds, settings, false));
          }
        }
      }
    }
    directory.write(new Sweep(Sweep.SCHEMA, Map.of("schema", 1), runs));
    directory.write(new Claims(Claims.SCHEMA, claims));
    return directory;
  }

  private static Claims.Claim claim(
      Claims.Verdict verdict, int seeds, Map<String, Object> arm, boolean hostile) {
    Claims.LevelInterval usual = new Claims.LevelInterval(0.95, 0.021, 0.049);
    Claims.Control blocking =
        new Claims.Control(
            hostile ? SCRIPT : "shuffled positives",
            true,
            0.004,
            new Claims.LevelInterval(0.95, -0.003, 0.011),
            0.031,
            new Claims.LevelInterval(0.95, 0.0205, 0.0415),
            Claims.Verdict.DOES_NOT_HOLD);
    Claims.Control attributing =
        new Claims.Control(
            "the untrained model, whitened",
            false,
            0.062,
            new Claims.LevelInterval(0.95, 0.055, 0.069),
            -0.027,
            null,
            Claims.Verdict.HOLDS);
    return new Claims.Claim(
        "content-mitigated",
        hostile ? "Content words " + QUOTES : "Content words are mitigated",
        hostile ? SCRIPT : "content-type-correlation: mean of (s - B) / (1 - B)",
        verdict,
        0.035,
        usual,
        List.of(
            new Claims.LevelInterval(0.75, 0.027, 0.043),
            new Claims.LevelInterval(0.99, 0.014, 0.056)),
        0.02,
        0.0004,
        0.0028,
        new Claims.Amount(seeds, 1200, 1111, 31),
        new Claims.Figure(
            "adjusted self-similarity s - A",
            0.31,
            0.42,
            0.11,
            new Claims.LevelInterval(0.95, 0.1, 0.12)),
        List.of(new Claims.Figure("debiased-iso-score", 0.1, 0.3, 0.2, null)),
        arm,
        blocking,
        List.of(attributing, blocking),
        hostile ? "Because " + QUOTES : "The effect is 0.035 (0.021 to 0.049).");
  }

  private static Claims.Claim trend() {
    return new Claims.Claim(
        "ablation",
        "How temperature moves token-anisotropy",
        "token-anisotropy: A, after - before",
        Claims.Verdict.NOT_ENOUGH_EVIDENCE,
        null,
        null,
        List.of(),
        0,
        null,
        null,
        new Claims.Amount(2, 1200, 1111, 0),
        null,
        List.of(
            new Claims.Figure(
                "token-anisotropy at temperature 0.05",
                null,
                null,
                -0.36,
                new Claims.LevelInterval(0.95, -0.4, -0.32)),
            new Claims.Figure("token-anisotropy at temperature 0.2", null, null, -0.21, null)),
        Map.of("setting", "temperature"),
        null,
        List.of(),
        "Missing: 1 more seeds in the arm with the fewest.");
  }

  /** An analysis: one model, one geometry. */
  static ResultDirectory analysis(Path path) {
    ResultDirectory directory = new ResultDirectory(path);
    directory.write(run("analyze", "all-minilm-l6-v2", 0.05, false));
    Geometry measured = geometry("all-minilm-l6-v2", 0, 1, 0.05);
    List<Geometry.TokenType> types = new ArrayList<>();
    for (Comparison.TypeChange change : changes(false)) {
      types.add(
          new Geometry.TokenType(
              change.token(), change.occurrences(), change.occurrences(), change.after(), null));
    }
    directory.write(
        Geometry.of("all-minilm-l6-v2", null, measured.corpus(), measured.layers(), types)
            .withWordClasses(
                List.of(
                    new Geometry.WordClass("content", 40, 0.31, new Interval(0.3, 0.32)),
                    new Geometry.WordClass("function", 20, 0.21, null))));
    return directory;
  }

  private static Run run(String command, String model, double temperature, boolean hostile) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", model);
    settings.put("text", "wordnet:examples");
    settings.put("keep-layers", 4);
    settings.put("steps", LAST_STEP);
    settings.put("batch-size", 64);
    settings.put("temperature", temperature);
    settings.put("pooling", "mean");
    settings.put("learning-rate", 3e-5);
    settings.put("warm-up", 0.1);
    settings.put("precision", "bf16");
    settings.put("sts", List.of("stsb-en-dev.csv", "stsb-en-test.csv"));
    if (hostile) {
      settings.put(QUOTES, EMOJI);
    }
    return new Run(
        Run.SCHEMA,
        command,
        "2026-03-14T09:26:53Z",
        131.4,
        !hostile,
        null,
        settings,
        1,
        List.of(new Run.Source(model, "0f3a9d".repeat(10) + "beef", 52_778_496)),
        List.of(new Run.Source("wordnet:examples", null, 47_539)),
        Map.of("isoscope", "0.1.0"),
        Map.of("processor", "Xeon, 2 cores"),
        hostile
            ? List.of("12 of 1,000 sentences were cut at 512 tokens.", "Note: " + QUOTES)
            : List.of("12 of 1,000 sentences were cut at 512 tokens."));
  }

  private static Geometry geometry(String model, int step, double progress, double temperature) {
    // Anisotropy closes fast and then levels off; a lower temperature opens the cone further.
    double done = 1 - Math.exp(-4 * progress);
    List<Geometry.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      double depth = layer / (LAYERS - 1.0);
      double anisotropy =
          0.16 + 0.38 * depth - done * (0.03 + (0.44 - 2 * temperature) * depth * depth);
      double self = 0.97 - 0.28 * depth + done * depth * (-0.12);
      double intra = 0.52 + 0.22 * depth + done * depth * 0.09;
      List<Geometry.RogueDimension> rogue = new ArrayList<>();
      int[] dimensions = {308, 381, 92, 145, 645, 225};
      for (int r = 0; r < dimensions.length; r++) {
        int dimension = done > 0.5 && r > 3 ? dimensions[r] + 100 : dimensions[r];
        rogue.add(new Geometry.RogueDimension(dimension, (0.41 - 0.34 * done) * Math.pow(0.45, r)));
      }
      layers.add(
          new Geometry.Layer(
              layer,
              anisotropy,
              layer == 0 ? null : self,
              layer == 0 ? null : self - anisotropy,
              intra,
              intra - anisotropy,
              14.1 + 2.2 * depth - done * 1.3 * depth,
              8.4 + 3.9 * depth - done * 7.6 * depth,
              0.08 + 0.05 * depth + 0.16 * done * depth,
              0.1 + 0.06 * depth + 0.19 * done * depth,
              rogue,
              null));
    }
    return new Geometry(
        Geometry.SCHEMA,
        model,
        step,
        new Geometry.Corpus(1000, 23_456, 12, true),
        layers,
        null,
        null,
        List.of(
            new Evaluation.Set(
                "stsb-en-dev",
                500,
                "mean",
                0.6352 + 0.1 * done - 0.02 * progress,
                0.61,
                null,
                step,
                null)),
        null,
        null,
        null,
        Map.of(
            "anisotropy", 0.5 - 0.4 * done,
            "sentence-anisotropy", 0.7 - 0.5 * done,
            "content-type-correlation", 0.52 + 0.03 * done,
            "sentence-correlation", 0.1 + 0.05 * done,
            "log-centroid-share", -0.4 - 0.6 * done),
        null);
  }

  private static List<StepMetrics> metrics(double temperature) {
    Random random = new Random(7);
    List<StepMetrics> steps = new ArrayList<>();
    for (int step = 1; step <= LAST_STEP; step++) {
      double rate = 3e-5 * (step <= 6 ? step / 6.0 : (LAST_STEP - step) / (LAST_STEP - 6.0));
      steps.add(
          new StepMetrics(
              step,
              (0.9 + temperature) * Math.exp(-step / 9.0) + 0.05 + 0.03 * random.nextDouble(),
              rate,
              4 * Math.exp(-step / 12.0) + 0.6 + 0.4 * random.nextDouble(),
              2900 + random.nextInt(300),
              1.9));
    }
    return steps;
  }

  private static Evaluation evaluation(String model, double temperature, boolean hostile) {
    String name = hostile ? "stsb " + QUOTES : "stsb-en-dev";
    return new Evaluation(
        Evaluation.SCHEMA,
        model,
        List.of(
            new Evaluation.Set(name, 1500, "mean", 0.635213, 0.641, null, 0, null),
            new Evaluation.Set(
                name, 1500, "mean", 0.735201 - temperature / 10, 0.728, null, LAST_STEP, null),
            new Evaluation.Set("constant", 20, "mean", null, null, null, LAST_STEP, null)),
        List.of(
            new Evaluation.Retrieval("wordnet:gloss-example", 500, 500, "mean", 0.312, 0.41, 0),
            new Evaluation.Retrieval(
                "wordnet:gloss-example", 500, 500, "mean", 0.494, 0.57, LAST_STEP)));
  }

  private static List<Comparison.TypeChange> changes(boolean hostile) {
    List<String> words =
        new ArrayList<>(
            List.of(
                ("the of and to in a is that for it as was with be by on not he his but at are this"
                        + " have from or had an they which one you were her all she there would"
                        + " their we him been has when who will more no if out so said what up its"
                        + " about into than them can only other new some could time these two may"
                        + " then do first any my now such like our over man me even most made after"
                        + " ##s ##ing ##ed [CLS] [SEP] . , ?")
                    .split(" ")));
    if (hostile) {
      words.addAll(HOSTILE);
    }
    Random random = new Random(3);
    List<Comparison.TypeChange> changes = new ArrayList<>();
    for (String word : words) {
      double before = 0.2 + 0.4 * random.nextDouble();
      double change = 0.22 * random.nextGaussian() * 0.6 + 0.03;
      changes.add(
          new Comparison.TypeChange(
              word, 5 + random.nextInt(900), before, before + change, change, "content", null));
    }
    changes.sort((a, b) -> Double.compare(b.change(), a.change()));
    return changes;
  }

  /** Some of the types, those in the middle not significant. */
  private static TestedTypes tested(boolean hostile) {
    List<String> words = new ArrayList<>();
    if (hostile) {
      words.addAll(HOSTILE);
    }
    words.addAll(List.of("time", "made", "man", "new", "the", "of", "with", "on", "he", "##ing"));
    List<TestedTypes.Type> types = new ArrayList<>();
    for (String word : words) {
      double change = 0.1 - 0.2 * types.size() / (words.size() - 1);
      double q = Math.abs(change) > 0.05 ? 0.01 : 0.4;
      types.add(
          new TestedTypes.Type(
              word,
              hostile ? SCRIPT : "content",
              12,
              new TestedTypes.Change(
                  1.2 * change, change, new Interval(change - 0.05, change + 0.05), q),
              new TestedTypes.Change(
                  change + 0.11, change + 0.1, new Interval(change + 0.05, change + 0.15), 0.02)));
    }
    return new TestedTypes("wordnet:examples", types.size(), 0.05, 6, types.size(), types);
  }

  private static List<Comparison.ClassChange> classes(boolean hostile) {
    return List.of(
        new Comparison.ClassChange(
            hostile ? SCRIPT : "content",
            40,
            0.31,
            0.42,
            0.11,
            0.01,
            0.8,
            new Interval(-0.01, 0.23)),
        new Comparison.ClassChange("function", 20, 0.35, 0.25, -0.1, 0.02, 0.25, null));
  }

  private static TokenView tokens(boolean hostile) {
    List<String> texts =
        new ArrayList<>(
            List.of(
                "the old bank by the river was closed",
                "she wrote a long letter to her grand ##mother about the unexpected storm in march",
                "yes"));
    if (hostile) {
      texts.add(String.join(" ", HOSTILE));
    }
    List<TokenView.Sentence> sentences = new ArrayList<>();
    Random random = new Random(11);
    for (String text : texts) {
      List<String> tokens = new ArrayList<>();
      tokens.add("[CLS]");
      if (text.contains(SCRIPT)) {
        tokens.addAll(HOSTILE);
      } else {
        tokens.addAll(List.of(text.split(" ")));
      }
      tokens.add("[SEP]");
      List<String> classes = new ArrayList<>();
      List<double[]> homes = new ArrayList<>();
      for (int i = 0; i < tokens.size(); i++) {
        boolean special = i == 0 || i == tokens.size() - 1;
        classes.add(special ? "special" : List.of("content", "function", "other").get(i % 3));
        homes.add(new double[] {random.nextGaussian(), random.nextGaussian()});
      }
      List<TokenView.View> views = new ArrayList<>();
      for (int step : STEPS) {
        double trained = step / (double) LAST_STEP;
        String label = step == 0 ? "before" : step == LAST_STEP ? "after" : "step " + step;
        views.add(
            new TokenView.View(
                label,
                step,
                homes.stream().map(home -> position(home, trained)).toList(),
                cosines(tokens.size(), 0.55 - 0.35 * trained, random)));
      }
      sentences.add(new TokenView.Sentence(text.replace(" ##", ""), tokens, classes, views));
    }
    return new TokenView(
        TokenView.SCHEMA,
        new TokenView.Projection(LAYERS - 1, 0.43, List.of(-4.0, -3.0)),
        sentences);
  }

  /** Halfway from its home to the origin at the end. */
  private static List<Double> position(double[] home, double trained) {
    double left = 1 - trained / 2;
    return List.of(-4 + left * (home[0] + 4), -3 + left * (home[1] + 3));
  }

  /** Symmetric matrices with ones on the diagonal; tokens that are close are more alike. */
  private static List<List<List<Double>>> cosines(int tokens, double floor, Random random) {
    List<List<List<Double>>> layers = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      double[][] matrix = new double[tokens][tokens];
      for (int i = 0; i < tokens; i++) {
        matrix[i][i] = 1;
        for (int j = i + 1; j < tokens; j++) {
          double near = 0.35 * Math.exp(-(j - i) / 3.0);
          double value = floor * (0.4 + 0.15 * layer) + near + 0.1 * random.nextGaussian();
          matrix[i][j] = matrix[j][i] = Math.max(-0.3, Math.min(0.99, value));
        }
      }
      List<List<Double>> rows = new ArrayList<>();
      for (double[] row : matrix) {
        rows.add(Arrays.stream(row).boxed().toList());
      }
      layers.add(rows);
    }
    return layers;
  }
}
