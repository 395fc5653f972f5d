package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How sentences are laid out. */
final class PackedBatchTest {
  @Test
  void packsInOrderOfLength() {
    PackedBatch batch =
        PackedBatch.of(
            List.of(
                new int[] {7, 8, 9},
                new int[] {1},
                new int[] {4, 5, 6},
                new int[] {2},
                new int[] {11, 12}));

    assertThat(batch.order()).containsExactly(1, 3, 4, 0, 2);
    assertThat(batch.ids()).containsExactly(1, 2, 11, 12, 7, 8, 9, 4, 5, 6);
    assertThat(batch.groups())
        .containsExactly(
            new PackedBatch.Group(0, 2, 1),
            new PackedBatch.Group(2, 1, 2),
            new PackedBatch.Group(4, 2, 3));
    assertThat(batch.positions(0)).containsExactly(0, 0, 0, 1, 0, 1, 2, 0, 1, 2);
    assertThat(batch.places()).containsExactly(3, 0, 4, 1, 2);
    assertThat(batch.rows()).isEqualTo(10);
  }

  @Test
  void holdsNothing() {
    PackedBatch batch = PackedBatch.of(List.of());

    assertThat(batch.order()).isEmpty();
    assertThat(batch.groups()).isEmpty();
    assertThat(batch.ids()).isEmpty();
    assertThat(batch.positions(0)).isEmpty();
    assertThat(batch.places()).isEmpty();
    assertThat(batch.rows()).isZero();
  }

  @Test
  void holdsOneSentence() {
    PackedBatch batch = PackedBatch.of(List.of(new int[] {5, 3, 9}));

    assertThat(batch.order()).containsExactly(0);
    assertThat(batch.groups()).containsExactly(new PackedBatch.Group(0, 1, 3));
    assertThat(batch.ids()).containsExactly(5, 3, 9);
    assertThat(batch.positions(0)).containsExactly(0, 1, 2);
  }

  @Test
  void keepsTheOrderOfEqualLengthsInOneGroup() {
    PackedBatch batch =
        PackedBatch.of(List.of(new int[] {3, 4}, new int[] {1, 2}, new int[] {5, 6}));

    assertThat(batch.order()).containsExactly(0, 1, 2);
    assertThat(batch.groups()).containsExactly(new PackedBatch.Group(0, 3, 2));
    assertThat(batch.ids()).containsExactly(3, 4, 1, 2, 5, 6);
  }

  @Test
  void holdsEverySentenceOnceWhateverTheLengths() {
    Random random = new Random(41);
    for (int trial = 0; trial < 200; trial++) {
      List<int[]> sentences = new ArrayList<>();
      for (int left = random.nextInt(20); left > 0; left--) {
        sentences.add(random.ints(1 + random.nextInt(6), 0, 1000).toArray());
      }
      PackedBatch batch = PackedBatch.of(sentences);

      int row = 0;
      int place = 0;
      int length = 0;
      int[] positions = batch.positions(0);
      for (PackedBatch.Group group : batch.groups()) {
        assertThat(group.row()).isEqualTo(row);
        assertThat(group.length()).as("ascending").isGreaterThan(length);
        length = group.length();
        for (int i = 0; i < group.sentences(); i++) {
          int sentence = batch.order()[place];
          assertThat(batch.places()[sentence]).isEqualTo(place);
          assertThat(Arrays.copyOfRange(batch.ids(), row, row + length))
              .containsExactly(sentences.get(sentence));
          for (int t = 0; t < length; t++) {
            assertThat(positions[row + t]).isEqualTo(t);
          }
          row += length;
          place++;
        }
      }
      assertThat(row).isEqualTo(batch.rows());
      assertThat(place).isEqualTo(sentences.size());
    }
  }

  /** As Hugging Face has it for RoBERTa, MPNet and XLM-R, whose padding may be spelt in a text. */
  @Test
  void paddingInATextHasItsOwnPositionAndDoesNotCount() {
    PackedBatch batch = PackedBatch.of(List.of(new int[] {0, 5, 1, 6, 2}, new int[] {0, 1, 2}));
    assertThat(batch.positions(2)).containsExactly(2, 1, 3, 2, 3, 1, 4, 5);
    assertThat(batch.positions(0)).as("BERT").containsExactly(0, 1, 2, 0, 1, 2, 3, 4);
  }
}
