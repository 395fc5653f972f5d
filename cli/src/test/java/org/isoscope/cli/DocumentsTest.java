package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the documents name is there: files, headings, commands and their options. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
  private static final Pattern OPTION = Pattern.compile("(?<!\\S)--[a-z0-9][a-z0-9-]*");
  private static final Pattern PROGRAM = Pattern.compile("(.*/)?isoscope");

  /** Words of a shell's line: quoted, a comment, what parts commands, others. */
  private static final Pattern WORD =
      Pattern.compile("\"([^\"]*)\"|'([^']*)'|(#.*)|(&&|\\|\\|?|;)|([^\\s\"';|&]+)");

  private final Map<String, CommandLine> commands = Isoscope.commandLine().getSubcommands();

  /** A document's text, apart from its code. */
  private record Document(List<String> prose, List<String> code) {
    static Document read(Path file) throws IOException {
      List<String> prose = new ArrayList<>();
      List<String> code = new ArrayList<>();
      String fence = null;
      boolean afterProse = false;
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("```")) {
          fence = fence == null ? line.substring(3) : null;
        } else if (fence != null) {
          if (fence.isEmpty()) {
            code.add(line);
          }
        } else if (line.startsWith("    ") && !afterProse) {
          code.add(line.strip());
        } else {
          prose.add(line);
          afterProse = !line.isBlank();
        }
      }
      return new Document(prose, code);
    }

    List<String> spans() {
      return SPAN.matcher(String.join(" ", prose)).results().map(span -> span.group(1)).toList();
    }

    /** As GitHub names headings. */
    Set<String> anchors() {
      return prose.stream()
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
          .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
          .collect(Collectors.toSet());
    }

    /** The arguments of each call of the program in the code. */
    List<List<String>> calls() {
      List<List<String>> calls = new ArrayList<>();
      for (String line : String.join("\n", code).replaceAll("\\\\\n\\s*", " ").split("\n")) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
          if (word.group(3) != null) {
            break;
          }
          if (word.group(4) != null) {
            add(words, calls);
            words.clear();
          } else {
            words.add(
                word.group(1) != null
                    ? word.group(1)
                    : word.group(2) != null ? word.group(2) : word.group());
          }
        }
        add(words, calls);
      }
      return calls;
    }

    private static void add(List<String> words, List<List<String>> calls) {
      int program = 0; // the first word or, of docker run, the image
      if (words.size() > 1 && words.subList(0, 2).equals(List.of("docker", "run"))) {
        program = Math.max(0, words.indexOf("isoscope"));
      }
      if (program < words.size() && PROGRAM.matcher(words.get(program)).matches()) {
        calls.add(List.copyOf(words.subList(program + 1, words.size())));
      }
    }
  }

  static List<Path> documents() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.list(ROOT.resolve("docs"));
        Stream<Path> bench = Files.list(ROOT.resolve("bench"))) {
      return Stream.of(top, docs, bench)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .map(ROOT::relativize)
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadToWhatIsThere(Path name) throws IOException {
    Path file = ROOT.resolve(name);
    String text = SPAN.matcher(String.join("\n", Document.read(file).prose())).replaceAll("");
    for (String target : LINK.matcher(text).results().map(link -> link.group(1)).toList()) {
      if (target.matches("[a-z]+:.*")) {
        continue; // elsewhere
      }
      String[] parts = target.split("#", 2);
      Path linked = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
      assertThat(linked).as(target).exists();
      if (parts.length == 2) {
        assertThat(Document.read(linked).anchors()).as(target).contains(parts[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void commandsAreReadAsTheyStand(Path name) throws IOException {
    for (List<String> call : Document.read(ROOT.resolve(name)).calls()) {
      assertThatCode(() -> Isoscope.commandLine().parseArgs(call.toArray(String[]::new)))
          .as("isoscope %s", String.join(" ", call))
          .doesNotThrowAnyException();
    }
  }

  /** As in {@code evaluate --pairs F}, or {@code --pairs} alone, which some command has. */
  @ParameterizedTest
  @MethodSource("documents")
  void namedOptionsAreThere(Path name) throws IOException {
    for (String span : Document.read(ROOT.resolve(name)).spans()) {
      String[] words = span.split("\\s+");
      int first = PROGRAM.matcher(words[0]).matches() ? 1 : 0;
      CommandLine command = first < words.length ? commands.get(words[first]) : null;
      if (command == null && !words[0].startsWith("--")) {
        continue; // another program's
      }
      for (String option : OPTION.matcher(span).results().map(MatchResult::group).toList()) {
        assertThat(command == null ? commands.values() : List.of(command))
            .as("%s has %s", span, option)
            .anyMatch(each -> each.getCommandSpec().findOption(option) != null);
      }
    }
  }

  @Test
  void theReadmeNamesEveryCommand() throws IOException {
    List<String> spans = Document.read(ROOT.resolve("README.md")).spans();

    for (String command : commands.keySet()) {
      assertThat(spans).as(command).anyMatch(span -> span.split(" ")[0].equals(command));
    }
  }

  /** What finds calls is not blind. */
  @Test
  void callsAreFound() {
    Document document =
        new Document(
            List.of(),
            List.of(
                "./isoscope demo     # trains",
                "mvn package && docker run --rm -v \"$PWD:/work\" isoscope encode \\",
                "  --text \"a b.txt\"",
                "tar xzf isoscope-1.tar.gz; bin/isoscope models"));

    assertThat(document.calls())
        .containsExactly(
            List.of("demo"), List.of("encode", "--text", "a b.txt"), List.of("models"));
  }
}
