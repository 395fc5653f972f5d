package org.isoscope.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/java-api.md shows the lines that are compiled and run, and all of them. */
class PageTest {
  private static final Path SOURCES = Path.of("src/main/java/org/isoscope/examples");

  /** A link to a program, and the code below it. */
  private static final Pattern SHOWN =
      Pattern.compile(
          "\\((\\.\\./examples/[\\w/]+/(\\w+)\\.java)\\)[^`]*?```java\\n(.*?)```", Pattern.DOTALL);

  private static final Pattern SNIPPET =
      Pattern.compile("( *)// snippet\\n(.*?)\\1// end of snippet\\n", Pattern.DOTALL);

  @Test
  void showsWhatIsCompiledAndRun() throws IOException {
    Path docs = Path.of("../docs");
    String page = Files.readString(docs.resolve("java-api.md"));
    List<MatchResult> blocks = SHOWN.matcher(page).results().toList();

    Map<String, String> shown = new TreeMap<>();
    for (MatchResult block : blocks) {
      assertThat(docs.resolve(block.group(1))).exists();
      shown.put(block.group(2), block.group(3));
    }

    assertThat(shown).isEqualTo(snippets());
    assertThat(blocks).hasSize(Pattern.compile("```java\\n").split(page, -1).length - 1);
  }

  private static Map<String, String> snippets() throws IOException {
    Map<String, String> snippets = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.list(SOURCES)) {
      files = all.filter(file -> !file.endsWith("package-info.java")).toList();
    }
    for (Path file : files) {
      List<MatchResult> found = SNIPPET.matcher(Files.readString(file)).results().toList();
      assertThat(found).as("%s", file).hasSize(1);
      int margin = found.get(0).group(1).length();
      snippets.put(
          file.getFileName().toString().replace(".java", ""),
          found
              .get(0)
              .group(2)
              .lines()
              .map(line -> line.substring(Math.min(margin, line.length())) + "\n")
              .collect(Collectors.joining()));
    }
    return snippets;
  }
}
