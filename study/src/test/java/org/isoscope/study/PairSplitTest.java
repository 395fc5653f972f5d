package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows are held out. */
final class PairSplitTest {
  private static final Seed SEED = new Seed(3);
  private static final int BATCH = 8;

  @TempDir Path work;

  /** A text of ten words that few other texts have. */
  private static String text(String kind, int number) {
    StringBuilder text = new StringBuilder(kind);
    for (int i = 0; i < 9; i++) {
      text.append(' ').append(kind).append(number).append((char) ('a' + i));
    }
    return text.toString();
  }

  private String write(String name, String header, List<String> rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of(header));
    lines.addAll(rows);
    return Files.write(work.resolve(name), lines).toString();
  }

  /** Rows that have nothing in common, with a negative that is the answer of another. */
  private static List<String> rows(int count) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(text("q", i) + "," + text("a", i) + "," + text("a", (i + 1) % count));
    }
    return rows;
  }

  private static TrainingData pairs(String... names) {
    return TrainingData.pairs(List.of(names), Columns.of("question", "answer"), List.of());
  }

  private static PairSplit split(TrainingData data, HoldOut wanted) {
    return PairSplit.of(data, wanted, BATCH, SEED);
  }

  private static List<List<String>> texts(TrainingData data) {
    List<List<String>> rows = new ArrayList<>();
    data.forEachRow((set, number, texts, group) -> rows.add(texts));
    return rows;
  }

  @Test
  void aTenthIsSearchedForAmongAllAnswersAndNotLearnedFrom() throws IOException {
    TrainingData data = pairs(write("faq.csv", "question,answer,negative", rows(403)));
    PairSplit split = split(data, HoldOut.AUTO);
    HeldOut heldOut = split.heldOut();

    assertThat(split.why()).isNull();
    assertThat(heldOut.rows()).isEqualTo(40);
    assertThat(heldOut.of()).isEqualTo(403);
    RetrievalCorpus corpus = heldOut.corpus();
    assertThat(corpus.name()).isEqualTo(data.names().get(0) + " (held out)");
    assertThat(corpus.queries()).hasSize(40);
    assertThat(corpus.documents()).hasSize(403).doesNotHaveDuplicates();
    assertThat(corpus.groups()).doesNotHaveDuplicates();
    for (int q = 0; q < 40; q++) {
      String number = corpus.queries().get(q).replaceAll("q (q\\d+)a.*", "$1").substring(1);
      assertThat(corpus.relevant().get(q))
          .containsOnlyKeys(
              List.of(corpus.documents().indexOf(text("a", Integer.parseInt(number))))
                  .toArray(Integer[]::new));
    }
    List<List<String>> learned = texts(data.without(split.apart()));
    assertThat(learned).hasSize(363).noneMatch(row -> corpus.queries().contains(row.get(0)));
    List<List<String>> both = new ArrayList<>(learned);
    both.addAll(texts(data).stream().filter(row -> corpus.queries().contains(row.get(0))).toList());
    assertThat(both).containsExactlyInAnyOrderElementsOf(texts(data));
  }

  @Test
  void aNegativeOfARowHeldOutIsADocumentAndTiesNoRows() throws IOException {
    String file = write("triplets.csv", "question,answer,negative", rows(403));
    TrainingData data =
        TrainingData.pairs(List.of(file), Columns.of("question", "answer", "negative"), List.of());
    PairSplit split = split(data, HoldOut.rows(30));

    assertThat(split.heldOut().rows()).isEqualTo(30);
    assertThat(texts(data.without(split.apart()))).hasSize(373).allMatch(row -> row.size() == 3);
    List<String> only = rows(403);
    only.replaceAll(row -> row.substring(0, row.lastIndexOf(',')) + ",none other has");
    TrainingData own =
        TrainingData.pairs(
            List.of(write("own.csv", "question,answer,negative", only)),
            Columns.of("question", "answer", "negative"),
            List.of());
    assertThat(split(own, HoldOut.rows(30)).heldOut().corpus().documents())
        .hasSize(404)
        .contains("none other has");
  }

  @Test
  void noGroupIsOnBothSides() throws IOException {
    List<String> rows = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(4)) {
        case 0 -> rows.add(text("q", i) + "," + text("a", i / 10) + "," + i); // one answer
        case 1 -> rows.add(text("q", i / 10) + "," + text("b", i) + "," + i); // one question
        case 2 -> // nearly one question
            rows.add(text("r", i / 10) + " word" + i + "," + text("c", i) + "," + i);
        default -> rows.add(text("s", i) + "," + text("d", i) + ",doc" + i / 10);
      }
    }
    TrainingData data =
        TrainingData.pairs(
            List.of(write("grouped.csv", "question,answer,doc", rows)),
            Columns.of("question", "answer").withGroup("doc"),
            List.of());
    PairSplit split = split(data, HoldOut.rows(60));

    assertThat(split.heldOut().rows()).isBetween(50, 60);
    BitSet apart = split.apart().get(0);
    assertThat(apart.cardinality()).isEqualTo(split.heldOut().rows());
    Map<String, Set<Boolean>> sides = new java.util.TreeMap<>();
    data.forEachRow(
        (set, number, texts, group) -> {
          String cells = rows.get(number);
          List<String> keys =
              List.of(
                  texts.get(0).replaceAll(" word\\d+", ""),
                  texts.get(1),
                  cells.substring(cells.lastIndexOf(',')));
          keys.forEach(
              key -> sides.computeIfAbsent(key, unused -> new HashSet<>()).add(apart.get(number)));
        });
    assertThat(sides)
        .hasSizeGreaterThan(400)
        .allSatisfy((key, side) -> assertThat(side).hasSize(1));
    assertThat(split.heldOut().corpus().groups().stream().distinct().count())
        .as("rows that belong together are one group of the interval, too")
        .isLessThan(split.heldOut().rows());
  }

  @Test
  void theSeedDraws() throws IOException {
    TrainingData data = pairs(write("faq.csv", "question,answer,negative", rows(300)));
    PairSplit split = split(data, HoldOut.share(0.2));

    assertThat(split.heldOut().rows()).isEqualTo(60);
    assertThat(split(data, HoldOut.parse("0.2")).apart()).isEqualTo(split.apart());
    assertThat(PairSplit.of(data, HoldOut.share(0.2), BATCH, new Seed(4)).apart())
        .isNotEqualTo(split.apart());
    assertThat(split(data.sample(250, SEED), HoldOut.AUTO).heldOut().of()).isEqualTo(250);
  }

  @Test
  void severalSetsAreSplitTogether() throws IOException {
    String one = write("one.csv", "question,answer,negative", rows(150));
    List<String> others = new ArrayList<>(rows(400).subList(150, 400));
    others.addAll(rows(400).subList(0, 150)); // which the first has too
    PairSplit split =
        split(pairs(one, write("two.csv", "question,answer,negative", others)), HoldOut.rows(100));

    List<BitSet> apart = split.apart();
    assertThat(apart.get(0).cardinality() + apart.get(1).cardinality()).isEqualTo(100);
    assertThat(apart.get(0).stream().map(row -> row + 250).boxed().toList())
        .as("equal rows of two sets are on one side")
        .containsExactlyElementsOf(apart.get(1).stream().filter(row -> row >= 250).boxed().toList())
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 299})
  void ofLongDataRowsAreDrawnAmongSomeAndTheirRelativesLeftOut(int most) throws IOException {
    List<String> rows = rows(150);
    for (int i = 0; i < 150; i++) {
      rows.add(text("q", i) + " again," + text("e", i) + ",none");
    }
    TrainingData data = pairs(write("long.csv", "question,answer,negative", rows));
    PairSplit split = PairSplit.of(data, HoldOut.rows(40), BATCH, SEED, most);

    BitSet apart = split.apart().get(0);
    assertThat(split.heldOut().rows()).isBetween(39, 40);
    assertThat(apart.get(0, 150)).isEqualTo(apart.get(150, 300));
    assertThat(apart.cardinality()).isGreaterThanOrEqualTo(split.heldOut().rows());
  }

  @Test
  void ofManyAnswersSomeAreSearched() throws IOException {
    TrainingData data =
        pairs(write("many.csv", "question,answer,negative", rows(PairSplit.MOST_DOCUMENTS + 50)));
    RetrievalCorpus corpus = split(data, HoldOut.AUTO).heldOut().corpus();

    assertThat(corpus.queries()).hasSize(205);
    assertThat(corpus.documents()).hasSize(PairSplit.MOST_DOCUMENTS).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "199, 8, 'no rows are held out: 19 of 199 rows would be, and fewer than 20 tell nothing'",
    "200, 180, ",
    "200, 181, ' would have 180 rows left to learn from, and needs 181'",
  })
  void whereItWouldNotDoNoneIsHeldOutUnlessAskedFor(int count, int batchSize, String why)
      throws IOException {
    TrainingData data = pairs(write("few.csv", "question,answer,negative", rows(count)));
    PairSplit split = PairSplit.of(data, HoldOut.AUTO, batchSize, SEED);

    if (why == null) {
      assertThat(split.heldOut().rows()).isEqualTo(20);
    } else {
      assertThat(split.heldOut()).isNull();
      assertThat(split.apart()).isEmpty();
      assertThat(split.why()).endsWith(why);
    }
    assertThat(PairSplit.of(data, HoldOut.rows(19), batchSize, SEED).heldOut().rows())
        .isEqualTo(19);
  }

  @Test
  void whatCannotBeHeldOutIsRefusedWhereItIsAskedFor() throws IOException {
    List<String> alike = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      alike.add(text("q", i) + "," + text("a", 0) + ",none");
    }
    TrainingData data = pairs(write("alike.csv", "question,answer,negative", alike));

    assertThat(split(data, HoldOut.AUTO).why()).contains("0 of 300 rows would be");
    for (HoldOut asked : List.of(HoldOut.rows(299), HoldOut.rows(300))) {
      assertThatThrownBy(() -> split(data, asked))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("holdOut " + asked.label() + ": cannot be held out: ");
    }
  }

  @Test
  void ofWhatAnswersNothingNoneIsHeldOut() throws IOException {
    String file = write("scored.csv", "question,answer,score", List.of("a b,c d,1", "e f,g h,2"));
    TrainingData scored = TrainingData.scoredPairs(List.of(file), Columns.DEFAULT, List.of());
    TrainingData sentences = TrainingData.sentences("wordnet:examples");
    TrainingData glosses =
        TrainingData.pairs(List.of("wordnet:gloss-example"), Columns.DEFAULT, List.of());

    for (TrainingData data : List.of(scored, sentences, glosses)) {
      for (HoldOut wanted : List.of(HoldOut.AUTO, HoldOut.NONE)) {
        PairSplit split = split(data, wanted);
        assertThat(split.heldOut()).isNull();
        assertThat(split.why()).isNull();
      }
    }
    for (TrainingData data : List.of(scored, sentences)) {
      assertThatThrownBy(() -> split(data, HoldOut.rows(1)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is of pairs whose second text answers the first");
    }
    assertThat(split(glosses, HoldOut.rows(50)).heldOut().rows()).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({
    "auto, auto",
    "None, none",
    "500, 500",
    "0.25, 0.25",
    ".2, 0.2",
    "1e, ",
    "0, ",
    "0.0, ",
    "1.0, ",
    "-3, ",
    "'', ",
    "9999999999, "
  })
  void whatATextSaysIsReadAndWritten(String text, String label) {
    if (label == null) {
      assertThatThrownBy(() -> HoldOut.parse(text))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is neither a number of rows nor a share of them");
    } else {
      assertThat(HoldOut.parse(text).label()).isEqualTo(label);
      assertThat(HoldOut.parse(label).label()).isEqualTo(label);
    }
  }
}
