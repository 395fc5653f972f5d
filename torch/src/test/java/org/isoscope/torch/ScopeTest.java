package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.ones;

import java.util.concurrent.CompletableFuture;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who owns a tensor, and whether operations are recorded. */
final class ScopeTest {
  @BeforeAll
  static void load() {
    Compute.load();
  }

  @Test
  void freesWhatWasMadeInIt() {
    Tensor made;
    Tensor derived;
    try (Scope scope = Scope.withoutGradients()) {
      made = ones(4);
      derived = made.add(made);
      assertThat(derived.sum().item_double()).isEqualTo(8);
    }
    assertThat(made.isNull()).isTrue();
    assertThat(derived.isNull()).isTrue();
    assertThatThrownBy(made::numel).isInstanceOf(NullPointerException.class);
  }

  @Test
  void keepsForTheScopeOutsideIt() {
    Tensor kept;
    Tensor left;
    try (Scope outer = Scope.withoutGradients()) {
      try (Scope inner = Scope.withoutGradients()) {
        kept = inner.keep(ones(3));
        left = ones(3);
      }
      assertThat(left.isNull()).isTrue();
      assertThat(kept.sum().item_double()).isEqualTo(3);
    }
    assertThat(kept.isNull()).isTrue();
  }

  @Test
  void aNestedOneRecordsAsTheOneOutside() {
    for (boolean recording : new boolean[] {true, false}) {
      Tensor kept;
      Tensor left;
      try (Scope outer = recording ? Scope.withGradients() : Scope.withoutGradients()) {
        Tensor x = ones(3).requires_grad_(true);
        try (Scope inner = Scope.nested()) {
          assertThat(GradMode.is_enabled()).isEqualTo(recording);
          left = x.mul(x);
          kept = inner.keep(left.add(x));
        }
        assertThat(left.isNull()).isTrue();
        assertThat(GradMode.is_enabled()).isEqualTo(recording);
        if (recording) {
          kept.sum().backward();
          assertThat(x.grad().sum().item_double()).as("2 x + 1, three times").isEqualTo(9);
        }
      }
      assertThat(kept.isNull()).isTrue();
    }
  }

  @Test
  void keepsForTheCallerWhereThereIsNoScopeOutside() {
    Tensor kept;
    try (Scope scope = Scope.withoutGradients()) {
      Tensor made = ones(3);
      kept = scope.keep(made);
      assertThat(kept).isSameAs(made);
    }
    assertThat(kept.sum().item_double()).isEqualTo(3);
    kept.close();
    assertThat(kept.isNull()).isTrue();
  }

  @Test
  void recordsOnlyWhereItSaysSo() {
    try (Scope scope = Scope.withGradients()) {
      Tensor parameter = ones(2);
      parameter.set_requires_grad(true);
      assertThat(parameter.mul(parameter).requires_grad()).isTrue();
      try (Scope inner = Scope.withoutGradients()) {
        assertThat(parameter.mul(parameter).requires_grad()).isFalse();
        try (Scope innermost = Scope.withGradients()) {
          assertThat(parameter.mul(parameter).requires_grad()).isTrue();
        }
        assertThat(parameter.mul(parameter).requires_grad()).isFalse();
      }
      assertThat(parameter.mul(parameter).requires_grad()).isTrue();
    }
  }

  @Test
  void turnsRecordingOnAgainAfterAFailure() {
    assertThatThrownBy(
            () -> {
              try (Scope scope = Scope.withoutGradients()) {
                assertThat(GradMode.is_enabled()).isFalse();
                throw new IllegalStateException();
              }
            })
        .isInstanceOf(IllegalStateException.class);
    assertThat(GradMode.is_enabled()).isTrue();
  }

  @Test
  void belongsToItsThread() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor elsewhere =
          CompletableFuture.supplyAsync(
                  () -> {
                    assertThat(GradMode.is_enabled()).isTrue();
                    try (Scope inner = Scope.withGradients()) {
                      return inner.keep(ones(5));
                    }
                  },
                  command -> new Thread(command).start())
              .join();
      assertThat(GradMode.is_enabled()).isFalse();
      assertThat(elsewhere.numel()).as("kept for the caller, not for this scope").isEqualTo(5);
      elsewhere.close();
    }
  }
}
