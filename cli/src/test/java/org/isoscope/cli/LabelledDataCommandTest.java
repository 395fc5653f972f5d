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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code evaluate} of labelled pairs, texts of known classes, and documents to put in order. */
class LabelledDataCommandTest {
  private static final int SIZE = 40;

  @TempDir static Path work;

  @BeforeAll
  static void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    List<String> sentences = SmallModel.sentences(2 * SIZE);
    StringBuilder pairs = new StringBuilder("one,two,doc,same\n");
    StringBuilder texts = new StringBuilder("text,topic\n");
    StringBuilder queries = new StringBuilder();
    StringBuilder rows = new StringBuilder("query,text,label\n");
    for (int i = 0; i < SIZE; i++) {
      String text = sentences.get(i);
      String near = text.replace("near the river", "in a house");
      String far = sentences.get(SIZE + i);
      pairs.append(text + "," + (i % 2 == 0 ? near : far) + "," + i / 2 + "," + (1 - i % 2) + "\n");
      texts.append(text + "," + text.substring(0, 5) + "\n");
      queries.append(
          String.format(
              "{\"query\": \"%s\", \"positive\": [\"%s\"], \"negative\": [\"%s\", \"%s\"]}%n",
              text, near, far, sentences.get((i + 1) % SIZE)));
      rows.append(text + "," + near + ",1\n" + text + "," + far + ",0\n");
      rows.append(text + "," + sentences.get((i + 1) % SIZE) + ",0\n");
    }
    queries.append("{\"query\": \"a cat\", \"positive\": [\"x\"], \"negative\": []}\n");
    Files.writeString(work.resolve("pairs.csv"), pairs);
    Files.writeString(work.resolve("texts.csv"), texts);
    Files.writeString(work.resolve("queries.jsonl"), queries);
    Files.writeString(work.resolve("rows.csv"), rows);
  }

  private static Program.Outcome run(String options, Path out) {
    List<String> arguments =
        new ArrayList<>(
            List.of(("evaluate --model @model " + options).replace("@", work + "/").split(" ")));
    arguments.addAll(List.of("--out", "" + out));
    return Program.run(arguments.toArray(String[]::new));
  }

  @Test
  void allThreeArePrintedWrittenAndShown() throws IOException {
    Path out = Files.createTempDirectory(work, "out").resolve("new");
    Program.Outcome outcome =
        run(
            "--pair-labels @pairs.csv --column one two same --group doc --clusters @texts.csv"
                + " --rerank @queries.jsonl --pooling mean cls",
            out);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .containsPattern("pairs\\.csv: 40 pairs, 20 of them related, pooling mean\n")
        .containsPattern("\npair classification +value +95 % +cosine\n")
        .containsPattern("\naverage precision +[01]\\.\\d{3} +[01]\\.\\d{3} to [01]\\.\\d{3} *\n")
        .containsPattern("\nbest accuracy +[01]\\.\\d{3} +[01]\\.\\d{3}\n")
        .containsPattern("texts\\.csv: 40 texts, 4 labels, pooling cls\n")
        .containsPattern("\nV-measure +[01]\\.\\d{3} +[01]\\.\\d{3} to [01]\\.\\d{3}\n")
        .containsPattern("queries\\.jsonl: 40 queries, 120 documents, pooling mean\n")
        .containsPattern("\nMRR@10 +[01]\\.\\d{3} ");
    assertThat(outcome.err()).contains("queries.jsonl: 1 queries were left out");

    ResultDirectory results = new ResultDirectory(out);
    Evaluation evaluation = results.evaluation().orElseThrow();
    assertThat(evaluation.pairClassification())
        .extracting(Evaluation.PairClassification::groups)
        .containsExactly(20, 20);
    assertThat(evaluation.clustering()).hasSize(2);
    assertThat(evaluation.reranking().get(0).unjudged()).isEqualTo(1);
    assertThat(evaluation.retrieval()).isNull();
    assertThat(results.run().orElseThrow().data()).hasSize(3);
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("Pair classification", "Clustering by k-means", "Reranking", "best F1");
  }

  @Test
  void rowsAndListsHaveTheSameFiguresAndColumnsAreOfTheFirstFile() throws IOException {
    Path out = Files.createTempDirectory(work, "out").resolve("new");
    Program.Outcome outcome =
        run("--clusters @texts.csv --column text topic --rerank @rows.csv --json", out);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    JsonNode rows = new ObjectMapper().readTree(outcome.out()).at("/evaluation/reranking/0");
    assertThat(rows.get("queries").asInt()).isEqualTo(SIZE);
    Path other = Files.createTempDirectory(work, "out").resolve("new");
    outcome = run("--rerank @queries.jsonl --json", other);
    JsonNode lists = new ObjectMapper().readTree(outcome.out()).at("/evaluation/reranking/0");
    assertThat(rows.get("measures")).isEqualTo(lists.get("measures"));
    assertThat(lists.at("/measures/0/interval").has("low")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1, --clusters @texts.csv --group doc, --group doc: is a column of --pairs or --pair-labels",
    "1, --clusters @pairs.csv, pairs.csv: has more than one column of texts",
    "1, --pair-labels @rows.jsonl, rows.jsonl",
    "1, --rerank @texts.csv, texts.csv",
    "2, --rerank @queries.jsonl --transform @t, --transform is for --sts",
  })
  void refuses(int code, String options, String message) {
    Program.Outcome outcome = run(options, work.resolve("refused"));
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(code);
    assertThat(outcome.err()).contains(message).doesNotContain("Exception");
  }
}
