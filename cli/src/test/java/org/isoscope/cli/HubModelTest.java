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
  private static final String OFFLINE = "HF_HUB_OFFLINE=1";

  /** Port 9 (discard) answers nowhere: the connection is refused at once. */
  private static final String NOWHERE = "http://127.0.0.1:9";

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
  private Program.Outcome run(String arguments, String variable)
      throws IOException, InterruptedException {
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
    String[] set = variable.split("=", 2);
    builder.environment().put(set[0], set[1]);
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    return new Program.Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void offlineAsksNoHub() throws IOException, InterruptedException {
    SmallModel.text(work.resolve("text.txt"), 4);
    String command = "encode --model tiny/none --text @text.txt --out @v.npy";

    Program.Outcome online = run(command, "HF_ENDPOINT=" + NOWHERE);
    assertThat(online.code()).isEqualTo(1);
    assertThat(online.err())
        .startsWith("isoscope: model tiny/none: cannot be fetched from 127.0.0.1")
        .contains("There is no directory tiny/none either.");
    assertThat(online.err().lines()).hasSize(1);

    Program.Outcome offline = run(command + " --offline", "HF_ENDPOINT=" + NOWHERE);
    assertThat(offline.code()).isEqualTo(1);
    assertThat(offline.err()).contains("not in the Hugging Face cache", "models--tiny--none");
  }

  @Test
  void aResumedTrainingTakesTheCommitThatItWasBegunWith() throws IOException, InterruptedException {
    TinyModel.write(folder().resolve("snapshots").resolve(FIRST), 1);
    TinyModel.write(folder().resolve("snapshots").resolve(SECOND), 2);
    main(FIRST);
    SmallModel.text(work.resolve("text.txt"), 40);

    Program.Outcome begun =
        run(
            "train --model tiny/model --text @text.txt --steps 2 --batch-size 8 --out @run",
            OFFLINE);
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
    Program.Outcome resumed = run("train --resume @run --offline", "HF_ENDPOINT=" + NOWHERE);

    assertThat(resumed.code()).as("%s", resumed).isZero();
    assertThat(results.run().orElseThrow().models())
        .singleElement()
        .satisfies(model -> assertThat(model.hub()).isEqualTo(hub));

    Program.Outcome anew =
        run(
            "train --model tiny/model --text @text.txt --steps 2 --batch-size 8 --out @anew",
            OFFLINE);
    assertThat(anew.code()).as("%s", anew).isZero();
    assertThat(new ResultDirectory(work.resolve("anew")).run().orElseThrow().models().get(0).hub())
        .isEqualTo(new Run.Hub("tiny/model", "main", SECOND));
  }
}
