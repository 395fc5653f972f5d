package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The readers on STS Benchmark, where it is at hand. */
final class SharedDataTest {
  private static String data(String file) {
    Path path =
        Path.of(System.getProperty("isoscope.shared", "../../shared"))
            .resolve("data")
            .resolve(file);
    assumeTrue(Files.exists(path), "STS Benchmark is not at hand: " + file);
    return path.toString();
  }

  @Test
  void findsTheDistinctSentencesOfBothColumns() {
    Corpus train = Corpus.read(data("stsb-en-train.csv"), Columns.of("1", "2"));

    assertThat(train.sentences()).hasSize(2 * 5749);
    assertThat(train.skipped()).isZero();
    assertThat(train.sentences())
        .startsWith("A plane is taking off.", "An air plane is taking off.");
    assertThat(train.distinct().sentences()).hasSize(10_536);
  }

  @Test
  void findsAllScoredPairs() {
    assertThat(ScoredPairCorpus.read(data("stsb-en-test.csv"), Columns.DEFAULT).pairs())
        .hasSize(1379)
        .startsWith(
            new ScoredPairCorpus.ScoredPair(
                "A girl is styling her hair.", "A girl is brushing her hair.", 2.5));
    assertThat(ScoredPairCorpus.read(data("stsb-en-dev.csv"), Columns.DEFAULT).pairs())
        .hasSize(1500);
  }
}
