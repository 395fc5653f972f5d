package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.isoscope.corpus.LabelledPairCorpus.LabelledPair;
import org.isoscope.corpus.RerankingCorpus.Query;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labelled pairs, texts of known classes, and queries with right and wrong documents. */
class LabelledTextsTest {
  private static final int MUTATIONS = 300;

  private static final String LISTS =
      "{\"query\": \"a cat\", \"positive\": [\"the cat\", \"cats\"], \"negative\": [\"a car\"]}\n"
          + "\n"
          + "{\"query\": \"none\", \"positive\": [], \"negative\": [\"x\"]}\n"
          + "{\"query\": \"a dog\", \"positive\": \"dogs\", \"negative\": [\" \", \"a door\"]}\n";

  @TempDir Path directory;

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sentence1,sentence2,labels|a b,c d,1|e f,g h,0",
        "id,qid1,qid2,question1,question2,is_duplicate|9,1,2,a b,c d,1|8,3,4,e f,g h,0",
        "label,score,text1,text2|1,.3,a b,c d|0,.2,e f,g h",
        "a b,c d,True|e f,g h,False|e f,g h,0.0",
        "one,two,same|a b,c d,1|e f,g h,0",
      })
  void pairsAndTheirLabelsAreFound(String first, String second, String third) throws IOException {
    String rows = first + "\n" + second + "\n" + third + "\n";
    LabelledPairCorpus read = LabelledPairCorpus.read(file("pairs.csv", rows), Columns.DEFAULT);
    assertThat(read.pairs())
        .startsWith(new LabelledPair("a b", "c d", true), new LabelledPair("e f", "g h", false));
    assertThat(read.columns().words()).contains(" -> ");
    assertThat(read.groups()).startsWith(0, 1);
  }

  @Test
  void pairsOfOneGroupGoTogetherAndBlankOnesAreCounted() throws IOException {
    String rows = "a,b,label,doc\nx y,z,1,one\nu v,w,0,two\n,w,0,two\np q,r,0,one\n";
    LabelledPairCorpus read =
        LabelledPairCorpus.read(
            file("pairs.csv", rows), Columns.of("a", "b", "label").withGroup("doc"));
    assertThat(read.groups()).containsExactly(0, 1, 0);
    assertThat(read.skipped()).isEqualTo(1);
    assertThat(read.sha256()).hasSize(64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b,label;x y,z,1;u v,w,2|pairs.csv:3: has the label \"2\"",
        "a,b,label;x y,z,1;u v,w,1|has 2 pairs, all labelled 1",
        "a,b,label;x y,z,0|has 1 pairs, all labelled 0",
        "id,sentence1,sentence2;1,x y,z z;2,u v,w w|has no column of labels",
        "a,b,label|has no labelled pair",
      })
  void refusesPairsWithoutBothLabels(String rows, String message) throws IOException {
    String file = file("pairs.csv", rows.replace(';', '\n') + "\n");
    assertThatThrownBy(() -> LabelledPairCorpus.read(file, Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text,label|a b,x|c d,y|e f,x",
        "id,category,sentence|1,x,a b|2,y,c d|3,x,e f",
        "topic,text|x,a b|y,c d|x,e f",
        "sentences,labels|a b,x|c d,y|e f,x",
        "a b,3|c d,5|e f,3|g h,3",
      })
  void textsAndTheirClassesAreFound(String a, String b, String c, String d) throws IOException {
    String rows = String.join("\n", a, b, c, d) + "\n";
    LabelledCorpus read = LabelledCorpus.read(file("texts.csv", rows), Columns.DEFAULT);
    assertThat(read.sentences()).startsWith("a b", "c d", "e f");
    assertThat(read.classes()).startsWith(0, 1, 0);
    assertThat(read.labels()).hasSameSizeAs(read.sentences());
  }

  @Test
  void classesOfJsonLines() throws IOException {
    String lines =
        "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\", \"label\": 2}\n"
            + "{\"text\": \"a\", \"label\": 1}\n";
    LabelledCorpus read = LabelledCorpus.read(file("t.jsonl", lines), Columns.DEFAULT);
    assertThat(read.classes()).containsExactly(0, 1, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text,label;a b,x;c d,x|has 1 label for 2 texts",
        "text,label;a b,x;c d,y|has 2 labels for 2 texts",
        "text,label,class;a b,x,y;c d,x,y|has 1 label ",
        "one,two,three;a b,c d,e f;x y,z z,u u|has more than one column of texts",
        "text,one,two;a b,c d,e f;x y,z z,u u|has no column of labels",
      })
  void refusesTextsWithoutClasses(String rows, String message) throws IOException {
    String file = file("texts.csv", rows.replace(';', '\n') + "\n");
    assertThatThrownBy(() -> LabelledCorpus.read(file, Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void listsAndRowsAreTheSameQueries() throws IOException {
    RerankingCorpus lists = RerankingCorpus.read(file("q.jsonl", LISTS), Columns.DEFAULT);
    assertThat(lists.queries())
        .containsExactly(
            new Query("a cat", List.of("the cat", "cats"), List.of("a car")),
            new Query("a dog", List.of("dogs"), List.of("a door")));
    assertThat(lists.unjudged()).isEqualTo(1);
    assertThat(lists.skipped()).isEqualTo(2);
    String rows =
        "query,document,label\na cat,the cat,1\na dog,dogs,1\na cat,a car,0\nnone,x,0\n"
            + "a dog,a door,0\na cat,cats,1\n";
    RerankingCorpus table = RerankingCorpus.read(file("q.csv", rows), Columns.DEFAULT);
    assertThat(table.queries()).isEqualTo(lists.queries());
    assertThat(table.sha256()).isEqualTo(lists.sha256());
    assertThat(table.unjudged()).isEqualTo(1);
    String objects =
        "{\"q\": \"a cat\", \"d\": \"the cat\", \"right\": 1}\n"
            + "{\"q\": \"a cat\", \"d\": \"a car\", \"right\": 0}\n";
    assertThat(
            RerankingCorpus.read(file("o.jsonl", objects), Columns.of("q", "d", "right")).queries())
        .containsExactly(new Query("a cat", List.of("the cat"), List.of("a car")));
  }

  @Test
  void listsByOtherNames() throws IOException {
    String line = "{\"q\": \"a\", \"yes\": [\"b\"], \"no\": [\"c\", \"d\"]}\n";
    assertThat(RerankingCorpus.read(file("q.jsonl", line), Columns.of("q", "yes", "no")).queries())
        .containsExactly(new Query("a", List.of("b"), List.of("c", "d")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"query\": \"a\", \"positive\": [1], \"negative\": []}|holds what is no text",
        "{\"query\": \"a\", \"positive\": [\"b\"]}|has no field \"negative\"",
        "{\"query\": [\"a\"], \"positive\": [\"b\"], \"negative\": [\"c\"]}|is a JSON array",
        "{\"query\": \"a\", \"positive\": [\"b\"], \"negative\": []}|has no query with both",
        "{\"query\": \"a\", \"positive\": {}, \"negative\": []}|is a JSON object",
        "[1]|is a JSON array",
        "{|is no JSON",
      })
  void refusesQueriesWithoutDocuments(String line, String message) throws IOException {
    String file = file("q.jsonl", line + "\n");
    assertThatThrownBy(() -> RerankingCorpus.read(file, Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void wordNetHasNoLabels() {
    for (Function<String, Object> reader : readers()) {
      assertThatThrownBy(() -> reader.apply("wordnet:gloss-example"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("has no labels");
      assertThatThrownBy(() -> reader.apply(file("x.txt", "a\n"))).isInstanceOf(UserError.class);
    }
  }

  private static List<Function<String, Object>> readers() {
    return List.of(
        name -> LabelledPairCorpus.read(name, Columns.DEFAULT),
        name -> LabelledCorpus.read(name, Columns.DEFAULT),
        name -> RerankingCorpus.read(name, Columns.DEFAULT));
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    byte[] lists = LISTS.getBytes(StandardCharsets.UTF_8);
    byte[] rows =
        "text1,text2,label\na b,c d,1\ne f,g h,0\n\"x, y\",z,1\n".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(9);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] whole = i % 2 == 0 ? lists : rows;
      byte[] mutated = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
      for (int n = random.nextInt(4); n > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      Path file = directory.resolve(i % 2 == 0 ? "m.jsonl" : "m.csv");
      Files.write(file, mutated);
      for (Function<String, Object> reader : readers()) {
        try {
          assertThat(reader.apply(file.toString())).isNotNull();
        } catch (UserError e) {
          assertThat(e).hasMessageContaining("m.");
        }
      }
    }
  }
}
