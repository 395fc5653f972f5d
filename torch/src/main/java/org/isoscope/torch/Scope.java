package org.isoscope.torch;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.jspecify.annotations.Nullable;

/**
 * Owns the native memory of every tensor made on this thread while it is the innermost scope: all
 * of it is freed on {@link #close}, but what {@link #keep} let out. Scopes nest, belong to the
 * thread that opened them, and are used in try-with-resources only.
 */
public final class Scope implements AutoCloseable {
  private final @Nullable PointerScope outer;
  private final PointerScope inner;
  private final @Nullable AutoGradMode mode;

  private Scope(@Nullable Boolean gradients) {
    outer = PointerScope.getInnerScope();
    inner = new PointerScope();
    mode = gradients == null ? null : new AutoGradMode(gradients);
  }

  /**
   * Opens a scope in which operations are recorded, or not, as outside it: what a step of a longer
   * work leaves behind is then freed before the next one, but for what a backward pass needs.
   */
  public static Scope nested() {
    return new Scope(null);
  }

  /** Opens a scope in which operations are recorded for a backward pass. */
  public static Scope withGradients() {
    return new Scope(true);
  }

  /** Opens a scope in which nothing is recorded for a backward pass. */
  public static Scope withoutGradients() {
    return new Scope(false);
  }

  /**
   * Lets a tensor made in this scope outlive it. It then belongs to the scope outside this one or,
   * where there is none, to the caller, who must {@code close()} it.
   *
   * @return {@code pointer}
   */
  public <P extends Pointer> P keep(P pointer) {
    if (outer != null) {
      outer.attach(pointer);
    } else {
      pointer.retainReference();
    }
    return pointer;
  }

  @Override
  public void close() {
    if (mode != null) {
      mode.close(); // back to what was so outside
    }
    inner.close();
  }
}
