package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.training.TrainingItems;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
  private static TokenizedData data() {
    TokenizedText text = new TokenizedText(List.of(new int[] {1, 2}, new int[] {3}), 0);
    return new TokenizedData(TrainingItems.simCse(text), List.of(), List.of());
  }

  @Test
  void computesOnceUntilItIsClosed() {
    SharedWork work = new SharedWork();
    AtomicInteger computed = new AtomicInteger();
    TokenizedData first =
        work.once(
            "a",
            () -> {
              computed.incrementAndGet();
              return data();
            });
    assertThat(work.<TokenizedData>once("a", SharedWorkTest::data)).isSameAs(first);
    assertThat(work.<TokenizedData>once("b", SharedWorkTest::data)).isNotSameAs(first);

    work.close();

    assertThat(work.<TokenizedData>once("a", SharedWorkTest::data)).isNotSameAs(first);
    assertThat(computed).hasValue(1);
    work.close();
  }

  @Test
  void whatFailedIsTriedAgain() {
    SharedWork work = new SharedWork();
    assertThatThrownBy(
            () ->
                work.once(
                    "a",
                    () -> {
                      throw new IllegalStateException("full");
                    }))
        .hasMessage("full");
    assertThat(work.<String>once("a", () -> "there")).isEqualTo("there");
    work.close();
  }
}
