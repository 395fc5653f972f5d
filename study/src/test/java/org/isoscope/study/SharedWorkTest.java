package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SharedWorkTest {
  private final SharedWork shared = new SharedWork();

  @Test
  void threadsThatAskAtOnceHaveOneValue() throws Exception {
    AtomicInteger computed = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Integer> asked = () -> shared.once("key", computed::incrementAndGet);
      List<Future<Integer>> values =
          threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> asked).toList());

      for (Future<Integer> value : values) {
        assertThat(value.get()).isEqualTo(1);
      }
      assertThat(shared.<Integer>once("other", computed::incrementAndGet)).isEqualTo(2);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void whatFailedIsComputedAgain() {
    assertThatThrownBy(
            () ->
                shared.once(
                    "key",
                    () -> {
                      throw new OutOfMemoryError("fake");
                    }))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("fake");

    assertThat(shared.<String>once("key", () -> "value")).isEqualTo("value");
  }
}
