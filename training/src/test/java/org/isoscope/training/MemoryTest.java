package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native memory does not grow with the steps: neither the number of native objects, of which not a
 * single one may be left, nor the process's memory, which whatever else is allocated would fill.
 * Measured in a process of its own, whose Java heap is of a fixed size and resident from the start,
 * so that what grows is native.
 */
final class MemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int BATCH = 32;
  private static final int WARM_UP = 100;
  private static final int STEPS = 200;
  private static final int KEPT = 40;

  /**
   * MiB. A step makes about 5 MiB of tensors: where one in a hundred of them stayed, 200 steps
   * would leave more than this. The allocator's and the compiler's moves stay far below it.
   */
  private static final double BOUND = 8;

  @TempDir static Path directory;

  private static double growthWhileTraining;
  private static double growthWhileKeeping;
  private static long objectsWhileTraining;
  private static long objectsWhileKeeping;

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    assumeTrue(Files.isReadable(STATUS), "resident memory is read from " + STATUS);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms96m",
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:+AlwaysPreTouch",
            "-XX:TieredStopAtLevel=1", // the optimizing compiler takes memory as it pleases
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            Measured.class.getName(),
            TinyModel.write(directory, 1).toString());
    // glibc would give each of the probes' short-lived threads memory to hold on to.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit code of %s, after: %s", builder.command(), out).isZero();
    String[] figures = out.strip().split(" ");
    growthWhileTraining = Double.parseDouble(figures[0]);
    growthWhileKeeping = Double.parseDouble(figures[1]);
    objectsWhileTraining = Long.parseLong(figures[2]);
    objectsWhileKeeping = Long.parseLong(figures[3]);
  }

  @Test
  void trainingAndProbingKeepNothing() {
    assertThat(growthWhileTraining).as("MiB more").isLessThan(BOUND);
  }

  @Test
  void everyNativeObjectOfAStepIsClosedWithIt() {
    assertThat(objectsWhileTraining).as("more native objects").isZero();
    assertThat(objectsWhileKeeping).as("the control: one is kept of each step").isEqualTo(KEPT);
  }

  /** The control: each kept tensor holds the whole graph of its step. */
  @Test
  void aTensorThatIsKeptIsSeen() {
    assertThat(growthWhileKeeping).as("MiB more").isGreaterThan(2 * BOUND);
  }

  /** What the process does; prints both growths in MiB. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) throws IOException {
      try (Encoder encoder = TinyModel.open(Path.of(args[0]), 1)) {
        TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(100, 2));
        double warm = 0;
        long warmObjects = 0;
        long trainedObjects = 0;
        try (Trainer trainer = new Trainer(encoder, TrainingItems.simCse(text), settings())) {
          Probe probe =
              new Probe(
                  "tiny",
                  text,
                  WordClasses.of(encoder, List.of(), PartOfSpeech.english()),
                  List.of(),
                  Pooling.MEAN,
                  null,
                  new Seed(1));
          while (trainer.step() < WARM_UP + STEPS) {
            trainer.next();
            if (trainer.step() % 10 == 0) {
              probe.measure(encoder, trainer.step(), false);
            }
            if (trainer.step() == WARM_UP) {
              warm = residentMemory();
              warmObjects = Pointer.totalCount();
            }
          }
          trainedObjects = Pointer.totalCount();
        }
        double trained = residentMemory();
        long beforeKeeping = Pointer.totalCount();
        List<Tensor> kept = new ArrayList<>();
        for (int step = 1; step <= KEPT; step++) {
          try (Scope scope = Scope.withGradients()) {
            Dropout dropout = Dropout.seeded(step);
            List<int[]> batch = text.sentences().subList(0, 2 * BATCH);
            kept.add(scope.keep(encoder.embed(batch, Pooling.MEAN, dropout).sum()));
          }
        }
        System.out.printf(
            Locale.ROOT,
            "%f %f %d %d%n",
            trained - warm,
            residentMemory() - trained,
            trainedObjects - warmObjects,
            Pointer.totalCount() - beforeKeeping);
        kept.forEach(Tensor::close);
      }
    }

    private static TrainingSettings settings() {
      return TrainingSettings.defaults()
          .withSteps(WARM_UP + STEPS)
          .withBatchSize(BATCH)
          .withLearningRate(1e-3)
          .withSeed(new Seed(1));
    }

    /** Of this process, in MiB. */
    private static double residentMemory() throws IOException {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
          .findFirst()
          .orElseThrow();
    }
  }
}
