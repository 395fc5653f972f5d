package org.isoscope.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sweep.json} and the mark of its runs: what is written is read, what is broken is told. */
final class SweepTest {
  @TempDir Path path;

  @Test
  void readsTheSweepThatItWrote() throws IOException {
    ResultDirectory directory = new ResultDirectory(path);
    Sweep sweep =
        new Sweep(
            Sweep.SCHEMA,
            Map.of("schema", 1, "seeds", List.of(1, 2)),
            List.of(
                run(1, Sweep.State.DONE, null),
                run(2, Sweep.State.FAILED, "model: is broken"),
                run(3, Sweep.State.WAITING, null)));
    assertThat(directory.sweep()).isEmpty();

    directory.write(sweep);

    assertThat(directory.sweep()).contains(sweep);
    assertThat(Files.readString(path.resolve("sweep.json")))
        .contains("\"state\" : \"done\"", "\"state\" : \"failed\"", "\"state\" : \"waiting\"")
        .contains("\"error\" : null");
    directory.clear();
    assertThat(directory.sweep()).isEmpty();
  }

  @Test
  void readsTheMarkThatItWrote() {
    ResultDirectory directory = new ResultDirectory(path);
    SweepMark begun = new SweepMark(SweepMark.SCHEMA, "0a", null);
    assertThat(directory.sweepMark()).isEmpty();

    directory.write(begun);
    assertThat(directory.sweepMark()).contains(begun);
    directory.clear();
    assertThat(directory.sweepMark()).as("is not the run's own").contains(begun);

    SweepMark done = new SweepMark(SweepMark.SCHEMA, "0a", Map.of("run.json", "ff"));
    directory.write(done);
    assertThat(directory.sweepMark()).contains(done);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"schema\":1,\"spec\":{}}",
        "{\"schema\":2,\"spec\":{},\"runs\":[]}",
        "{\"schema\":1,\"spec\":{},\"runs\":[{\"id\":\"a\",\"arm\":\"a\",\"directory\":\"a\","
            + "\"settings\":{},\"seed\":1,\"state\":\"lost\",\"error\":null}]}"
      })
  void namesTheFileThatIsBroken(String broken) throws IOException {
    Path file = Files.writeString(path.resolve("sweep.json"), broken);
    assertThatThrownBy(() -> new ResultDirectory(path).sweep())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": is not a result file");
  }

  private static Sweep.Run run(long seed, Sweep.State state, @Nullable String error) {
    return new Sweep.Run(
        "temperature=0.05/seed-" + seed,
        "temperature=0.05",
        "runs/temperature=0.05/seed-" + seed,
        Map.of("temperature", 0.05),
        seed,
        state,
        error);
  }
}
