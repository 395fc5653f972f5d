package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RendezvousTest {
  @Test
  void readsWhatItTells() {
    for (Rendezvous each :
        new Rendezvous[] {
          new Rendezvous.Tcp("node-1.cluster", 29500),
          new Rendezvous.Tcp("10.0.0.7", 1),
          new Rendezvous.OfMachine(Path.of("a b", "meet"))
        }) {
      assertThat(Rendezvous.parse(each.toString())).isEqualTo(each);
    }
    assertThat(Rendezvous.parse("tcp://[::1]:65535")).isEqualTo(new Rendezvous.Tcp("::1", 65535));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tcp://",
        "tcp://host",
        "tcp://host:",
        "tcp://host:0",
        "tcp://host:65536",
        "tcp://host:123456",
        "tcp://:29500",
        "http://host:29500",
        "host:29500",
        "file:",
        "tcp://host:29500/x",
        "tcp://a/b:1"
      })
  void refusesAnythingElse(String word) {
    assertThatThrownBy(() -> Rendezvous.parse(word))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("tcp://host:port");
  }

  @Test
  void theOwnAddressIsThatTowardsTheFirstProcess() {
    assertThat(new Rendezvous.Tcp("127.0.0.1", 29500).ownAddress()).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> new Rendezvous.Tcp("no-such-host.invalid", 29500).ownAddress())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("tcp://no-such-host.invalid:29500");
  }

  /** Contiguous, none more than one larger than another, nothing left out. */
  @Test
  void sharesAreAsEvenAsCanBe() {
    Processes alone = Processes.alone();
    assertThat(alone.counts(7)).containsExactly(7);
    assertThat(alone.first(7)).isZero();
    for (int size = 2; size <= 5; size++) {
      for (int rows = size; rows <= 4 * size; rows++) {
        int next = 0;
        for (int rank = 0; rank < size; rank++) {
          Processes processes = new OfRank(rank, size);
          int[] counts = processes.counts(rows);
          assertThat(processes.first(rows)).isEqualTo(next);
          assertThat(counts[rank]).isBetween(rows / size, (rows + size - 1) / size);
          next += counts[rank];
          assertThat(Arrays.stream(counts).sum()).isEqualTo(rows);
        }
        assertThat(next).isEqualTo(rows);
      }
    }
  }

  /** Knows its place, and nothing else. */
  private record OfRank(int rank, int size) implements Processes {
    @Override
    public void sum(Tensor values) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Tensor gather(Tensor own, int[] counts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void broadcast(Tensor values) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void fail(String message) {}

    @Override
    public void part() {}

    @Override
    public void close() {}
  }
}
