package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.Tokenizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentences cropped, and with words left out. */
final class AugmentationTest {
  /** Standard deviations: the seeds are fixed, so that what passes once passes always. */
  private static final double SIGMAS = 5;

  /** Ten words, with the full stop; three of them are of pieces. */
  private static final String SENTENCE = "the cat playing a makeser on zq red boat .";

  private static final List<String> WORDS =
      List.of("the", "cat", "p##l##a##y##ing", "a", "makes##er", "on", "z##q", "red", "boat", ".");

  private Tokenizer tokenizer;

  @BeforeEach
  void open(@TempDir Path directory) {
    tokenizer =
        Tokenizer.open(
            TinyModel.write(directory, 1).resolve("tokenizer.json"),
            64,
            TinyModel.VOCABULARY.size());
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private int[] ids(String sentence) {
    return tokenizer.tokenize(List.of(sentence)).sentences().get(0);
  }

  /** The words of tokens between [CLS] and [SEP], with their pieces. */
  private List<String> words(int[] ids) {
    List<String> tokens = Arrays.stream(ids).mapToObj(tokenizer::token).toList();
    assertThat(tokens).startsWith("[CLS]").endsWith("[SEP]");
    String joined = String.join(" ", tokens.subList(1, tokens.size() - 1));
    return List.of(joined.replace(" ##", "##").split(" "));
  }

  @Test
  void nothingIsDoneByNone() {
    int[] ids = ids(SENTENCE);
    assertThat(words(ids)).isEqualTo(WORDS);
    assertThat(new Augmentation.None().apply(ids, tokenizer, new SplittableRandom(1)))
        .containsExactly(ids);
  }

  @Test
  void aCropIsASpanOfWholeWords() {
    List<Integer> starts = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      List<String> kept = words(new Augmentation.Crop(0.3).apply(ids(SENTENCE), tokenizer, random));
      assertThat(kept).hasSize(7);
      int start = WORDS.indexOf(kept.get(0));
      assertThat(kept).isEqualTo(WORDS.subList(start, start + 7));
      starts.add(start);
    }
    assertThat(starts.stream().distinct()).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void wordsAreDeletedWhole() {
    SplittableRandom random = new SplittableRandom(1);
    int left = 0;
    int draws = 400;
    double share = 0.2;
    for (int i = 0; i < draws; i++) {
      List<String> kept =
          words(new Augmentation.WordDeletion(share).apply(ids(SENTENCE), tokenizer, random));
      assertThat(WORDS).containsSubsequence(kept);
      left += WORDS.size() - kept.size();
    }
    int words = draws * WORDS.size();
    assertThat((double) left)
        .isCloseTo(share * words, within(SIGMAS * Math.sqrt(words * share * (1 - share))));
  }

  @Test
  void oneWordStaysAlways() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50; i++) {
      assertThat(words(new Augmentation.WordDeletion(0.99).apply(ids("a cat"), tokenizer, random)))
          .hasSizeBetween(1, 2);
      assertThat(words(new Augmentation.Crop(0.99).apply(ids("a cat"), tokenizer, random)))
          .hasSize(1);
    }
    int[] blank = ids("");
    assertThat(blank).hasSize(2);
    assertThat(new Augmentation.Crop(0.5).apply(blank, tokenizer, random)).containsExactly(blank);
  }
}
