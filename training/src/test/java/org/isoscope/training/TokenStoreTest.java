package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written to a store is read back from it, wherever its mappings end. */
final class TokenStoreTest {
  /** Below the default only in a test: every few texts one lies across a boundary. */
  private static final int SMALL_SEGMENT = 64;

  @TempDir Path directory;

  private static List<int[]> texts(int count, int vocabularySize) {
    Random random = new Random(5);
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(random.ints(random.nextInt(40), 0, vocabularySize).toArray());
    }
    texts.add(new int[] {vocabularySize - 1, 0});
    return texts;
  }

  @ParameterizedTest
  @CsvSource({"65536, 64", "65537, 64", "65536, 1073741824", "250002, 1073741824"})
  void readsBackWhatWasWritten(int vocabularySize, int segmentBytes) {
    List<int[]> texts = texts(20_000, vocabularySize);
    try (TokenStore store = new TokenStore(vocabularySize, segmentBytes)) {
      texts.forEach(text -> store.add(text, text));
      store.seal();

      assertThat(store.size()).isEqualTo(texts.size());
      Set<Long> hashes = new HashSet<>();
      Set<List<Integer>> distinct = new HashSet<>();
      for (int i = texts.size() - 1; i >= 0; i--) {
        assertThat(store.get(i)).isEqualTo(texts.get(i));
        hashes.add(store.hash(i));
        distinct.add(Arrays.stream(texts.get(i)).boxed().toList());
      }
      assertThat(hashes).hasSameSizeAs(distinct);
    }
  }

  @Test
  void anEmptyStoreHasNoText() {
    try (TokenStore store = new TokenStore(10, SMALL_SEGMENT)) {
      store.seal();
      assertThat(store.size()).isZero();
    }
  }

  @Test
  void hashesTellTheOrderOfTokens() {
    try (TokenStore store = new TokenStore(10)) {
      for (int[] text : List.of(new int[] {1, 2}, new int[] {2, 1}, new int[] {1, 2})) {
        store.add(text, text);
      }
      store.seal();
      assertThat(store.hash(0)).isEqualTo(store.hash(2)).isNotEqualTo(store.hash(1));
    }
  }

  /** A query and a document of the same text are the same text, whatever stands before them. */
  @Test
  void hashesAreOfTheTextsWithoutTheirPrompts() {
    int[] text = {4, 5};
    try (TrainingItems.Builder builder = new TrainingItems.Builder(10, 2, false)) {
      builder.add(List.of(new int[] {1, 4, 5}, new int[] {2, 6}), List.of(text, new int[] {6}), 0);
      builder.add(List.of(new int[] {1, 7}, new int[] {2, 4, 5}), List.of(new int[] {7}, text), 0);
      builder.endSet();
      try (TrainingItems items = builder.build(List.of())) {
        assertThat(items.texts(0)[0]).isEqualTo(items.texts(1)[1]).isNotEqualTo(items.texts(1)[0]);
        assertThat(items.batch(new int[] {1}))
            .containsExactly(new int[] {1, 7}, new int[] {2, 4, 5});
      }
    }
  }

  @Test
  void itemsOfSeveralSetsKeepTheirTextsAndScores() {
    try (TrainingItems.Builder builder = new TrainingItems.Builder(100, 3, true)) {
      for (int i = 0; i < 5; i++) {
        builder.add(List.of(new int[] {i}, new int[] {i, 1}, new int[] {i, 2}), i / 2.0);
        if (i == 1) {
          assertThat(builder.endSet()).isEqualTo(2);
        }
      }
      assertThat(builder.endSet()).isEqualTo(3);
      try (TrainingItems items = builder.build(List.of(1.0, 2.0))) {
        assertThat(items.size()).isEqualTo(5);
        assertThat(items.sizes()).containsExactly(2, 3);
        assertThat(items.columns()).isEqualTo(3);
        assertThat(items.batch(new int[] {4, 1}))
            .containsExactly(
                new int[] {4},
                new int[] {1},
                new int[] {4, 1},
                new int[] {1, 1},
                new int[] {4, 2},
                new int[] {1, 2});
        assertThat(items.scores(new int[] {3, 0})).containsExactly(1.5, 0);
      }
    }
  }

  @Test
  void aSentenceIsItsOwnPositive() {
    TokenizedText text = new TokenizedText(List.of(new int[] {7, 8}, new int[] {9}), 0);
    try (TrainingItems items = TrainingItems.simCse(text)) {
      assertThat(items.columns()).isEqualTo(2);
      assertThat(items.batch(new int[] {1, 0}))
          .containsExactly(new int[] {9}, new int[] {7, 8}, new int[] {9}, new int[] {7, 8});
      assertThat(items.scores(new int[] {0})).isNull();
    }
  }

  @Test
  void leavesNoFileAndTellsWhereThereIsNoPlace() throws IOException {
    String usual = System.getProperty("java.io.tmpdir");
    try {
      System.setProperty("java.io.tmpdir", directory.toString());
      try (TokenStore store = new TokenStore(100)) {
        store.add(new int[] {1}, new int[] {1});
        store.seal();
        assertThat(store.get(0)).containsExactly(1);
      }
      try (Stream<Path> left = Files.list(directory)) {
        assertThat(left).isEmpty();
      }
      System.setProperty("java.io.tmpdir", directory.resolve("none").toString());
      assertThatThrownBy(() -> new TokenStore(100))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(directory.resolve("none") + ": cannot hold the training data")
          .hasMessageContaining("java.io.tmpdir");
    } finally {
      System.setProperty("java.io.tmpdir", usual);
    }
  }
}
