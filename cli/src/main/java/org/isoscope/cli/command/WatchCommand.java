package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.isoscope.io.UserError;
import org.isoscope.report.ReportServer;
import org.isoscope.results.ResultDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code watch}: the report of a training that runs, in a browser. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description =
        "Serves the report of a result directory to browsers on this machine, while a training runs"
            + " and after; the page keeps itself up to date. Ctrl-C ends it.",
    footer = {
      "",
      "A training brings its figures up to date at its probes, loss and learning",
      "rate every ten seconds too. Example:",
      "  isoscope watch run1"
    })
public final class WatchCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "A result directory: the --out of a training, which need not exist yet.")
  Path directory;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "8642",
      description =
          "Port of 127.0.0.1 to serve on, up to 65535; 0: a free one. Default:"
              + " ${DEFAULT-VALUE}.")
  int port;

  @Option(names = "--stacktrace", description = "Print the stack trace of an error.")
  boolean stacktrace; // read in Isoscope, where errors are told

  @Override
  public Integer call() {
    if (port < 0 || port > MOST_PORT) {
      throw new UserError(
          "--port " + port, "is out of range", "0 to " + MOST_PORT, "Choose another value");
    }
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new UserError(
          directory.toString(), "is a file", "a directory, there or to be made", "Check the path");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (ReportServer server = ReportServer.start(new ResultDirectory(directory), port)) {
      out.println("Watching " + directory + " at " + server.address() + " (Ctrl-C ends)");
      out.flush();
      new CountDownLatch(1).await(); // until Ctrl-C, which ends the process
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
