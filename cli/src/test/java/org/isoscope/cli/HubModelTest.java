package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of the Hugging Face hub from its name to the end of a resumed training. */
class HubModelTest {
  private static final String FIRST = "1".repeat(40);
  private static final String SECOND = "2".repeat(40);
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path work;

  private Path folder() {
    return work.resolve("home/.cache/huggingface/hub/models--tiny--model");
  }

  private void main(String commit) throws IOException {
    Files.writeString(
        Files.createDirectories(folder().resolve("refs")).resolve("main"), commit + "\n");
  }

  /** Runs the program as a process whose user has the cache. */
  private Program.Outcome run(String arguments) throws IOException, InterruptedException {
    Path out = work.resolve("stdout");
    Path err = work.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(
                Program.command(
                    List.of("-Duser.home=" + work.resolve("home")),
                    arguments.replace("@", work + "/").split(" ")))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("HF_.*|XDG_CACHE_HOME"));
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    return new Program.Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void aResumedTrainingTakesTheCommitThatItWasBegunWith() throws IOException, InterruptedException {
    TinyModel.write(folder().resolve("snapshots").resolve(FIRST), 1);
    TinyModel.write(folder().resolve("snapshots").resolve(SECOND), 2);
    main(FIRST);
    SmallModel.text(work.resolve("text.txt"), 40);

    Program.Outcome begun =
        run("train --model tiny/model --text @text.txt --steps 2 --batch-size 8 --out @run");
    assertThat(begun.code()).as("%s", begun).isZero();
    ResultDirectory results = new ResultDirectory(work.resolve("run"));
    Run.Hub hub = new Run.Hub("tiny/model", "main", FIRST);
    assertThat(results.run().orElseThrow().models())
        .singleElement()
        .satisfies(model -> assertThat(model.name()).isEqualTo("tiny/model"))
        .satisfies(model -> assertThat(model.hub()).isEqualTo(hub));
    assertThat(work.resolve("run/model/README.md"))
        .content()
        .contains("\nbase_model: tiny/model\n");

    main(SECOND); // as when Python has fetched a newer one
    ResumeTest.died(work.resolve("run"));
    Program.Outcome resumed = run("train --resume @run");

    assertThat(resumed.code()).as("%s", resumed).isZero();
    assertThat(results.run().orElseThrow().models())
        .singleElement()
        .satisfies(model -> assertThat(model.hub()).isEqualTo(hub));

    Program.Outcome anew =
        run("train --model tiny/model --text @text.txt --steps 2 --batch-size 8 --out @anew");
    assertThat(anew.code()).as("%s", anew).isZero();
    assertThat(new ResultDirectory(work.resolve("anew")).run().orElseThrow().models().get(0).hub())
        .isEqualTo(new Run.Hub("tiny/model", "main", SECOND));
  }
}
