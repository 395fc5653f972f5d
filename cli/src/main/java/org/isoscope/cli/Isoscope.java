package org.isoscope.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.isoscope.cli.command.AnalyzeCommand;
import org.isoscope.cli.command.CacheCommand;
import org.isoscope.cli.command.CompareCommand;
import org.isoscope.cli.command.DemoCommand;
import org.isoscope.cli.command.DuplicatesCommand;
import org.isoscope.cli.command.EncodeCommand;
import org.isoscope.cli.command.EvaluateCommand;
import org.isoscope.cli.command.ExportCommand;
import org.isoscope.cli.command.Interrupt;
import org.isoscope.cli.command.MineCommand;
import org.isoscope.cli.command.ModelsCommand;
import org.isoscope.cli.command.ReportCommand;
import org.isoscope.cli.command.ReproduceCommand;
import org.isoscope.cli.command.SearchCommand;
import org.isoscope.cli.command.SweepCommand;
import org.isoscope.cli.command.TrainCommand;
import org.isoscope.cli.command.TransformCommand;
import org.isoscope.cli.command.WatchCommand;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.io.UserError;
import org.isoscope.io.UserHome;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code isoscope COMMAND}. */
@Command(
    name = "isoscope",
    description =
        "Trains sentence encoders contrastively and shows what that does to the geometry of the"
            + " space.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "`isoscope COMMAND --help` tells a command's options.",
      "Exit code: 0 done, 1 a value, the input or the machine is wrong, 2 options that are not",
      "known, missing or not what they should be."
    })
public final class Isoscope {
  /** A longer usage would push what is wrong with it out of a small terminal. */
  private static final int MOST_USAGE_LINES = 12;

  /** In the order in which the usage tells them. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          TrainCommand.class,
          AnalyzeCommand.class,
          CompareCommand.class,
          SweepCommand.class,
          ReproduceCommand.class,
          EvaluateCommand.class,
          TransformCommand.class,
          MineCommand.class,
          EncodeCommand.class,
          SearchCommand.class,
          DuplicatesCommand.class,
          ExportCommand.class,
          ReportCommand.class,
          WatchCommand.class,
          ModelsCommand.class,
          CacheCommand.class);

  /** Options of the program itself, which ask for no command's. */
  private static final Set<String> ABOUT_ALL = Set.of("-h", "--help", "-V", "--version");

