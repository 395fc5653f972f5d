package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.calibration.Calibrations;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.encoder.SmallModel;
import org.isoscope.geometry.Calibration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code search}, {@code duplicates} and {@code mine}, from options to files. */
class SearchTest {
  private static final int TEXTS = 60;

  /** A vector's cosine with itself, in float, embedded in two batches. */
  private static final double ROUNDING = 1e-6;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path work;

  @BeforeAll
  static void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    List<String> sentences = SmallModel.sentences(TEXTS);
    Files.write(work.resolve("text.txt"), sentences);
    List<String> twice = new ArrayList<>(sentences);
    twice.add(10, ""); // has no row
    twice.add(sentences.get(3));
    twice.add(sentences.get(3).replace(" ", "  "));
    Files.write(work.resolve("twice.txt"), twice);
    Files.writeString(work.resolve("queries.csv"), "q,other\n" + sentences.get(7) + ",a cat\n");
    StringBuilder pairs = new StringBuilder("question,answer\n");
    for (int i = 0; i < TEXTS / 2; i++) {
      pairs.append(sentences.get(i)).append(',').append(sentences.get(TEXTS / 2 + i)).append('\n');
    }
    Files.writeString(work.resolve("pairs.csv"), pairs);
    // Rows at 0, 0, 10, 90 and 180 degrees.
    Files.writeString(
        work.resolve("v.csv"),
        "id,text,x,y\na,first,1,0\nb,second,2,0\nc,third,0.98480775,0.17364818\nd,fourth,0,3\n"
            + "e,fifth,-1,0\n");
    Files.writeString(work.resolve("q.csv"), "id,x,y\nright,1,0\nup,0,5\n");
    assertThat(run("analyze --model @model --text @text.txt --rate .05 .01 --out @space").code())
        .isZero();
    assertThat(
            run("analyze --model @model --text @text.txt --related @pairs.csv --out @related")
                .code())
        .isZero();
  }

  private static Program.Outcome run(String line) {
    return Program.run(line.replace("@", work + "/").split(" "));
  }

  private static JsonNode json(String line) throws IOException {
    Program.Outcome outcome = run(line + " --json");
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return MAPPER.readTree(outcome.out());
  }

  @Test
  void findsVectorsByCosineWithWhatStandsBesideThem() throws IOException {
    JsonNode answers =
        json("search --vectors @v.csv --query-vectors @q.csv --column x y --top 3").get("answers");

    assertThat(answers.findValuesAsText("query")).containsExactly("right", "up");
    assertThat(answers.get(0).get("hits").findValuesAsText("text"))
        .containsExactly("first", "second", "third");
    assertThat(answers.get(0).get("hits").findValuesAsText("id")).containsExactly("a", "b", "c");
    assertThat(answers.at("/0/hits/2/cosine").asDouble())
        .isCloseTo(Math.cos(Math.toRadians(10)), within(ROUNDING));
    assertThat(answers.at("/0/hits/2/row/row").asInt()).isEqualTo(2);
    assertThat(answers.at("/1/hits/0/row/text").asText()).isEqualTo("fourth");
  }

  @Test
  void findsATextInItsRowWhereverQueriesComeFrom() throws IOException {
    List<String> sentences = SmallModel.sentences(TEXTS);
    Path out = work.resolve("hits.csv");
    Program.Outcome outcome =
        Program.run(
            "search",
            "--model=" + work.resolve("model"),
            "--text=" + work.resolve("twice.txt"),
            "--query=" + sentences.get(20),
            "--query=" + sentences.get(40),
            "--queries=" + work.resolve("queries.csv"),
            "--query-column=q",
            "--top=1",
            "--out=" + out);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("Hits: " + out, "62 rows searched");
    assertThat(outcome.err()).contains("1 blank lines or cells were skipped");
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).isEqualTo("query,rank,cosine,percentile,row,id,text");
    assertThat(lines.get(1))
        .startsWith(sentences.get(20) + ",1,")
        .endsWith(",20,," + sentences.get(20));
    assertThat(lines.get(2)).endsWith(",40,," + sentences.get(40));
    assertThat(lines.get(3)).endsWith(",7,," + sentences.get(7));
  }

  @Test
  void aCalibrationTellsPercentilesAndCuts() throws IOException {
    String query = "search --model @model --text @text.txt --queries @queries.csv --query-column q";
    Calibration calibration = Calibrations.read(work.resolve("space"));

    JsonNode all = json(query + " --calibration @space --top 60");
    assertThat(all.get("cut").isNull()).as("none is recommended").isTrue();
    assertThat(all.at("/answers/0/hits")).hasSize(TEXTS);
    for (JsonNode hit : all.at("/answers/0/hits")) {
      assertThat(hit.get("percentile").asDouble())
          .isEqualTo(calibration.percentile(hit.get("cosine").asDouble()));
    }

    double cosine = calibration.cosineAbove(0.05);
    JsonNode some = json(query + " --calibration @space --rate .05 --top 60");
    assertThat(some.at("/cut/cosine").asDouble()).isEqualTo(cosine);
    assertThat(some.at("/answers/0/hits")).hasSizeBetween(1, TEXTS - 1);
    assertThat(some.at("/answers/0/hits"))
        .hasSize(
            (int)
                all.at("/answers/0/hits").findValues("cosine").stream()
                    .filter(each -> each.asDouble() >= cosine)
                    .count());

    JsonNode recommended = json(query + " --calibration @related --top 60");
    assertThat(recommended.at("/cut/kind").asText()).isEqualTo("RECOMMENDED");
    Program.Outcome told = run(query + " --calibration @space --rate .05 --top 2");
    assertThat(told.out())
        .contains("query: ", "above which at most 5 % of unrelated pairs lie")
        .containsPattern("rank +cosine +above +row +text");
    assertThat(run(query + " --threshold 1 --top 2").out())
        .contains("cut at cosine 1.000, as asked");
  }

  @Test
  void duplicatesAreTheSameTextUnlessACosineIsGiven() throws IOException {
    JsonNode same = json("duplicates --model @model --text @twice.txt");
    assertThat(same.get("found").asInt()).isEqualTo(3);
    assertThat(same.at("/cut/kind").asText()).isEqualTo("SAME");
    assertThat(same.at("/pairs/0/first/row").asInt()).isEqualTo(3);
    assertThat(same.at("/pairs/2/first/row").asInt()).isEqualTo(60);
    assertThat(same.at("/pairs/2/second/row").asInt()).isEqualTo(61);

    JsonNode groups = json("duplicates --model @model --text @twice.txt --groups");
    assertThat(groups.get("groups")).hasSize(1);
    assertThat(groups.at("/groups/0").findValuesAsText("row")).containsExactly("3", "60", "61");
    Program.Outcome told = run("duplicates --model @model --text @twice.txt --groups");
    assertThat(told.out())
        .contains("group 1: 3 rows", "single link", "For near copies say which cosine is near");
  }

  @Test
  void duplicatesOfVectorsAreSortedAndWhatIsLeftOutIsCounted() throws IOException {
    Path out = work.resolve("pairs.jsonl");
    Program.Outcome outcome =
        run("duplicates --vectors @v.csv --column x y --threshold .9 --most 2 --out " + out);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .contains("5 rows, 3 pairs with a cosine of at least 0.900, as asked")
        .contains("1 of them, the least alike, are left out");
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(2);
    JsonNode first = MAPPER.readTree(lines.get(0));
    assertThat(first.get("text1").asText() + first.get("text2").asText()).isEqualTo("firstsecond");
    assertThat(first.has("percentile")).isFalse();
  }

  @Test
  void duplicatesAtARateTellHowManyUnrelatedPairsToExpect() throws IOException {
    JsonNode found =
        json("duplicates --model @model --text @text.txt --calibration @space --rate .01");
    assertThat(found.get("unrelated").asDouble())
        .isCloseTo(0.01 * TEXTS * (TEXTS - 1) / 2, within(1e-9));
    assertThat(found.at("/cut/cosine").asDouble())
        .isEqualTo(Calibrations.read(work.resolve("space")).cosineAbove(0.01));
    assertThat(run("duplicates --model @model --text @text.txt --calibration @related").err())
        .contains("analyze the text without pairs that belong together");
    assertThat(
            json("duplicates --model @model --text @text.txt --calibration @space").at("/cut/rate"))
        .hasToString("1.0E-5");
  }

  @ParameterizedTest
  @CsvSource({"triplet, csv", "n-tuple, csv", "triplet, jsonl", "n-tuple, jsonl"})
  void whatIsMinedIsWhatATrainingTakes(String layout, String format) {
    String file = "mined-" + layout + "." + format;
    Program.Outcome mined =
        run(
            "mine --model @model --pairs @pairs.csv --negatives 2 --layout "
                + layout
                + " --out @"
                + file);
    assertThat(mined.code()).as("%s", mined).isZero();
    PairCorpus read = PairCorpus.read(work.resolve(file).toString(), Columns.DEFAULT);
    assertThat(read.negatives()).isEqualTo(layout.equals("triplet") ? 1 : 2);
    assertThat(read.pairs()).hasSize(layout.equals("triplet") ? TEXTS : TEXTS / 2);

    Program.Outcome trained =
        run(
            "train --model @model --steps 1 --batch-size 4 --quiet --pairs @"
                + file
                + " --out @trained-"
                + layout
                + format);
    assertThat(trained.code()).as("%s", trained).isZero();
  }

  @Test
  void mineTellsHowManyQueriesHaveNoneAndWhy() throws IOException {
    double cut = Calibrations.read(work.resolve("space")).cosineAbove(0.1);
    String line = "mine --model @model --pairs @pairs.csv --rank-range 1:3 --out @some.csv";
    JsonNode some = json(line + " --max-cosine " + cut);
    assertThat(some.get("above").asInt()).isBetween(1, TEXTS / 2 - 1);
    assertThat(some.get("none").asInt()).isEqualTo(some.get("above").asInt());
    assertThat(some.get("maxCosine").asDouble()).isEqualTo(cut);
    Program.Outcome none =
        run("mine --model @model --pairs @pairs.csv --max-cosine -1 --out @none.csv");
    assertThat(none.code()).as("%s", none).isEqualTo(1);
    assertThat(none.err()).contains("has no query with a negative", "30 queries have none");
    assertThat(work.resolve("none.csv")).doesNotExist();
    assertThat(
            json("mine --model @model --pairs @pairs.csv --calibration @related --out @c.csv")
                .get("maxCosine")
                .isNumber())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2, search --model @model --text @text.txt, Missing required option: '--query=TEXT'",
    "2, search --model @model --query a, '--text=F'",
    "2, search --vectors @v.csv --query a, excludes '--query'",
    "2, search --vectors @v.csv, '--query-vectors=F'",
    "2, search --model @model --text @text.txt --query-vectors @q.csv, is for '--vectors'",
    "2, search --model @model --text @text.txt --query a --query-column q, column of '--queries'",
    "1, search --vectors @v.csv --query-vectors @model/none.csv, none.csv: does not exist",
    "1, search --model @model --text @text.txt --query a --rate .1, --rate 0.1: is a share of",
    "1, search --model @model --text @text.txt --query a --calibration @model, analyze",
    "1, search --model @model --text @text.txt --query a --out @text.txt, no extension that tells",
    "1, duplicates --vectors @v.csv --column x y --out @v.csv, is the file that is read",
    "1, duplicates --model @model --text @text.txt --calibration @space --rate 1e-7, is finer than",
    "1, 'duplicates --vectors @v.csv --threshold .5 --calibration @space --rate .1', second cut",
    "2, mine --model @model --pairs @pairs.csv, '--out=F'",
    "1, mine --model @model --pairs @pairs.csv --out @m.csv --rank-range 5:1, --rank-range 5:1: is",
    "1, mine --model @model --pairs @pairs.csv --out @m.csv --rank-range 1:2, holds fewer",
    "1, mine --model @model --pairs @pairs.csv --out @m.csv --sampling best, --sampling best: is no",
    "1, mine --model @model --pairs @pairs.csv --out @m.csv --layout rows, --layout rows: is no",
    "1, mine --model @model --pairs @pairs.csv --out @m.csv --calibration @space, recommends no",
    "1, mine --model @model --pairs @pairs.csv --out @pairs.csv, is the file that is read",
  })
  void refuses(int code, String line, String message) {
    Program.Outcome outcome = run(line);
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(code);
    assertThat(outcome.err()).contains(message).doesNotContain("Exception");
  }
}
