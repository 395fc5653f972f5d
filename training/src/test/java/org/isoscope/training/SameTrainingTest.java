package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.isoscope.io.UserError;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Processes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SameTrainingTest {
  @BeforeAll
  static void load() {
    Compute.load();
  }

  /** What a process finds; empty where it trains the same as the first. */
  private static String found(Processes processes, Map<String, String> own) {
    try {
      SameTraining.require(processes, own);
      return "";
    } catch (UserError e) {
      return e.getMessage();
    }
  }

  @Test
  void theProcessThatIsAnotherSaysInWhat() {
    List<String> found =
        Together.run(
            3,
            processes -> {
              Map<String, String> own = new TreeMap<>(Map.of("--steps", "3", "--text", "ä.txt"));
              if (processes.rank() == 2) {
                own.put("--steps", "4");
                own.put("--head", "mlp");
              }
              return found(processes, own);
            });
    assertThat(found.subList(0, 2)).containsOnly("");
    assertThat(found.get(2))
        .startsWith("process 2 of 3: trains something else than process 0: ")
        .contains("--head was nothing and is mlp; --steps was 3 and is 4")
        .doesNotContain("--text");
  }
}
