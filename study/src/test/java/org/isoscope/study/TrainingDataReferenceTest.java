package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which sentences of a training's data depend on each other. */
final class TrainingDataReferenceTest {
  private static final String TABLE =
      "question,answer,thread\n"
          + "where is the ticket,look below the desk,x\n"
          + "who broke my keyboard,nobody knows that,y\n"
          + "can printers swim,they should not try,x\n"
          + "is the office open,until six tonight,\n";

  @TempDir Path directory;

  private List<String> table() throws IOException {
    return List.of("" + Files.writeString(directory.resolve("faq.csv"), TABLE));
  }

  @Test
  void theCellsOfARowAreOneGroup() throws IOException {
    Columns both = Columns.of("question", "answer");

    GroupedCorpus sentences = TrainingData.sentences(table(), both, List.of()).reference();
    assertThat(sentences.groups()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    assertThat(TrainingData.pairs(table(), Columns.DEFAULT, List.of()).reference().groups())
        .isEqualTo(sentences.groups());
  }

  @Test
  void theRowsOfOneValueAreOneGroup() throws IOException {
    Columns threads = Columns.of("question", "answer").withGroup("thread");

    for (TrainingData data :
        List.of(
            TrainingData.sentences(table(), threads, List.of()),
            TrainingData.pairs(table(), threads, List.of()))) {
      assertThat(data.reference().groups()).containsExactly(0, 0, 1, 1, 0, 0, 2, 2);
    }
  }

  @Test
  void setsOfPairsHaveAsManyTexts() throws IOException {
    Path triplets = directory.resolve("triplets.csv");
    Files.writeString(triplets, "anchor,positive,negative\na b,c d,e f\n");
    List<String> both = List.of(table().get(0), "" + triplets);

    assertThatThrownBy(() -> TrainingData.pairs(both, Columns.DEFAULT, List.of()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(triplets + ": has 3 columns of texts; expected 2, as ");
  }
}
