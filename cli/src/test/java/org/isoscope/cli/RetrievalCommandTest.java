package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.Evaluation;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.RetrievalChange;
import org.isoscope.results.Run;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code evaluate} of pairs and of a test collection. */
class RetrievalCommandTest {
  private static final int PAIRS = 30;

  @TempDir static Path work;

  /** The same queries and answers as pairs and as a test collection. */
  @BeforeAll
  static void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    List<String> sentences = SmallModel.sentences(2 * PAIRS).stream().distinct().toList();
    StringBuilder pairs = new StringBuilder("said,meant,doc\n");
    StringBuilder queries = new StringBuilder();
    StringBuilder corpus = new StringBuilder();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    int half = sentences.size() / 2;
    for (int i = 0; i < half; i++) {
      String answer = sentences.get(half + i);
      pairs.append(sentences.get(i) + "," + answer + "," + i / 2 + "\n");
      queries.append(String.format("{\"_id\": \"q%d\", \"text\": \"%s\"}%n", i, sentences.get(i)));
      corpus.append(String.format("{\"_id\": \"%d\", \"text\": \"%s\"}%n", i, answer));
      qrels.append("q" + i + "\t" + i + "\t1\n");
    }
    queries.append("{\"_id\": \"none\", \"text\": \"a cat\"}\n");
    Files.writeString(work.resolve("pairs.csv"), pairs);
    Files.writeString(work.resolve("queries.jsonl"), queries);
    Files.writeString(work.resolve("corpus.jsonl"), corpus);
    Files.writeString(work.resolve("qrels.tsv"), qrels);
    SmallModel.scoredPairs(work.resolve("sts.csv"), 12);
  }

  private static Program.Outcome run(String options, Path out) {
    List<String> arguments =
        new ArrayList<>(
            List.of(("evaluate --model @model " + options).replace("@", work + "/").split(" ")));
    arguments.addAll(List.of("--out", "" + out));
    return Program.run(arguments.toArray(String[]::new));
  }

  @Test
  void pairsAndATestCollectionOfTheSameTextsHaveTheSameFigures() throws IOException {
    Path out = Files.createTempDirectory(work, "out").resolve("new");
    Program.Outcome outcome =
        run(
            "--pairs @pairs.csv --column said meant --pooling mean cls --queries @queries.jsonl"
                + " --corpus @corpus.jsonl --qrels @qrels.tsv",
            out);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .containsPattern("pairs\\.csv: \\d+ queries, \\d+ documents, pooling mean\n")
        .containsPattern("qrels\\.tsv: \\d+ queries, \\d+ documents, pooling cls\n")
        .containsPattern("\nretrieval +mean +95 %\n")
        .containsPattern("\nrecall@1 +[01]\\.\\d{3} +-?[01]\\.\\d{3} to [01]\\.\\d{3}\n")
        .containsPattern("\nMAP@100 +[01]\\.\\d{3} ");
    assertThat(outcome.err()).contains("qrels.tsv: 1 queries were left out");

    List<Evaluation.Retrieval> found =
        new ResultDirectory(out).evaluation().orElseThrow().retrieval();
    assertThat(found)
        .extracting(Evaluation.Retrieval::pooling)
        .containsExactly("mean", "cls", "mean", "cls");
    assertThat(found.get(2).measures()).isEqualTo(found.get(0).measures());
    assertThat(found.get(3).measures()).isEqualTo(found.get(1).measures());
    assertThat(found.get(2).unjudged()).isEqualTo(1);
    Run run = new ResultDirectory(out).run().orElseThrow();
    assertThat(run.data()).hasSize(2);
    assertThat(Files.readString(out.resolve("report.html"))).contains("qrels.tsv");
  }

  @Test
  void groupsMakeTheIntervalsAndJsonHasThem() throws IOException {
    Path out = Files.createTempDirectory(work, "out").resolve("new");
    Program.Outcome outcome =
        run("--pairs @pairs.csv --column said meant --group doc --json --sts @sts.csv", out);
    // Which file's columns these are cannot be told: those of the scored pairs, as ever.
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);

    outcome = run("--pairs @pairs.csv --column said meant --group doc --json", out);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    JsonNode retrieval = new ObjectMapper().readTree(outcome.out()).at("/evaluation/retrieval/0");
    assertThat(retrieval.get("groups").asInt())
        .isEqualTo((retrieval.get("queries").asInt() + 1) / 2);
    assertThat(retrieval.at("/measures/0/name").asText()).isEqualTo("recall@1");
    assertThat(retrieval.at("/measures/0/interval").has("low")).isTrue();
  }

  @Test
  void compareTellsWhatDiffersOfTwoModels() throws IOException {
    SmallModel.text(work.resolve("text.txt"), 60);
    Path out = Files.createTempDirectory(work, "out").resolve("new");
    String command =
        "compare @model @model --text @text.txt --pairs @pairs.csv --pairs-column said meant"
            + " --pairs-group doc";
    List<String> arguments = new ArrayList<>(List.of(command.replace("@", work + "/").split(" ")));
    arguments.addAll(List.of("--out", "" + out));
    Program.Outcome outcome = Program.run(arguments.toArray(String[]::new));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .containsPattern("\nretrieval +before +after +change +95 % +p\n")
        .containsPattern("\nnDCG@10 .* 0\\.000 +0\\.000 to 0\\.000 +1\\.000\n");
    RetrievalChange change = new ResultDirectory(out).comparison().orElseThrow().retrieval();
    assertThat(change.groups()).isEqualTo((int) (change.queries() + 1) / 2);
    assertThat(change.measures()).hasSize(7);
    String report = Files.readString(out.resolve("report.html"));
    assertThat(report)
        .contains("Which model finds more", "<strong>MRR@10</strong>")
        .containsPattern("Change of retrieval, [^<]*pairs\\.csv, over \\d+ groups of \\d+ queries")
        .contains(", 95 % interval 0 to 0, p = 1.000, over ");
    assertThat(new ResultDirectory(out).run().orElseThrow().data())
        .anyMatch(source -> source.name().endsWith("pairs.csv"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, --queries @queries.jsonl --corpus @corpus.jsonl, --queries: is given without the others",
    "1, --qrels @qrels.tsv, --qrels: is given without the others",
    "1, --sts @sts.csv --group doc, --group doc: is a column of --pairs",
    "1, --pairs @none.csv, none.csv",
    "2, --pairs @pairs.csv --transform @t, --transform is for --sts",
    "2, --quiet, --sts",
  })
  void refuses(int code, String options, String message) {
    Program.Outcome outcome = run(options, work.resolve("refused"));
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(code);
    assertThat(outcome.err()).contains(message).doesNotContain("Exception");
  }
}
