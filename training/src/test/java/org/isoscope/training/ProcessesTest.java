package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.torch.Device;
import org.isoscope.torch.GlooProcesses;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes: that they compute what one does, and that none waits for one that is gone. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "libtorch's Gloo has Java bindings for Linux only")
final class ProcessesTest {
  /**
   * Of the largest entry of the gradient: rounding in fp32, through two layers and a logit of 20.
   */
  private static final double GRADIENT = 1e-4;

  private static final double LOSS = 1e-4;

  /** Starting them on a busy machine, and then what one that is gone is waited for. */
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final List<Process> processes = new ArrayList<>();
  private Path model;

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  private void start(int size, String rendezvous, String what, Path out) throws IOException {
    Files.createDirectories(out);
    for (int rank = 0; rank < size; rank++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Member.class.getName(),
                  "" + rank,
                  "" + size,
                  rendezvous,
                  what,
                  out.toString(),
                  model.toString())
              .redirectErrorStream(true)
              .redirectOutput(out.resolve("log-" + rank).toFile())
              .start());
    }
  }

  private Path train(int size) throws IOException, InterruptedException {
    Path out = directory.resolve("of-" + size);
    if (size == 1) {
      Member.train(model, Files.createDirectories(out), Processes.alone());
      return out;
    }
    start(size, "file:" + directory.resolve("rendezvous-" + size), "train", out);
    for (int rank = 0; rank < size; rank++) {
      assertThat(processes.get(rank).waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(out.resolve("error-" + rank)).doesNotExist();
      assertThat(processes.get(rank).exitValue())
          .as(Files.readString(out.resolve("log-" + rank)))
          .isZero();
    }
    processes.clear();
    return out;
  }

  /**
   * Whatever the number of processes: the loss and the gradient of one graph of the whole batch,
   * with hard negatives and uneven shares; and all processes the same weights, to the bit.
   */
  @Test
  void severalTrainWhatOneDoes() throws IOException, InterruptedException {
    Path alone = train(1);
    for (int number = 0; number < Member.cases().size(); number++) {
      checkAgainstOneGraph(Member.cases().get(number), alone.resolve(number + "-0"));
    }
    for (int size = 2; size <= 3; size++) {
      Path out = train(size);
      for (int number = 0; number < Member.cases().size(); number++) {
        String what = Member.cases().get(number) + " in " + size + " processes";
        Path one = alone.resolve(number + "-0");
        Path first = out.resolve(number + "-0");
        assertThat(distance(gradient(one), gradient(first))).as(what).isLessThan(GRADIENT);
        List<double[]> expected = losses(one);
        List<double[]> actual = losses(first);
        for (int step = 0; step < Member.STEPS; step++) {
          assertThat(actual.get(step)).as(what).containsExactly(expected.get(step), within(LOSS));
        }
        for (int rank = 1; rank < size; rank++) {
          Path other = out.resolve(number + "-" + rank);
          assertThat(other.resolve("losses.txt"))
              .hasSameTextualContentAs(first.resolve("losses.txt"));
          for (String file : List.of(Trainer.WEIGHTS, Trainer.OPTIMIZER)) {
            String last = "step-" + Member.STEPS + "/" + file;
            assertThat(other.resolve(last)).hasSameBinaryContentAs(first.resolve(last));
          }
        }
      }
    }
  }

  /** The first step's gradient and loss, by one graph of all sentences of the batch. */
  private void checkAgainstOneGraph(Member.Case c, Path directory) throws IOException {
    TrainingSettings settings = Member.settings(c);
    try (Encoder encoder = TinyModel.open(model, 1);
        TrainingItems items = Member.items(encoder, c);
        Parameters learned = c.objective().parameters(Device.CPU);
        Scope scope = Scope.withGradients()) {
      Tensor gradients = encoder.parameters().gradients();
      int[] batch = settings.batches(items).batch(1);
      Tensor all =
          encoder.embed(
              items.batch(batch),
              Pooling.MEAN,
              Dropout.seeded(settings.seed().derive("dropout", 1)));
      List<Tensor> columns =
          IntStream.range(0, items.columns())
              .mapToObj(column -> all.narrow(0, (long) column * batch.length, batch.length))
              .toList();
      Tensor loss =
          c.objective() instanceof InfoNce infoNce
              ? InfoNceTilesTest.oneGraph(infoNce, columns, learned)
              : c.objective().loss(columns, null, learned);
      loss.backward();
      assertThat(losses(directory).get(0)[0]).isCloseTo(loss.item_double(), within(LOSS));
      assertThat(distance(Tensors.toArray(gradients), gradient(directory)))
          .as(c.toString())
          .isLessThan(GRADIENT);
    }
  }

  /** A step's loss, gradient norm, mean cosine and tokens. */
  private static List<double[]> losses(Path directory) throws IOException {
    return Files.readAllLines(directory.resolve("losses.txt")).stream()
        .map(line -> Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  /** That of the first step: ten times the first moment after it, by AdamW's definition. */
  private float[] gradient(Path directory) {
    List<Float> values = new ArrayList<>();
    try (Encoder encoder = TinyModel.open(model, 1);
        Safetensors saved =
            Safetensors.open(directory.resolve("step-1").resolve(Trainer.OPTIMIZER))) {
      for (String name : encoder.parameters().names()) {
        FloatBuffer moment =
            saved.floats("first-moment." + name, encoder.parameters().get(name).numel());
        for (int i = 0; i < moment.limit(); i++) {
          values.add(moment.get(i) / 0.1f);
        }
      }
    }
    float[] gradient = new float[values.size()];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = values.get(i);
    }
    return gradient;
  }

  private static double distance(float[] expected, float[] actual) {
    assertThat(actual).hasSameSizeAs(expected);
    double most = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(expected[i] - actual[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return most / largest;
  }

  /** Whoever it is, the one that keeps the rendezvous too. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void allOthersNameTheOneThatWasKilled(int killed) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    start(3, "tcp://127.0.0.1:" + freePort(), "wait", out);
    await(out.resolve("started-" + killed));
    processes.get(killed).destroyForcibly().waitFor();
    for (int rank = 0; rank < 3; rank++) {
      if (rank != killed) {
        assertThat(processes.get(rank).waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(out.resolve("error-" + rank))
            .content()
            .contains("process " + killed + " has ended");
      }
    }
  }

  @Test
  void oneThatFailsSaysWhyInAllOthers() throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    start(2, "file:" + directory.resolve("rendezvous"), "end", out);
    assertThat(processes.get(1).waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(out.resolve("error-1")).content().contains("process 0 has failed: out of paper");
  }

  /** A process that stands still is given up; that takes {@link GlooProcesses#SILENCE}. */
  @Test
  void oneThatStandsStillIsGivenUp() throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    start(2, "file:" + directory.resolve("rendezvous"), "wait", out);
    await(out.resolve("started-1"));
    new ProcessBuilder("kill", "-STOP", "" + processes.get(1).pid()).start().waitFor();
    assertThat(processes.get(0).waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(out.resolve("error-0"))
        .content()
        .containsAnyOf("process 1 has given no sign", "has not answered");
  }

  private static void await(Path file) throws InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(file)) {
      assertThat(System.nanoTime() - start).as("waiting for " + file).isLessThan(LONG.toNanos());
      Thread.sleep(50);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
