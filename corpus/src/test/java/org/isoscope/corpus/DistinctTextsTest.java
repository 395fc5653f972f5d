package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Distinct texts are those that a set of strings has. */
final class DistinctTextsTest {

  @Test
  void agreesWithASetOfStrings() {
    DistinctTexts distinct = new DistinctTexts();
    Set<String> expected = new HashSet<>();
    Random random = new Random(2);
    for (int i = 0; i < 300_000; i++) {
      String text = Integer.toString(random.nextInt(100_000), 2 + i % 35);
      assertThat(distinct.add(text)).isEqualTo(expected.add(text));
    }
    assertThat(distinct.size()).isEqualTo(expected.size());
  }

  @Test
  void tellsApartWhatDiffersByACharacter() {
    DistinctTexts distinct = new DistinctTexts();
    for (String text : new String[] {"", "\0", "\0\0", "ab", "ba", "AB", "ab ", "é", "e\u0301"}) {
      assertThat(distinct.add(text)).as(text).isTrue();
    }
    assertThat(distinct.add("ab")).isFalse();
  }
}
