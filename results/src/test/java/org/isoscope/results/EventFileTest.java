package org.isoscope.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a file made by TensorBoard's own writer. */
class EventFileTest {
  private static final String NAME = "events.out.tfevents.1700000000.isoscope";
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000);

  @TempDir Path directory;

  /** The time of the file's name, then that of each event, a quarter of a second apart. */
  private static InstantSource clock() {
    return new InstantSource() {
      private int asked = -1;

      @Override
      public Instant instant() {
        asked++;
        return START.plusMillis(250L * Math.max(0, asked - 1));
      }
    };
  }

  private static Map<String, Double> scalars(Object... tagsAndValues) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    for (int i = 0; i < tagsAndValues.length; i += 2) {
      scalars.put((String) tagsAndValues[i], (Double) tagsAndValues[i + 1]);
    }
    return scalars;
  }

  private static byte[] golden() throws IOException {
    try (InputStream in = EventFileTest.class.getResourceAsStream("events/" + NAME)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void everyByteIsThatOfTensorBoardsWriter() throws IOException {
    try (EventFile file = EventFile.create(directory.resolve("new"), clock())) {
      file.write(
          0, scalars("geometry/layer_00/anisotropy", 0.5, "geometry/layer_01/anisotropy", -0.25));
      file.write(1, scalars("loss", Math.E, "learning_rate", 3e-5, "zero", 0.0));
      file.write(300, scalars("sts/Größe \ud83d\ude80/spearman", 0.1, "x".repeat(200), 1e30));
      file.write(Integer.MAX_VALUE, Map.of());
      file.restart(129);

      assertThat(file.path()).hasFileName(NAME);
      assertThat(file.path()).as("before it is closed").hasBinaryContent(golden());
    }
  }

  @Test
  void aSecondFileOfTheSameSecondHasANameOfItsOwn() {
    InstantSource still = () -> START;
    try (EventFile first = EventFile.create(directory, still);
        EventFile second = EventFile.create(directory, still)) {
      assertThat(first.path()).hasFileName(NAME);
      assertThat(second.path()).hasFileName("events.out.tfevents.1700000001.isoscope");
      assertThat(first.path()).hasSameBinaryContentAs(second.path());
    }
  }

  @Test
  void anEarlierRunsAreClearedUnlessKept() throws IOException {
    ResultDirectory results = new ResultDirectory(directory);
    EventFile.create(results.events(), () -> START).close();
    Path file = results.events().resolve(NAME);
    Path foreign = Files.createFile(results.events().resolve("events.out.tfevents.1.other"));

    results.clear("tensorboard");
    assertThat(file).exists();
    results.clear();
    assertThat(file).doesNotExist();
    assertThat(foreign).as("another program's").exists();
  }

  @Test
  void whatCannotBeWrittenIsTold() throws IOException {
    Path taken = Files.createFile(directory.resolve("taken"));

    assertThatThrownBy(() -> EventFile.create(taken, () -> START))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(taken.toString());
  }
}
