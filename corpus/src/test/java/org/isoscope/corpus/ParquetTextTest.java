package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.isoscope.corpus.Columns.Header;
import org.isoscope.corpus.PairCorpus.Pair;
import org.isoscope.corpus.ScoredPairCorpus.ScoredPair;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts in a .parquet, as sentences, pairs and scored pairs. */
final class ParquetTextTest {
  private static final String TEXTS =
      "message m { optional int32 id; optional binary text (STRING);"
          + " optional binary sentence1 (STRING); optional binary sentence2; }";

  @TempDir Path directory;

  private String parquet(String schema, List<Consumer<Group>> rows) throws IOException {
    Path file = directory.resolve("t.parquet");
    Files.deleteIfExists(file);
    MessageType type = MessageTypeParser.parseMessageType(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(type)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(4096L)
            .withPageSize(512)
            .build()) {
      for (Consumer<Group> row : rows) {
        Group group = new SimpleGroup(type);
        row.accept(group);
        writer.write(group);
      }
    }
    return file.toString();
  }

  private static Corpus read(String file, String... columns) {
    return Corpus.read(file, Columns.of(columns));
  }

  @Test
  void readsSentencesInOrder() throws IOException {
    Corpus corpus =
        read(
            parquet(
                TEXTS,
                List.of(
                    row -> row.append("text", "One."),
                    row -> row.append("id", 3),
                    row -> row.append("text", "\u00a0 Two.\n"),
                    row -> row.append("text", " "),
                    row -> row.append("text", "One."))));

    assertThat(corpus.sentences()).containsExactly("One.", "Two.", "One.");
    assertThat(corpus.skipped()).as("a null and a blank").isEqualTo(2);
    // printf 'One.\nTwo.\nOne.\n' | sha256sum: the same in every format.
    assertThat(corpus.sha256())
        .isEqualTo("fe042db8deb4b851e022ec0312146e787bbb05c329da3f8d268796a9b7d150c5");
  }

  @Test
  void readsManyRowGroups() throws IOException {
    List<Consumer<Group>> rows = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String text = i % 7 == 0 ? "often" : "sentence é😀 " + i;
      rows.add(row -> row.append("text", text));
      expected.add(text);
    }

    assertThat(read(parquet(TEXTS, rows)).sentences()).isEqualTo(expected);
  }

  @Test
  void readsPairsAndScores() throws IOException {
    String pairs =
        parquet(
            TEXTS,
            List.of(
                row -> row.append("id", 1).append("sentence1", "a").append("sentence2", "b"),
                row -> row.append("id", 2).append("sentence1", "c").append("sentence2", "d")));
    assertThat(PairCorpus.read(pairs, Columns.DEFAULT).pairs())
        .containsExactly(new Pair("a", "b"), new Pair("c", "d"));
    assertThat(PairCorpus.read(pairs, Columns.of("sentence2", "sentence1", "sentence2")).pairs())
        .containsExactly(new Pair("b", "a", List.of("b")), new Pair("d", "c", List.of("d")));
    assertThat(ScoredPairCorpus.read(pairs, Columns.of("sentence1", "sentence2", "id")).pairs())
        .containsExactly(new ScoredPair("a", "b", 1), new ScoredPair("c", "d", 2));
    for (String type : List.of("float", "double")) {
      Consumer<Group> row =
          group -> {
            group.append("sentence1", "a").append("sentence2", "b");
            if (type.equals("float")) {
              group.append("score", 3.8f);
            } else {
              group.append("score", 3.8);
            }
          };
      String scored =
          parquet(
              "message m { required binary sentence1 (STRING); required "
                  + type
                  + " score; required binary sentence2 (STRING); }",
              List.of(row));
      assertThat(ScoredPairCorpus.read(scored, Columns.DEFAULT).pairs())
          .containsExactly(new ScoredPair("a", "b", 3.8));
    }
  }

  @Test
  void refusesWhatIsNoText() throws IOException {
    String file =
        parquet(
            "message m { optional binary text; repeated binary words (STRING);"
                + " optional int32 day (DATE); }",
            List.of(
                row -> row.append("text", "fine"),
                row -> row.append("text", Binary.fromConstantByteArray(new byte[] {'a', -1}))));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": row 1: is not UTF-8");
    assertThatThrownBy(() -> read(file, "title"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": has no column \"title\"; expected one of \"text\", \"words\", \"day\". Name"
                + " one of these.");
    for (String column : List.of("words", "day")) {
      assertThatThrownBy(() -> read(file, column))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("column \"" + column + "\" holds neither texts nor numbers");
    }
    assertThatThrownBy(() -> read(file, "1")).hasMessageContaining("whose columns have names");
    assertThatThrownBy(() -> Corpus.read(file, new Columns(List.of(), Header.YES)))
        .hasMessageContaining("whose columns have names");
    assertThatThrownBy(() -> PairCorpus.read(file, Columns.DEFAULT))
        .hasMessageContaining(
            "has fewer than two columns that can be the two texts of a pair; expected a choice of"
                + " its columns, the first row in brackets: text (\"fine\"), words");
    assertThatThrownBy(() -> read(parquet(TEXTS, List.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no sentence");
    assertThatThrownBy(() -> read(directory.resolve("none.parquet").toString()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("none.parquet");
    String blank =
        parquet(
            TEXTS,
            List.of(row -> row.append("sentence1", "a"), row -> row.append("sentence2", "b")));
    assertThatThrownBy(() -> PairCorpus.read(blank, Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(blank + ": has no pair");
  }

  @Test
  void refusesATextThatIsTooLong() throws IOException {
    String longest = "x".repeat(Utf8Reader.MAX_LINE_CHARS);
    String fits = parquet(TEXTS, List.of(row -> row.append("text", longest)));
    assertThat(read(fits).sentences()).containsExactly(longest);
    String longer = parquet(TEXTS, List.of(row -> row.append("text", longest + "x")));
    assertThatThrownBy(() -> read(longer))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(longer + ": row 0: is longer than");
  }

  private static final int ROWS = 40;

  private Path fortyRows() throws IOException {
    List<Consumer<Group>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String text = "sentence " + i;
      rows.add(row -> row.append("text", text).append("sentence1", "often"));
    }
    return Path.of(parquet(TEXTS, rows));
  }

  @Test
  void refusesAFileThatEndsTooSoon() throws IOException {
    Path file = fortyRows();
    byte[] whole = Files.readAllBytes(file);
    assertThat(read(file.toString(), "text", "sentence1").sentences()).hasSize(2 * ROWS);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> read(file.toString(), "text", "sentence1"))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(UserError.class);
    }
  }

  @Test
  void survivesDamage() throws IOException {
    Path file = fortyRows();
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(11);
    int refused = 0;
    for (int trial = 0; trial < 500; trial++) {
      byte[] damaged = whole.clone();
      for (int n = 0; n <= trial % 4; n++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try {
        Corpus corpus = read(file.toString(), "text", "sentence1");
        assertThat(corpus.sentences().size() + corpus.skipped())
            .as("no row is lost in silence")
            .isEqualTo(2 * ROWS);
      } catch (UserError told) {
        refused++;
      }
    }
    // Most bytes of a small file are its structure; a letter of a text may be another.
    assertThat(refused).as("damage that is noticed, of 500").isGreaterThan(250);
  }
}
