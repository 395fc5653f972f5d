package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.corpus.Columns.Header;
import org.isoscope.corpus.PairCorpus.Pair;
import org.isoscope.corpus.ScoredPairCorpus.ScoredPair;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which columns are read where nobody says so: the ones that are meant, or none. */
final class ColumnChoiceTest {
  private static final String FAQ =
      "id,area,question,answer\n"
          + "FAQ-001,printers,How do I print?,Press the green button.\n"
          + "FAQ-002,accounts,How do I log in?,Enter your name.\n"
          + "FAQ-003,accounts,How do I log out?,Close the window.\n";

  @TempDir Path directory;

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private static @Nullable String words(@Nullable ColumnChoice choice) {
    return choice == null ? null : choice.words();
  }

  private static List<float[]> vectors(VectorFile file) {
    List<float[]> rows = new ArrayList<>();
    file.forEach((row, index) -> rows.add(row.clone()));
    return rows;
  }

  @Test
  void pairsAreTheQuestionAndTheAnswerNotTheIdAndTheArea() throws IOException {
    PairCorpus faq = PairCorpus.read(file("faq.csv", FAQ), Columns.DEFAULT);

    assertThat(faq.pairs())
        .containsExactly(
            new Pair("How do I print?", "Press the green button."),
            new Pair("How do I log in?", "Enter your name."),
            new Pair("How do I log out?", "Close the window."));
    assertThat(words(faq.columns()))
        .isEqualTo(
            "columns question -> answer; first: \"How do I print?\" -> \"Press the green"
                + " button.\"");
  }

