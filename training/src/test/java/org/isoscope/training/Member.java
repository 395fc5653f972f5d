package org.isoscope.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.GlooProcesses;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Rendezvous;
import org.isoscope.torch.Scope;

/** One process of several, started by {@link ProcessesTest}. */
final class Member {
  /** Neither two nor three processes have shares of one size. */
  static final int BATCH = 13;

  static final int STEPS = 3;

  private Member() {}

  /** A training that all processes do together. */
  record Case(int negatives, int microBatchSize, Objective objective) {}

  /** One and two hard negatives, batches whole and in parts, losses with and without tiles. */
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int negatives = 1; negatives <= 2; negatives++) {
      for (int microBatchSize : new int[] {0, 5}) {
        cases.add(new Case(negatives, microBatchSize, new InfoNce(0.05)));
      }
    }
    cases.add(new Case(1, 5, new InfoNce(InfoNce.Similarity.COSINE, 0.1, true, true, 2)));
    cases.add(new Case(1, 0, new GlobalOrthogonalRegularization()));
    cases.add(new Case(1, 0, new Matryoshka(new InfoNce(0.05), List.of(32, 8), List.of(1.0, 0.5))));
    return cases;
  }

  static TrainingSettings settings(Case c) {
    return TrainingSettings.defaults()
        .withSteps(STEPS)
        .withBatchSize(BATCH)
        .withMicroBatchSize(c.microBatchSize())
        .withObjective(c.objective())
        .withMaxGradientNorm(1e30)
        .withSchedule(Schedule.CONSTANT)
        .withWarmUp(0)
        .withSeed(new Seed(4));
  }

  static TrainingItems items(Encoder encoder, Case c) {
    List<TokenizedText> columns = new ArrayList<>();
    for (int column = 0; column < 2 + c.negatives(); column++) {
      columns.add(encoder.tokenizer().tokenize(TinyModel.sentences(60, column + 2)));
    }
    return TrainingItems.of(columns);
  }

  /** Trains all cases, and leaves the losses and the state after the first step and the last. */
  static void train(Path model, Path out, Processes processes) {
    int number = 0;
    for (Case c : cases()) {
      Path directory = out.resolve(number++ + "-" + processes.rank());
      try (Encoder encoder = TinyModel.open(model, 1);
          TrainingItems items = items(encoder, c);
          Trainer trainer = new Trainer(encoder, items, settings(c), processes)) {
        trainer.share();
        List<String> losses = new ArrayList<>();
        for (int step = 1; step <= STEPS; step++) {
          StepMetrics metrics = trainer.next();
          losses.add(
              metrics.loss()
                  + " "
                  + metrics.gradientNorm()
                  + " "
                  + metrics.meanCosine()
                  + " "
                  + metrics.tokens());
          if (step == 1 || step == STEPS) {
            Path at = Files.createDirectories(directory.resolve("step-" + step));
            trainer.save(at);
          }
        }
        Files.write(directory.resolve("losses.txt"), losses);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Adds up numbers until another process is gone. */
  private static void wait(Path started, Processes processes) throws IOException {
    while (true) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor values = torch.ones(1000);
        processes.sum(values);
      }
      if (!Files.exists(started)) {
        Files.createFile(started);
      }
    }
  }

  /**
   * Runs one.
   *
   * @param args its rank, how many there are, the rendezvous, what to do, a directory for what
   *     comes of it, and a model
   */
  public static void main(String[] args) throws IOException {
    int rank = Integer.parseInt(args[0]);
    Path out = Path.of(args[4]);
    try (Processes processes =
        GlooProcesses.join(
            Rendezvous.parse(args[2]), rank, Integer.parseInt(args[1]), () -> null)) {
      switch (args[3]) {
        case "train" -> {
          train(Path.of(args[5]), out, processes);
          processes.part();
        }
        case "wait" -> wait(out.resolve("started-" + rank), processes);
        case "end" -> {
          if (rank == 0) {
            processes.fail("out of paper");
            return;
          }
          wait(out.resolve("started-" + rank), processes);
        }
        default -> throw new IllegalArgumentException(args[3]);
      }
    } catch (UserError e) {
      Files.writeString(out.resolve("error-" + rank), e.getMessage());
    }
    System.exit(0); // whatever the native library still waits for
  }
}
