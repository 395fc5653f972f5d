package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.isoscope.corpus.Columns.Header;
import org.isoscope.corpus.PairCorpus.Pair;
import org.isoscope.corpus.ScoredPairCorpus.ScoredPair;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every format of text must do, and what its own rules are. A new format is added by a nested
 * class that extends the contract it can keep.
 */
final class TextReadersTest {

  /** What holds for every format. */
  abstract static class Contract {
    @TempDir Path directory;

    abstract String extension();

    /** A line that holds one sentence, without its end. */
    abstract String line(String sentence);

    final Path file() {
      return directory.resolve("text." + extension());
    }

    final String place(int line) {
      return file() + ":" + line;
    }

    final void write(String text) throws IOException {
      Files.writeString(file(), text);
    }

    final void writeBytes(Object... parts) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (Object part : parts) {
        if (part instanceof Integer b) {
          out.write(b);
        } else {
          out.writeBytes(part.toString().getBytes(StandardCharsets.UTF_8));
        }
      }
      Files.write(file(), out.toByteArray());
    }

    final Corpus read(String... columns) {
      return Corpus.read(file().toString(), Columns.of(columns));
    }

    final void refuses(ThrowingCallable reading, String message) {
      assertThatThrownBy(reading).isInstanceOf(UserError.class).hasMessage(message);
    }

    @Test
    void readsSentencesInOrder() throws IOException {
      write(line("One.") + "\n" + line("Two.") + "\n" + line("One.") + "\n");

      Corpus corpus = read();

      assertThat(corpus.sentences()).containsExactly("One.", "Two.", "One.");
      assertThat(corpus.skipped()).isZero();
      assertThat(corpus.name()).isEqualTo(file().toString());
      // printf 'One.\nTwo.\nOne.\n' | sha256sum: the same in every format.
      assertThat(corpus.sha256())
          .isEqualTo("fe042db8deb4b851e022ec0312146e787bbb05c329da3f8d268796a9b7d150c5");
      assertThat(corpus.distinct().sentences()).containsExactly("One.", "Two.");
      assertThat(corpus.distinct().sha256()).isNotEqualTo(corpus.sha256());
    }

    @Test
    void takesEveryLineEnd() throws IOException {
      write(line("a") + "\r\n" + line("b") + "\r" + line("c") + "\n" + line("d"));

      assertThat(read().sentences()).containsExactly("a", "b", "c", "d");
      assertThat(read().skipped()).isZero();
    }

    @Test
    void dropsAByteOrderMarkAtTheStartOnly() throws IOException {
      write("\uFEFF" + line("a") + "\n" + line("b\uFEFFc") + "\n");

      assertThat(read().sentences()).containsExactly("a", "b\uFEFFc");
    }

    @Test
    void skipsAndCountsBlankLines() throws IOException {
      write("\n" + line("a") + "\n\n \u00A0\n" + line("b") + "\n\n");

      assertThat(read().sentences()).containsExactly("a", "b");
      assertThat(read().skipped()).isEqualTo(4);
    }

    @Test
    void stripsWhiteSpaceAndLeavesTheRestOfUnicode() throws IOException {
      String decomposed = "e\u0301 \uFB01 \uD83D\uDE00 \u4F60\u597D 'x' a  b\u2028c";
      write(line(" \u00A0\u3000" + decomposed + "\u2003 ") + "\n");

      assertThat(read().sentences()).containsExactly(decomposed);
    }

    @Test
    void decodesCharactersAcrossBuffers() throws IOException {
      // Odd lengths shift the four bytes of each emoji over every buffer boundary.
      List<String> sentences = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        sentences.add("x".repeat(i % 7) + "\uD83D\uDE00".repeat(40 + i % 5) + i);
      }
      write(sentences.stream().map(this::line).collect(Collectors.joining("\n")));

