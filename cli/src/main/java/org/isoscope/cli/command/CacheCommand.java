package org.isoscope.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.print.Table;
import org.isoscope.io.UserError;
import org.isoscope.io.Wording;
import org.isoscope.models.Caches;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cache}: what was kept on this machine, and how much of it. */
@Command(
    name = "cache",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "list|size|clear",
    description =
        "Lists and clears what is kept on this machine so that it need not be made again: converted"
            + " models, the native libraries of JavaCPP and of the tokenizers, class data for a fast"
            + " start, and models in the Hugging Face cache, which Python's programs share.",
    footer = {
      "",
      "Places: models and class-data ($ISOSCOPE_CACHE); javacpp",
      "(-Dorg.bytedeco.javacpp.cachedir, else in $ISOSCOPE_CACHE, else",
      "~/.javacpp/cache); tokenizers ($ENGINE_CACHE_DIR, $DJL_CACHE_DIR, else in",
      "$ISOSCOPE_CACHE, else ~/.djl.ai); hub ($HF_HUB_CACHE, $HF_HOME).",
      "Examples:",
      "  isoscope cache list",
      "  isoscope cache clear javacpp tokenizers --yes"
    })
public final class CacheCommand implements Runnable {
  private static final double MEGA = 1e6;

  @Spec CommandSpec spec;

  /**
   * What {@code --json} prints of a place.
   *
   * @param place its name
   * @param directory there or not
   * @param entries how many
   * @param bytes of all
   */
  record Size(String place, String directory, int entries, long bytes) {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing required subcommand: list, size or clear");
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description =
          "Lists what is kept: place and name, megabytes, the day of the last use as the file system"
              + " keeps it, and what it was made of.")
  int list(@Mixin JsonOption json) {
    Caches caches = Caches.ofThisMachine();
    List<Caches.Entry> entries = caches.entries();
    json.result(entries);
    Table table = new Table().row("entry", "MB", "last used", "made of");
    for (Caches.Entry entry : entries) {
      String day = String.valueOf(LocalDate.ofInstant(entry.used(), ZoneId.systemDefault()));
      table.row(entry.label(), megabytes(entry.bytes()), day, entry.origin());
    }
    PrintWriter out = out("list");
    if (!entries.isEmpty()) {
      out.print(table);
    }
    sizes(caches, out);
    return 0;
  }

  @Command(
      name = "size",
      mixinStandardHelpOptions = true,
      description = "Tells how much each place holds, and where it is.")
  int size(@Mixin JsonOption json) {
    json.result(sizes(Caches.ofThisMachine(), out("size")));
    return 0;
  }

  private static List<Size> sizes(Caches caches, PrintWriter out) {
    List<Size> sizes = new ArrayList<>();
    Table table = new Table().row("place", "MB", "entries", "directory");
    for (Caches.Place place : Caches.Place.values()) {
      List<Caches.Entry> here = caches.entries(place);
      Size size =
          new Size(
              place.label(),
              String.valueOf(caches.directory(place)),
              here.size(),
              Caches.bytes(here));
      sizes.add(size);
      table.row(
          size.place(), megabytes(size.bytes()), String.valueOf(size.entries()), size.directory());
    }
    out.print(table);
    return sizes;
  }

  @Command(
      name = "clear",
      mixinStandardHelpOptions = true,
      description =
          "Deletes what is named, once it was asked: PLACE/NAME as `list` prints it, or PLACE for all"
              + " that is in it. What is needed again is made or fetched again. A place that a"
              + " command is at work in is left alone.")
  int clear(
      @Parameters(
              paramLabel = "ENTRY",
              arity = "0..*",
              description = "Entries to delete: PLACE/NAME, or PLACE.")
          List<String> names,
      @Option(names = "--all", description = "Delete all but the models in hub.") boolean all,
      @Option(
              names = "--hub",
              description =
                  "Delete models of the Hugging Face cache, too, where these are named: Python's"
                      + " programs share it.")
          boolean hub,
      @Option(names = "--yes", description = "Delete without asking.") boolean yes) {
    List<String> wanted = new ArrayList<>(names == null ? List.of() : names);
    if (wanted.isEmpty() == !all) {
      throw new ParameterException(subcommand("clear"), "Name either entries to delete or --all");
    }
    if (all) {
      wanted.addAll(List.of("models", "javacpp", "tokenizers", "class-data"));
    }
    Caches caches = Caches.ofThisMachine();
    List<Caches.Entry> entries = caches.named(wanted);
    entries.stream()
        .filter(entry -> entry.place() == Caches.Place.HUB && !hub)
        .findFirst()
        .ifPresent(
            entry -> {
              throw new UserError(
                  entry.label(),
                  "lies in the cache that Python's programs share",
                  "--hub, if it is to be deleted there",
                  "Give that, or do not name it");
            });
    PrintWriter out = out("clear");
    if (entries.isEmpty()) {
      out.println("Nothing is there.");
      return 0;
    }
    String what = entries.size() + " entries, " + megabytes(Caches.bytes(entries)) + " MB";
    if (!yes && !agreed(entries, what)) {
      out.println("Nothing was deleted.");
      return 0;
    }
    caches.clear(entries);
    out.println("Deleted: " + what);
    return 0;
  }

  /** Asks on standard input, whoever is there. */
  private boolean agreed(List<Caches.Entry> entries, String what) {
    PrintWriter err = subcommand("clear").getErr();
    entries.forEach(entry -> err.println("  " + Wording.visible(entry.label())));
    err.print("Delete " + what + "? [y/N] ");
    err.flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
      if (answer != null) {
        return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
      }
      err.println();
    } catch (IOException e) {
      throw UserError.reading(Path.of("-"), e);
    }
    throw new UserError(
        "cache clear",
        "has no answer on standard input to whether it may delete " + what,
        "y or n, or --yes",
        "Give that");
  }

  private PrintWriter out(String subcommand) {
    return subcommand(subcommand).getOut();
  }

  private CommandLine subcommand(String name) {
    return Objects.requireNonNull(spec.subcommands().get(name), name);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / MEGA);
  }
}
