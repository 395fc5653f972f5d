package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrievalCorpusTest {
  private static final String QUERIES =
      """
      {"_id": "q1", "text": "who?", "metadata": {"url": "u"}}
      {"_id": "q2", "text": "where?"}

      {"_id": 3, "text": "when?"}
      """;

  private static final String CORPUS =
      """
      {"_id": "d1", "title": "Here", "text": "It is here.", "metadata": {}}
      {"_id": "d2", "title": "", "text": "It is now."}
      {"_id": "d3", "title": null, "text": " Ann. "}
      {"_id": "d4", "text": "Ann."}
      """;

  private static final String HEADER = "query-id\tcorpus-id\tscore\n";

  @TempDir Path directory;

  @Test
  void pairsAreTheRelevance() {
    Path file = write("pairs.csv", "question,answer,doc\na,x,1\nb,y,2\na,y,3\nc,x,\na,x,1\n");
    PairCorpus pairs = PairCorpus.read(file.toString(), Columns.DEFAULT.withGroup("doc"));

    RetrievalCorpus corpus = RetrievalCorpus.of(pairs);

    assertThat(corpus.queries()).containsExactly("a", "b", "c");
    assertThat(corpus.documents()).containsExactly("x", "y");
    assertThat(corpus.relevant())
        .containsExactly(Map.of(0, 1.0, 1, 1.0), Map.of(1, 1.0), Map.of(0, 1.0));
    assertThat(corpus.groups()).as("a's are of two, one from now on").containsExactly(0, 1, 3);
  }

  @Test
  void aQueryJoinsTheGroupsOfItsPairs() {
    Path file = write("pairs.csv", "question,answer,doc\na,x,1\nb,y,2\na,z,2\n");
    RetrievalCorpus corpus =
        RetrievalCorpus.of(PairCorpus.read(file.toString(), Columns.DEFAULT.withGroup("doc")));
    assertThat(corpus.groups()).containsExactly(0, 0);
  }

  @Test
  void hardNegativesAreDocuments() {
    PairCorpus pairs =
        PairCorpus.of("p", List.of(new PairCorpus.Pair("a", "x", List.of("y", "x"))));
    RetrievalCorpus corpus = RetrievalCorpus.of(pairs);
    assertThat(corpus.documents()).containsExactly("x", "y");
    assertThat(corpus.relevant()).containsExactly(Map.of(0, 1.0));
  }

  @Test
  void furtherDocumentsAreRightForNoQuery() {
    RetrievalCorpus corpus =
        RetrievalCorpus.of(PairCorpus.of("p", List.of(new PairCorpus.Pair("a", "x"))));
    RetrievalCorpus more = corpus.withDocuments(List.of("z", "x", "y", "z"));

    assertThat(more.documents()).containsExactly("x", "z", "y");
    assertThat(more.relevant()).isEqualTo(corpus.relevant());
    assertThat(more.groups()).isEqualTo(corpus.groups());
    assertThat(more.sha256()).isNotEqualTo(corpus.sha256());
    assertThat(corpus.withDocuments(List.of())).isEqualTo(corpus);
  }

  @Test
  void readsATestCollection() {
    RetrievalCorpus corpus =
        read(HEADER + "q1\td3\t2\nq1\td4\t1\nq2\td1\t1\nq2\td2\t0\n3\td2\t0\nq1\td3\t2\n");
    assertThat(corpus.queries()).containsExactly("who?", "where?");
    assertThat(corpus.documents())
        .containsExactly("Here It is here.", "It is now.", "Ann.", "Ann.");
    assertThat(corpus.relevant()).containsExactly(Map.of(2, 2.0, 3, 1.0), Map.of(0, 1.0));
    assertThat(corpus.unjudged()).isEqualTo(1);
    assertThat(corpus.groups()).containsExactly(0, 1);
    assertThat(corpus.sha256())
        .hasSize(64)
        .isNotEqualTo(read(HEADER + "q1\td3\t1\nq1\td4\t1\nq2\td1\t1\n").sha256());
  }

  @ParameterizedTest
  @CsvSource({
    "q9 d1 1, 'qrels.tsv:2: names query \"q9\", which is not in'",
    "q1 d9 1, 'qrels.tsv:2: names document \"d9\", which is not in'",
    "q1 d1 high, 'qrels.tsv:2: has the score \"high\"'",
    "q1 d1 NaN, 'qrels.tsv:2: has the score \"NaN\"'",
    "q1 d1, 'qrels.tsv:2: has 2 columns'",
    "q1 d1 1/q1 d1 2, 'qrels.tsv:3: judges query \"q1\" and document \"d1\" otherwise'",
    "q1 d1 0, judges no document right",
  })
  void refusesJudgments(String rows, String message) {
    String table = rows.replace(' ', '\t').replace('/', '\n') + "\n";
    assertThatThrownBy(() -> read(HEADER + table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesJudgmentsWithoutTheHeaderOrWithoutARow() {
    assertThatThrownBy(() -> read("q1\td1\t1\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("query-id");
    assertThatThrownBy(() -> read(HEADER)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> read("")).isInstanceOf(UserError.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"_id\": \"a\"}|corpus.jsonl:1: has no field \"text\"",
        "{\"text\": \"a\"}|corpus.jsonl:1: has no field \"_id\"",
        "[1]|corpus.jsonl:1: is no JSON object",
        "{\"_id\": |corpus.jsonl:1: is no JSON",
        "{\"_id\": \"a\", \"text\": [1]}|corpus.jsonl:1: field \"text\" is a JSON array",
        "''|has no text",
      })
  void refusesDocuments(String corpus, String message) {
    Path queries = write("queries.jsonl", QUERIES);
    Path documents = write("corpus.jsonl", corpus);
    Path qrels = write("qrels.tsv", HEADER + "q1\td1\t1\n");
    assertThatThrownBy(() -> RetrievalCorpus.read("" + queries, "" + documents, "" + qrels))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAnIdThatComesTwiceAndOtherFormats() {
    Path twice = write("corpus.jsonl", CORPUS + CORPUS);
    Path queries = write("queries.jsonl", QUERIES);
    Path qrels = write("qrels.tsv", HEADER + "q1\td1\t1\n");
    assertThatThrownBy(() -> RetrievalCorpus.read("" + queries, "" + twice, "" + qrels))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("corpus.jsonl:5: has the _id \"d1\" of a line above");
    assertThatThrownBy(() -> RetrievalCorpus.read("" + qrels, "" + twice, "" + qrels))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("qrels.tsv: is no .jsonl");
  }

  private RetrievalCorpus read(String qrels) {
    return RetrievalCorpus.read(
        "" + write("queries.jsonl", QUERIES),
        "" + write("corpus.jsonl", CORPUS),
        "" + write("qrels.tsv", qrels));
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
