package org.isoscope.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryTest {
  @TempDir Path directory;

  @Test
  void x() throws IOException {
    TinyModel.write(directory, 1);
    try (Encoder encoder = TinyModel.open(directory, 2)) {
      TokenizedText text = encoder.tokenizer().tokenize(TinyModel.sentences(200, 2));
      TrainingSettings settings =
          new TrainingSettings(
              2000, 32, 0.05, Pooling.MEAN, 1e-3, Schedule.LINEAR, 0.1, 0.01, 1, new Seed(1));
      Probe probe = new Probe("tiny", text, List.of(), Pooling.MEAN);
      try (Trainer trainer = new Trainer(encoder, TrainingPairs.simCse(text), settings)) {
        long t = System.nanoTime();
        for (int i = 0; i < 700; i++) {
          if (i % 50 == 0) {
            probe.measure(encoder, i, false);
            System.err.println(
                i
                    + " "
                    + kb() / 1024
                    + " MiB heap "
                    + Runtime.getRuntime().totalMemory() / (1 << 20)
                    + " "
                    + (System.nanoTime() - t) / 1000000);
          }
          trainer.next();
        }
        List<Tensor> kept = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          try (Scope scope = Scope.withGradients()) {
            kept.add(
                scope.keep(
                    encoder
                        .embed(text.sentences().subList(0, 64), Pooling.MEAN, Dropout.seeded(i))
                        .sum()));
          }
        }
        System.err.println("kept " + kb() / 1024);
        kept.forEach(Tensor::close);
        System.err.println("closed " + kb() / 1024);
      }
    }
  }

  private static long kb() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
