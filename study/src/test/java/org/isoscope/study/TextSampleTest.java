package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.corpus.Corpus;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.Test;

class TextSampleTest {
  private static final Seed SEED = new Seed(42);

  @Test
  void drawsDifferentPlacesInOrder() {
    int[] drawn = SEED.draw("sentences", 1000, 100);

    assertThat(drawn).hasSize(100).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(drawn)).allMatch(i -> i >= 0 && i < 1000);
    assertThat(drawn)
        .as("spread over the whole, not its beginning")
        .satisfies(places -> assertThat(places[99]).isGreaterThan(900));
  }

  @Test
  void drawsTheSameForTheSameSeedOnly() {
    int[] drawn = SEED.draw("sentences", 1000, 100);

    assertThat(new Seed(42).draw("sentences", 1000, 100)).isEqualTo(drawn);
    assertThat(new Seed(43).draw("sentences", 1000, 100)).isNotEqualTo(drawn);
    assertThat(SEED.draw("probe pairs", 1000, 100)).isNotEqualTo(drawn);
  }

  @Test
  void drawsAllWhereFewerThanWanted() {
    assertThat(SEED.draw("sentences", 5, 100)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aSampleKeepsNameAndOrder() {
    List<String> sentences = IntStream.range(0, 50).mapToObj(i -> "sentence " + (100 + i)).toList();
    Corpus corpus = Corpus.of("name", sentences, 3);

    Corpus sample = TextSample.of(corpus, 10, SEED);

    assertThat(sample.name()).isEqualTo("name");
    assertThat(sample.skipped()).isEqualTo(3);
    assertThat(sample.sentences()).hasSize(10).isSorted().isSubsetOf(sentences);
    assertThat(sample.sha256()).as("its own fingerprint").isNotEqualTo(corpus.sha256());
    assertThat(TextSample.of(corpus, 0, SEED)).as("0 is all").isSameAs(corpus);
    assertThat(TextSample.of(corpus, 51, SEED)).isSameAs(corpus);
  }
}