      assertThat(read().sentences()).isEqualTo(sentences);
    }

    @Test
    void namesTheLineThatIsNotUtf8() throws IOException {
      writeBytes(line("a") + "\r\n" + line("b") + "\n" + "caf", 0xE9, "\n" + line("d") + "\n");

      refuses(
          this::read,
          place(3)
              + ": is not UTF-8; expected UTF-8 text."
              + " Convert the file, for example with iconv -t UTF-8.");
    }

    @Test
    void namesTheFarLineThatIsNotUtf8() throws IOException {
      int lines = 50_000;
      writeBytes((line("a sentence") + "\n").repeat(lines), 0xC0, 0x80);

      refuses(
          this::read,
          place(lines + 1)
              + ": is not UTF-8; expected UTF-8 text."
              + " Convert the file, for example with iconv -t UTF-8.");
    }

    @Test
    void refusesACharacterCutOffByTheEnd() throws IOException {
      writeBytes(line("a") + "\n" + "caf", 0xC3);

      refuses(
          this::read,
          place(2)
              + ": is not UTF-8; expected UTF-8 text."
              + " Convert the file, for example with iconv -t UTF-8.");
    }

    @Test
    void refusesALineBeyondTheBound() throws IOException {
      write(line("a") + "\n" + line("x".repeat(Utf8Reader.MAX_LINE_CHARS + 1)) + "\n");

      refuses(
          this::read,
          place(2)
              + ": is longer than 1048576 characters; expected a sentence a line."
              + " Split the text into sentences.");
    }

    @Test
    void takesALineAtTheBound() throws IOException {
      String sentence = "x".repeat(Utf8Reader.MAX_LINE_CHARS - line("").length());
      write(line(sentence) + "\r\n");

      assertThat(read().sentences()).containsExactly(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {".gz", ".ZST"})
    void readsWhatIsCompressed(String compression) throws IOException {
      write(line("a") + "\n\n" + line("b") + "\n");
      byte[] plain = Files.readAllBytes(file());
      Path compressed = directory.resolve("text." + extension() + compression);
      Files.write(compressed, compressed(compression, plain));

      Corpus corpus = Corpus.read(compressed.toString(), Columns.DEFAULT);

      assertThat(corpus.sentences()).isEqualTo(read().sentences()).hasSize(2);
      assertThat(corpus.skipped()).isEqualTo(1);
      Files.write(compressed, Arrays.copyOf(compressed(compression, plain), 15));
      assertThatThrownBy(() -> Corpus.read(compressed.toString(), Columns.DEFAULT))
          .as("cut off")
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(compressed + ": cannot be read: ");
      Files.write(compressed, plain);
      assertThatThrownBy(() -> Corpus.read(compressed.toString(), Columns.DEFAULT))
          .as("not compressed at all")
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(compressed + ": cannot be read: ");
    }

    private static byte[] compressed(String compression, byte[] plain) throws IOException {
      if (compression.equals(".ZST")) {
        return Zstd.compress(plain);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
        out.write(plain);
      }
      return bytes.toByteArray();
    }

    @Test
    void handsOutWhatItReadsAsItComes() throws IOException {
      write(line("a") + "\n\n" + line("b") + "\n" + line("c") + "\n");
      List<String> sentences = new ArrayList<>();

      ColumnChoice choice = Corpus.choose(file().toString(), Columns.DEFAULT);
      long skipped = Corpus.forEach(choice, sentences::add);

      assertThat(sentences).containsExactly("a", "b", "c");
      assertThat(skipped).isEqualTo(1);
      assertThatThrownBy(
              () ->
                  Corpus.forEach(
                      choice,
                      sentence -> {
                        throw new IllegalStateException("as meant");
                      }))
          .as("what the taker throws is no error of the file")
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("as meant");
    }

    @Test
    void refusesAnEmptyCorpus() throws IOException {
      String message =
          file()
              + ": has no sentence; expected at least one line that is not blank."
              + " Check the file.";
      write("");
      refuses(this::read, message);
      write("\uFEFF");
      refuses(this::read, message);
      write("\n  \n\r\n");
      refuses(this::read, message);
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
      refuses(this::read, file() + ": does not exist; expected a readable file. Check the path.");
      Files.createDirectory(file());
      refuses(
          this::read,
          file() + ": is a directory; expected a text file. Name a file in it instead.");
    }

    @Test
    void givesImmutableLists() throws IOException {
      write(line("a") + "\n");

      assertThatThrownBy(() -> read().sentences().add("b"))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  /** What holds for every format with several columns. */
  abstract static class ColumnsContract extends Contract {
    /** A whole file; rows of strings. */
    abstract String table(List<String> names, List<List<String>> rows);

    /** The place of the row of this number, from 1, in such a file. */
    abstract String row(int number);

    /** What an error calls a column that is missing from the first row. */
    abstract String noColumn(String name, String has);

    private static final List<String> NAMES = List.of("sentence1", "sentence2", "score");

    private PairCorpus readPairs(String... columns) {
      return PairCorpus.read(file().toString(), defaultsOf(columns));
    }

    private ScoredPairCorpus readScored(String... columns) {
      return ScoredPairCorpus.read(file().toString(), defaultsOf(columns));
    }

    /** The file has the names that are the default of a format without positions. */
    Columns defaultsOf(String... columns) {
      return Columns.of(columns);
    }

    @Test
    void readsColumnsByNameRowByRow() throws IOException {
      write(table(NAMES, List.of(List.of("a", "b", "1"), List.of("c", "d", "2"))));

      assertThat(read("sentence2", "sentence1").sentences()).containsExactly("b", "a", "d", "c");
      assertThat(read("score").sentences()).containsExactly("1", "2");
    }

    @Test
    void skipsAndCountsBlankCells() throws IOException {
      write(table(NAMES, List.of(List.of("a", " ", "1"), List.of("", "d", "2"))));

      assertThat(read("sentence1", "sentence2").sentences()).containsExactly("a", "d");
      assertThat(read("sentence1", "sentence2").skipped()).isEqualTo(2);
    }

    @Test
    void readsPairs() throws IOException {
      write(table(NAMES, List.of(List.of("a", "b", "1"), List.of("c", "d", "2"))) + "\n");

      assertThat(readPairs().pairs()).containsExactly(new Pair("a", "b"), new Pair("c", "d"));
      assertThat(PairCorpus.read(file().toString(), Columns.of("sentence2", "score")).pairs())
          .containsExactly(new Pair("b", "1"), new Pair("d", "2"));
      // printf 'a\tb\nc\td\n' | sha256sum
      assertThat(readPairs().sha256())
          .isEqualTo("31530cb8906d527dbb5ee0624d8a4918233ce77f7a18b576909c0d40f8e202e2");
    }

    @Test
    void readsHardNegatives() throws IOException {
      write(table(NAMES, List.of(List.of("a", "b", "n"), List.of("c", "d", "m"))));

      Columns columns = Columns.of("sentence2", "sentence1", "score", "sentence2");
      PairCorpus read = PairCorpus.read(file().toString(), columns);
      assertThat(read.pairs())
          .containsExactly(
              new Pair("b", "a", List.of("n", "b")), new Pair("d", "c", List.of("m", "d")));
      assertThat(read.negatives()).isEqualTo(2);
      // printf 'b\ta\tn\tb\nd\tc\tm\td\n' | sha256sum
      assertThat(read.sha256())
          .isEqualTo("45f60519b9689e7b131a92565c8a31aa7d27d114e81fc7e94e1874fb40ec4de1");
      assertThat(readPairs().negatives()).isZero();
    }

    @Test
    void readsScoredPairs() throws IOException {
      write(table(NAMES, List.of(List.of("a", "b", "3.8"), List.of("c", "d", "-1e-2"))) + "\n");

      assertThat(readScored().pairs())
          .containsExactly(new ScoredPair("a", "b", 3.8), new ScoredPair("c", "d", -0.01));
      // printf 'a\tb\t3.8\nc\td\t-0.01\n' | sha256sum
      assertThat(readScored().sha256())
          .isEqualTo("1e9433393f64230761ffd934c62a5b1db4da6a3603133866d1076b106e6a5298");
    }

    @Test
    void leavesOutAndCountsRowsWithABlankCell() throws IOException {
      write(
          table(
              NAMES,
              List.of(
                  List.of("a", "b", "1"), List.of("c", " \u00A0", "2"), List.of("d", "e", ""))));

      assertThat(readPairs().pairs()).containsExactly(new Pair("a", "b"), new Pair("d", "e"));
      assertThat(readPairs().skipped()).isEqualTo(1);
      assertThat(readScored().pairs()).containsExactly(new ScoredPair("a", "b", 1));
      assertThat(readScored().skipped()).isEqualTo(2);
    }

    @Test
    void refusesAScoreThatIsNoFiniteNumber() throws IOException {
      for (String score : List.of("high", "NaN", "Infinity", "1e999", "0x1p3", "1d", "1,5")) {
        write(table(NAMES, List.of(List.of("a", "b", "1"), List.of("c", "d", score))));

        refuses(
            this::readScored,
            row(2)
                + ": has the score \""
                + score
                + "\"; expected a finite number such as 3.8. Mend this row; if it is a header,"
                + " remove it or choose the columns by name.");
      }
    }

    @Test
    void refusesAMissingColumn() throws IOException {
      write(table(NAMES, List.of(List.of("a", "b", "1"))));

      refuses(
          () -> read("sentence3"),
          place(1)
              + noColumn("\"sentence3\"", "\"sentence1\", \"sentence2\", \"score\"")
              + ". Name one of these.");
    }

    @Test
    void refusesAWrongNumberOfColumns() throws IOException {
      write(table(NAMES, List.of(List.of("a", "b", "1"))));

      refuses(
          () -> PairCorpus.read(file().toString(), Columns.of("sentence1")),
          file()
              + ": is to be read with 1 column; expected 2 columns."
              + " Name 2, or none for the default.");
      refuses(
          () -> ScoredPairCorpus.read(file().toString(), Columns.of("sentence1", "score")),
          file()
              + ": is to be read with 2 columns; expected 3 columns."
              + " Name 3, or none for the default.");
    }

    @Test
    void refusesAFileWithoutPairs() throws IOException {
      write("\n\n");

      refuses(
          this::readPairs,
          file() + ": has no pair; expected at least one row of two texts. Check the file.");
      refuses(
          this::readScored,
          file()
              + ": has no scored pair; expected at least one row of two texts and a score."
              + " Check the file.");
    }
  }

  /** What holds for every table. */
  abstract static class TableContract extends ColumnsContract {
    abstract char separator();

    @Override
    String line(String sentence) {
      return sentence;
    }

    @Override
    String table(List<String> names, List<List<String>> rows) {
      StringBuilder out = new StringBuilder(cells(names));
      rows.forEach(row -> out.append(cells(row)));
      return out.toString();
    }

    @Override
    String row(int number) {
      return place(number + 1);
    }

    @Override
    String noColumn(String name, String has) {
      return ": has no column " + name + "; expected one of " + has;
    }

    @Override
    Columns defaultsOf(String... columns) {
      return new Columns(List.of(columns), Header.YES);
    }

    /** A row of plain values, with its end. */
    String cells(List<String> values) {
      return values.stream()
              .map(v -> v.indexOf(',') < 0 ? v : quoted(v))
              .collect(Collectors.joining(String.valueOf(separator())))
          + "\n";
    }

    String quoted(String value) {
      return '"' + value.replace("\"", "\"\"") + '"';
    }

    private Corpus readAs(Header header, String... columns) {
      return Corpus.read(file().toString(), new Columns(List.of(columns), header));
    }

    @Test
    void refusesToChooseOfTwoTexts() throws IOException {
      write(cells(List.of("a", "b")) + cells(List.of("c", "d")));

      refuses(
          this::read,
          file()
              + ": has more than one column that can be the text; expected a choice of its"
              + " columns, the first row in brackets: 1 (\"a\"), 2 (\"b\"). Choose with"
              + " column, by name or by number from 1.");
    }

    @Test
    void takesNumbersFromOne() throws IOException {
      write(cells(List.of("a", "b")) + cells(List.of("c", "d")));

      assertThat(read("2").sentences()).containsExactly("b", "d");
      assertThat(read("1", "2").sentences()).containsExactly("a", "b", "c", "d");
      assertThat(readAs(Header.YES, "2").sentences()).containsExactly("d");
      assertThat(readAs(Header.NO, "2").sentences()).containsExactly("b", "d");
    }

    @Test
    void mixesNumbersAndNamesUnderAHeader() throws IOException {
      write(cells(List.of("a", "b")) + cells(List.of("c", "d")));

      assertThat(readAs(Header.YES, "b", "1").sentences()).containsExactly("d", "c");
    }

    @Test
    void findsTheHeaderAfterAByteOrderMarkAndBlankLines() throws IOException {
      write("\uFEFF\n" + cells(List.of(" a ", "b")) + cells(List.of("c", "d")));

      assertThat(read("a").sentences()).containsExactly("c");
      assertThat(read("a").skipped()).isEqualTo(1);
    }

    @Test
    void refusesAShortRow() throws IOException {
      write(cells(List.of("a", "b")) + cells(List.of("c")));

      refuses(
          () -> read("2"),
          place(2)
              + ": has 1 column; expected a column 2."
              + " Mend this row, or choose the columns.");
    }

    @Test
    void refusesANumberBeyondTheHeader() throws IOException {
      write(cells(List.of("a", "b")) + cells(List.of("c", "d")));

      refuses(
          () -> readAs(Header.YES, "3"),
          place(1)
              + ": has no column \"3\"; expected one of \"a\", \"b\"."
              + " Name one of these.");
    }

    @Test
    void refusesANameThatTwoColumnsHave() throws IOException {
      write(cells(List.of("a", "a")) + cells(List.of("c", "d")));

      refuses(
          () -> read("a"),
          place(1)
              + ": has more than one column \"a\"; expected a name that one column has."
              + " Say that there is a header, and give the column's number.");
      assertThat(readAs(Header.YES, "2").sentences()).containsExactly("d");
    }

    @Test
    void ignoresColumnsThatAreNotWanted() throws IOException {
      write(cells(List.of("a")) + cells(List.of("b", "c", "")));

      assertThat(read("1").sentences()).containsExactly("a", "b");
      refuses(
          this::read,
          place(2)
              + ": has 3 columns, more than the first row; expected at most 1. Put quotes around"
              + " texts with separators in them, or choose the columns.");
      write(cells(List.of("a")) + cells(List.of("b", "", "")));
      assertThat(read().sentences()).as("nothing is lost").containsExactly("a", "b");
    }
  }

  @Nested
  class Txt extends Contract {
    @Override
    String extension() {
      return "txt";
    }

    @Override
    String line(String sentence) {
      return sentence;
    }

    @Test
    void leavesSeparatorsAndQuotesAlone() throws IOException {
      write("\"a\", b\tc\n");

      assertThat(read().sentences()).containsExactly("\"a\", b\tc");
    }

    @Test
    void hasNoColumnsAndNoPairs() throws IOException {
      write("a\n");

      String message =
          file()
              + ": is a .txt, which has neither columns nor a header;"
              + " expected a .csv, .tsv or .jsonl. Leave out the columns and the header.";
      refuses(() -> read("1"), message);
      refuses(() -> Corpus.read(file().toString(), new Columns(List.of(), Header.YES)), message);
      refuses(
          () -> PairCorpus.read(file().toString(), Columns.DEFAULT),
          file()
              + ": is a .txt, which has one column;"
              + " expected a .csv, .tsv or .jsonl with 2 columns. Convert it.");
    }

    @Test
    void knowsItsExtensionInCapitals() throws IOException {
      Path capitals = Files.writeString(directory.resolve("TEXT.TXT"), "a\n");

      assertThat(Corpus.read(capitals.toString(), Columns.DEFAULT).sentences())
          .containsExactly("a");
    }

    @Test
    void refusesAnUnknownExtension() throws IOException {
      Path unknown = Files.writeString(directory.resolve("text.md"), "a\n");
      refuses(
          () -> Corpus.read(unknown.toString(), Columns.DEFAULT),
          unknown
              + ": has no extension that tells its format;"
              + " expected .txt, .csv, .tsv or .jsonl, also with .gz or .zst behind it, or .parquet."
              + " Rename it, or set format.");
      refuses(
          () -> Corpus.read(directory.toString(), Columns.DEFAULT),
          directory + ": is a directory; expected a text file. Name a file in it instead.");
      refuses(
          () -> Corpus.read(directory.resolve("nothing").toString(), Columns.DEFAULT),
          directory.resolve("nothing")
              + ": does not exist; expected a readable file. Check the path.");
    }
  }

  @Nested
  class Csv extends TableContract {
    @Override
    String extension() {
      return "csv";
    }

    @Override
    char separator() {
      return ',';
    }

    @Test
    void readsQuotedValues() throws IOException {
      write("\"a, \"\"b\"\"\",c\n\"two\nlines\",\"\"\nd \"e\" f,g\n");

      assertThat(read("1", "2").sentences())
          .containsExactly("a, \"b\"", "c", "two\nlines", "d \"e\" f", "g");
      assertThat(read("1", "2").skipped()).isEqualTo(1);
    }

    @Test
    void countsTheLinesOfQuotedValues() throws IOException {
      write("\"two\r\nlines\",1\n\"x\ny\n\nz\",1\nd\n");

      refuses(
          () -> read("2"),
          place(7)
              + ": has 1 column; expected a column 2."
              + " Mend this row, or choose the columns.");
    }

    @Test
    void refusesAnUnclosedQuote() throws IOException {
      write("a,b\n\"c\nd\",e\n\"f,g\nh,i\n");

      refuses(
          this::read,
          place(4)
              + ": is no CSV: Unclosed quoted field at end of input; expected a quoted value that"
              + " ends in a quote, quotes within it doubled. Mend the quotes of this row.");
    }

    @Test
    void refusesTextAfterAQuote() throws IOException {
      write("a,b\n\"c\" d,e\n");

      refuses(
          this::read,
          place(2)
              + ": is no CSV: Unexpected character after closing quote: ' ' (0x20); expected a quoted"
              + " value that ends in a quote, quotes within it doubled. Mend the quotes of this"
              + " row.");
    }

    @Test
    void refusesAQuoteThatSwallowsAHugeText() throws IOException {
      write("a\n\"" + "some words and a line end\n".repeat(1 << 20));

      refuses(
          this::read,
          place(2)
              + ": is no CSV: The maximum buffer size of 16777216 is insufficient to read the data"
              + " of a single field; expected a quoted value that ends in a quote, quotes within"
              + " it doubled. Mend the quotes of this row.");
    }
  }

  @Nested
  class Tsv extends TableContract {
    @Override
    String extension() {
      return "tsv";
    }

    @Override
    char separator() {
      return '\t';
    }

    @Override
    String quoted(String value) {
      return value;
    }

    @Test
    void leavesQuotesAndCommasAlone() throws IOException {
      write("\"a, b\tc\"\n\"\"d\" e\tf\n");

      assertThat(read("1", "2").sentences()).containsExactly("\"a, b", "c\"", "\"\"d\" e", "f");
    }

    @Test
    void keepsEmptyCellsAtTheEnd() throws IOException {
      write("a\t\t\nb\tc\t\n");

      assertThat(read("2", "3").sentences()).containsExactly("c");
      assertThat(read("2", "3").skipped()).isEqualTo(3);
    }
  }

  @Nested
  class JsonLines extends ColumnsContract {
    @Override
    String extension() {
      return "jsonl";
    }

    @Override
    String line(String sentence) {
      return object(List.of("text"), List.of(sentence));
    }

    @Override
    String table(List<String> names, List<List<String>> rows) {
      return rows.stream().map(r -> object(names, r) + "\n").collect(Collectors.joining());
    }

    @Override
    String row(int number) {
      return place(number);
    }

    @Override
    String noColumn(String name, String has) {
      return ": has no field " + name + "; expected one of " + has;
    }

    private static String object(List<String> names, List<String> values) {
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        fields.add("\"" + names.get(i) + "\":\"" + values.get(i) + "\"");
      }
      return "{" + String.join(",", fields) + "}";
    }

    @Test
    void takesTextOrSentenceOrAString() throws IOException {
      write("{\"id\":1,\"text\":\"a\",\"sentence\":\"z\"}\n" + "\"c \\\"d\\\"\\ne\"\n");
      assertThat(read().sentences()).containsExactly("a", "c \"d\"\ne");

      write("{\"sentence\":\"b\"}\n{\"text\":\"c\"}\n");
      refuses(
          this::read,
          place(1) + ": has no field \"text\"; expected one of \"sentence\". Name one of these.");
    }

    @Test
    void takesNumbersAsText() throws IOException {
      write("{\"sentence1\":\"a\",\"sentence2\":\"b\",\"score\":4.25}\n");

      assertThat(ScoredPairCorpus.read(file().toString(), Columns.DEFAULT).pairs())
          .containsExactly(new ScoredPair("a", "b", 4.25));
    }

    @Test
    void decodesEscapes() throws IOException {
      write("{\"text\":\"\\u00e9 \\ud83d\\ude00\"}\n");

      assertThat(read().sentences()).containsExactly("\u00E9 \uD83D\uDE00");
    }

    @Test
    void refusesHalfACharacter() throws IOException {
      write("{\"text\":\"a\"}\n{\"text\":\"b \\ud83d c\"}\n");

      refuses(
          this::read,
          place(2) + ": escapes half a character, \\ud83d; expected Unicode text. Mend this line.");
    }

    @Test
    void refusesWhatIsNoJson() throws IOException {
      write("{\"text\":\"a\"}\n{\"text\":\"b\"\n");
      refuses(
          this::read,
          place(2)
              + ": is no JSON: Unexpected end-of-input: expected close marker for Object; expected a JSON"
              + " object on one line. Mend this line.");
      write("{\"text\":\"a\"} {\"text\":\"b\"}\n");
      refuses(
          this::read,
          place(1)
              + ": is no JSON: Trailing token; expected a JSON"
              + " object on one line. Mend this line.");
      write("{\"text\":\"a\",\"text\":\"b\"}\n");
      refuses(
          this::read,
          place(1)
              + ": is no JSON: Duplicate field 'text'; expected a JSON"
              + " object on one line. Mend this line.");
      write("plain words\n");
      refuses(
          this::read,
          place(1)
              + ": is no JSON: Unrecognized token 'plain': was expecting (JSON String, Number, Array, Object or token"
              + " 'null', 'true' or 'false'); expected a JSON"
              + " object on one line. Mend this line.");
      write("[".repeat(100_000) + "\n");
      refuses(
          this::read,
          place(1)
              + ": is no JSON: Document nesting depth (1001) exceeds the maximum allowed; expected a JSON"
              + " object on one line. Mend this line.");
    }

    @Test
    void refusesOtherKindsOfValues() throws IOException {
      write("[\"a\"]\n");
      refuses(
          this::read,
          place(1) + ": is a JSON array; expected an object or a string. Mend this line.");
      write("\"a\"\n");
      refuses(
          () -> read("text"), place(1) + ": is a JSON string; expected an object. Mend this line.");
      write("{\"text\":null}\n");
      refuses(
          this::read,
          place(1)
              + ": field \"text\" is a JSON null; expected a string or a number. Mend this line.");
      write("{}\n");
      refuses(
          this::read,
          file()
              + ": has no field that can be the text; expected some. Choose with column, by"
              + " name.");
    }

    @Test
    void hasNoNumberedColumnsAndNoHeader() throws IOException {
      write(line("a"));

      refuses(
          () -> read("1"),
          file()
              + ": has fields, which have no numbers;"
              + " expected the name of a field instead of column 1. Name the field.");
      refuses(
          () -> Corpus.read(file().toString(), new Columns(List.of(), Header.YES)),
          file() + ": is a .jsonl, which has no header; expected a table. Leave out the header.");
    }
  }

  @Nested
  class Contradictions {
    @Test
    void refusesContradictions() {
      refuses(
          List.of("1", "a"),
          Header.NO,
          "column a: is a name, but the file is said to have no header;"
              + " expected a number from 1."
              + " Give the column's number, or do not say so.");
      refuses(
          List.of("0"),
          Header.DETECTED,
          "column 0: is no column's number; expected a number from 1 to 999999."
              + " Count the columns from 1.");
      refuses(
          List.of("99999999999999999999"),
          Header.DETECTED,
          "column 99999999999999999999: is no column's number;"
              + " expected a number from 1 to 999999. Count the columns from 1.");
      refuses(
          Collections.nCopies(1, " "),
          Header.DETECTED,
          "column: is empty; expected a name or a number from 1. Name a column.");
    }

    private void refuses(List<String> columns, Header header, String message) {
      assertThatThrownBy(() -> new Columns(columns, header))
          .isInstanceOf(UserError.class)
          .hasMessage(message);
    }
  }

  @Test
  void refusesAnEmptyCorpusMadeByAProgram() {
    assertThatThrownBy(() -> Corpus.of("mine", List.of(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                PairCorpus.of(
                    "mine", List.of(new Pair("a", "b"), new Pair("a", "b", List.of("n")))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PairCorpus.of("mine", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ScoredPairCorpus.of("mine", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