  private Isoscope() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    String lost = lost(args, Charset.forName(encoding));
    if (lost != null) {
      System.err.println(
          "isoscope: "
              + new UserError(
                      lost,
                      "has letters that the locale's encoding, " + encoding + ", lacks",
                      "a UTF-8 locale",
                      "Run the command under LC_ALL=C.UTF-8")
                  .getMessage());
      System.exit(CommandLine.ExitCode.SOFTWARE);
    }
    // Maven and the tokenizers look there too, and would take "?" for a directory.
    System.setProperty("user.home", UserHome.directory().toString());
    NativeLibraries.keepInNamedCache();
    System.exit(run(commandLine(args).setOut(standardOutput()), args));
  }

  /**
   * Standard output without System.out, which forgets that something could not be written: into a
   * full disk, or to a program that has ended.
   */
  private static PrintWriter standardOutput() {
    String encoding =
        System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    Charset charset = encoding == null ? Charset.defaultCharset() : Charset.forName(encoding);
    return new PrintWriter(
        new OutputStreamWriter(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), charset));
  }

  /** The commands, writing to standard output and standard error unless told otherwise. */
  static CommandLine commandLine() {
    return commandLine(name -> true);
  }

  /**
   * As far as these arguments need it: to read the options of every command takes longer than to
   * list the models.
   */
  static CommandLine commandLine(String... args) {
    String first = args.length == 0 ? "--help" : args[0];
    if (COMMANDS.stream().anyMatch(command -> name(command).equals(first))) {
      return commandLine(first::equals);
    }
    boolean ofAll = args.length <= 1 && ABOUT_ALL.contains(first);
    return commandLine(name -> !ofAll);
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  /** A command without its options: enough to be listed. */
  private static CommandSpec listed(Class<?> command) {
    CommandSpec spec = CommandSpec.create().name(name(command));
    spec.usageMessage().description(command.getAnnotation(Command.class).description());
    return spec;
  }

  private static CommandLine commandLine(Predicate<String> whole) {
    CommandLine commandLine = new CommandLine(new Isoscope());
    for (Class<?> command : COMMANDS) {
      commandLine.addSubcommand(
          whole.test(name(command)) ? new CommandLine(command) : new CommandLine(listed(command)));
    }
    commandLine.setUsageHelpAutoWidth(true);
    tellVersion(commandLine);
    commandLine.setExecutionStrategy(Isoscope::execute);
    commandLine.setParameterExceptionHandler(
        (exception, args) -> {
          CommandLine command = exception.getCommandLine();
          PrintWriter err = command.getErr();
          err.println("isoscope: " + exception.getMessage());
          UnmatchedArgumentException.printSuggestions(exception, err);
          String synopsis = command.getHelp().fullSynopsis();
          if (synopsis.lines().count() > MOST_USAGE_LINES) {
            command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
            synopsis = command.getHelp().fullSynopsis();
          }
          err.print(synopsis);
          err.println(
              "`" + command.getCommandSpec().qualifiedName() + " --help` tells what these are.");
          return command.getCommandSpec().exitCodeOnInvalidInput();
        });
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          PrintWriter err = command.getErr();
          OutOfMemoryError full = fullHeap(exception);
          if (full != null) {
            tellFullHeap(err, full);
          } else if (exception instanceof UserError error) {
            err.println("isoscope: " + error.message(Isoscope::option));
          }
          boolean trace = parsed.expandedArgs().contains("--stacktrace");
          if (trace || !(exception instanceof UserError || full != null)) {
            exception.printStackTrace(err);
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    return commandLine;
  }

  /** The program's version is that of all its commands. */
  private static void tellVersion(CommandLine commandLine) {
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().versionProvider(new Version());
      tellVersion(command);
    }
  }

  /** Runs a command; where that is asked for its tables are not printed, or JSON in their place. */
  private static int execute(ParseResult parsed) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    CommandLine commandLine = command.commandSpec().commandLine();
    PrintWriter console = commandLine.getOut();
    boolean plan = command.hasMatchedOption("--plan"); // is asked for, however quiet it is to be
    boolean json = JsonOption.given(command) && !plan;
    boolean quiet =
        command.commandSpec().findOption("--json") != null
            && command.hasMatchedOption("--quiet")
            && !EncodeCommand.printsVectors(command)
            && !plan;
    if (json || quiet) {
      commandLine.setOut(new PrintWriter(Writer.nullWriter()));
    }
    int code = new RunLast().execute(parsed);
    if (json && code == CommandLine.ExitCode.OK) {
      console.println(JsonOption.text(command.commandSpec()));
      console.flush();
    }
    return code;
  }

  /**
   * What in the arguments the locale could not hold: a letter of a path outside it is lost before
   * the program begins.
   *
   * @param locale the encoding of the command line
   * @return an argument; null: all are as they were given
   */
  static @Nullable String lost(String[] args, Charset locale) {
    for (String arg : args) {
      if (arg.indexOf('\uFFFD') >= 0 || !locale.newEncoder().canEncode(arg)) {
        return arg;
      }
    }
    return null;
  }

  /** The option of a parameter of the library: {@code --batch-size} of {@code batchSize}. */
  static String option(String parameter) {
    return OPTIONS.getOrDefault(
        parameter,
        "--" + parameter.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT));
  }

  /** Options that are not named as the parameter is. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "averageDecay", "--ema",
          "frozenLayers", "--freeze-layers");

  /** That memory ran out, in whatever thread; null where it did not. */
  private static @Nullable OutOfMemoryError fullHeap(Throwable exception) {
    for (Throwable t = exception; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError full) {
        return full;
      }
    }
    return null;
  }

  /** What there is, and what to try: at least 1 GiB, which suffices for models as small as BERT. */
  private static void tellFullHeap(PrintWriter err, OutOfMemoryError full) {
    long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
    err.println(
        "isoscope: the Java heap of "
            + mebibytes
            + " MiB is full ("
            + full.getMessage()
            + "). Give it more: JAVA_OPTS=-Xmx"
            + Math.max(1024, 4 * mebibytes)
            + "m isoscope ...");
  }

  /**
   * Runs a command.
   *
   * @return 0 done, and all of it written; 1 an error, told in one line; 2 wrong usage, told with
   *     the usage
   */
  static int run(CommandLine commandLine, String... args) {
    try {
      int code = commandLine.execute(args);
      // The last of it may still be on its way; only now is it known to have arrived.
      if (commandLine.getOut().checkError() && code == CommandLine.ExitCode.OK) {
        commandLine
            .getErr()
            .println(
                "isoscope: standard output: cannot be written; expected a program that reads it, or"
                    + " a file on a disk with free space. What is written into --out is whole.");
        return CommandLine.ExitCode.SOFTWARE;
      }
      return code;
    } catch (OutOfMemoryError e) {
      tellFullHeap(commandLine.getErr(), e);
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      Interrupt.finished();
    }
  }
}