  @Test
  void refusesAmongSeveralTextsWithTheColumnsAndARow() throws IOException {
    String file = file("faq.csv", FAQ);

    assertThatThrownBy(() -> Corpus.read(file, Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": has more than one column that can be the text; expected a choice of its"
                + " columns, the first row in brackets: id (\"FAQ-001\"), area (\"printers\"),"
                + " question (\"How do I print?\"), answer (\"Press the green button.\"). Choose"
                + " with column, by name or by number from 1.");
    assertThatThrownBy(() -> ScoredPairCorpus.read(file, Columns.DEFAULT.withSetting("stsColumn")))
        .hasMessageStartingWith(file + ": has no column of scores; expected a choice")
        .hasMessageContaining("Choose with stsColumn,");
  }

  @ParameterizedTest
  @CsvSource({
    "'id,text\n0,the cat\n1,the dog\n', text",
    "'ID,Sentence,label\n0,the cat,pets\n1,the dog,pets\n', Sentence",
    "'ticket,body\nT-1,the cat sees\nT-2,a dog\nT-3,the bird\n', body",
    "'\ufefftext\nThe cat sees the dog.\n', text",
    "'1,The cat.\n2,The dog.\n3,A bird.\n', 2"
  })
  void theTextIsTheColumnOfTexts(String table, String column) throws IOException {
    Corpus corpus = Corpus.read(file("t.csv", table), Columns.DEFAULT);

    assertThat(words(corpus.columns())).startsWith("column " + column + "; first: \"");
    assertThat(corpus.sentences().get(0)).startsWithIgnoringCase("the cat");
  }

  @ParameterizedTest
  @CsvSource({
    "'anchor,positive,negative_1,negative_2\na b.,c d.,e f.,g h.\n', 2",
    "'id,query,answer\n1,what is it?,it is so\n', 0",
    "'premise,hypothesis\nall is well,nothing is\n', 0",
    "'Frage,Antwort\nwas ist das?,das ist es.\n', 0",
    "'sentence1,sentence2,score\na,b,1\n', 0",
    "'a cat,a dog\na cat,the river\n', 0"
  })
  void pairsAreFoundByTheirNames(String table, int negatives) throws IOException {
    assertThat(PairCorpus.read(file("p.csv", table), Columns.DEFAULT).negatives())
        .isEqualTo(negatives);
  }

  @Test
  void saysThatTheScoreOfAPairIsNotRead() throws IOException {
    String scored = file("s.csv", "sentence1,sentence2,score\na b,c d,0\n");

    assertThat(words(PairCorpus.read(scored, Columns.DEFAULT).columns()))
        .isEqualTo("columns sentence1 -> sentence2, not score; first: \"a b\" -> \"c d\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sentence1,sentence2,score\na cat,a dog,3.5\n",
        "id,sentence1,sentence2,label\n9,a cat,a dog,3.5\n8,a bird,a fish,2\n",
        "a cat,a dog,3.5\nb,c,1\n",
        "0,a cat,a dog,3.5\n1,b,c,1\n2,d,e,1\n"
      })
  void scoredPairsHaveAHeaderOrNot(String table) throws IOException {
    assertThat(ScoredPairCorpus.read(file("s.csv", table), Columns.DEFAULT).pairs().get(0))
        .isEqualTo(new ScoredPair("a cat", "a dog", 3.5));
  }

  @ParameterizedTest
  @CsvSource({
    "'first,second\nIt is so.,It was so.\n', first",
    "'ticket,answer\nMy screen is black.,Press it.\n', ticket",
    "'text,question\ntext,question\n', 1",
    "'one,two\nthree,four\n', 1",
    "'How far?,question\nHow much?,question\n', 1"
  })
  void aHeaderIsOfWordsThatNoOtherRowIsOf(String table, String first) throws IOException {
    assertThat(words(PairCorpus.read(file("p.csv", table), Columns.DEFAULT).columns()))
        .startsWith("columns " + first + " -> ");
  }

  @Test
  void refusesWhatMayBeAHeader() throws IOException {
    String file = file("t.csv", "Good morning\nThe cat sees the dog in the garden.\n");

    assertThatThrownBy(() -> Corpus.read(file, Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ":1: may be a header or data: \"Good morning\"; expected to be told which. Set"
                + " header to yes or no.");
    assertThat(Corpus.read(file, new Columns(List.of(), Header.NO)).sentences()).hasSize(2);
    assertThat(Corpus.read(file, new Columns(List.of(), Header.YES)).sentences()).hasSize(1);
  }

  @Test
  void numbersOfColumnsDoNotMakeAHeaderData() throws IOException {
    PairCorpus faq = PairCorpus.read(file("faq.csv", FAQ), Columns.of("3", "4"));

    assertThat(faq.pairs()).hasSize(3);
    assertThat(words(faq.columns()))
        .startsWith("columns question -> answer; first: \"How do I print?\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",d0,d1,d2\n0,.5,1,2\n1,3,4,5\n2,6,7,8\n",
        ",0,1,2\n0,.5,1,2\n1,3,4,5\n2,6,7,8\n",
        "0,1,2\n.5,1,2\n3,4,5\n6,7,8\n",
        "Unnamed: 0,x,y,z\n7,.5,1,2\n8,3,4,5\n9,6,7,8\n",
        "d0,d1,d2,year\n.5,1,2,1999\n3,4,5,2000\n6,7,8,2001\n",
        "id,d0,d1,d2,label\na,.5,1,2,0\nb,3,4,5,1\nc,6,7,8,0\n",
        "0,.5,1,2\n1,3,4,5\n2,6,7,8\n",
        "a7,.5,1,2\nb8,3,4,5\nc9,6,7,8\n"
      })
  void vectorsAreWithoutWhatTellsTheRowsApart(String table) throws IOException {
    VectorFile file = VectorFile.open(file("v.csv", table), Columns.DEFAULT);

    assertThat(file.dimension()).isEqualTo(3);
    assertThat(vectors(file))
        .containsExactly(new float[] {.5f, 1, 2}, new float[] {3, 4, 5}, new float[] {6, 7, 8});
  }

  @Test
  void aNamelessIndexIsLeftOutWhateverIsSaidOfTheHeader() throws IOException {
    String file = file("v.csv", ",d0,d1\n0,.5,1\n1,3,4\n2,6,7\n");
    VectorFile read = VectorFile.open(file, new Columns(List.of(), Header.YES));

    assertThat(vectors(read)).contains(new float[] {.5f, 1});
    assertThat(read.columns())
        .isEqualTo("columns d0, d1, not the one without a name; first: .5, 1");
  }

  @Test
  void whatNeedsQuotesInATsvHasThem() throws IOException {
    String written = file("q.tsv", "1\t\"a \"\"quoted\"\" cat\"\n2\t\"multi\nline\"\n3\tplain\n");
    assertThat(Corpus.read(written, Columns.DEFAULT).sentences())
        .containsExactly("a \"quoted\" cat", "multi\nline", "plain");

    String spoken = file("s.tsv", "1\t\"No.\"\n2\t\"I know,\" he said.\n3\tplain\n");
    assertThat(Corpus.read(spoken, Columns.DEFAULT).sentences())
        .containsExactly("\"No.\"", "\"I know,\" he said.", "plain");

    String late = file("l.tsv", "1\ta\n".repeat(3000) + "2\t\"multi\nline\"\n");
    assertThatThrownBy(() -> Corpus.read(late, Columns.of("2")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(late + ":3002: goes on with a quoted cell of the line above");
  }

  @Test
  void groupsComeFromTheirColumn() throws IOException {
    String table = file("g.csv", "question,answer,thread\na?,b.,x\nc?,d.,y\ne?,f.,x\ng?,h.,\n");

    PairCorpus pairs = PairCorpus.read(table, Columns.DEFAULT.withGroup("thread"));
    assertThat(pairs.groups()).containsExactly(0, 1, 0, 2);
    assertThat(words(pairs.columns()))
        .startsWith("columns question -> answer, groups by thread; first");
    assertThat(PairCorpus.read(table, Columns.DEFAULT).groups()).containsExactly(0, 1, 2, 3);
    assertThatThrownBy(() -> PairCorpus.read(table, Columns.DEFAULT.withGroup("topic")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no column \"topic\"");
  }

  @Test
  void readsAnotherExtensionAsTheFormatThatIsSaid() throws IOException {
    String file = file("dump.data", "id\ttext\n1\ta cat\n");

    assertThat(Corpus.read(file, Columns.DEFAULT.withFormat("tsv")).sentences())
        .containsExactly("a cat");
    assertThatThrownBy(() -> Corpus.read("-", Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("expected format txt, csv");
  }

  @Test
  void refusesADevice() {
    assumeTrue(Files.exists(Path.of("/dev/zero")));

    for (String format : List.of("txt", "csv", "parquet", "npy")) {
      assertThatThrownBy(() -> VectorFile.open("/dev/zero", Columns.DEFAULT.withFormat(format)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("/dev/zero: is a device");
    }
    assertThatThrownBy(() -> Corpus.read("/dev/zero", Columns.DEFAULT.withFormat("txt")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("/dev/zero: is a device");
  }
}
