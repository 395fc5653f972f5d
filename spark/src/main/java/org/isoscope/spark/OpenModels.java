package org.isoscope.spark;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The models that are open in this process, each for all tasks that want the same. One that no task
 * uses stays open for the next, until another is wanted.
 */
final class OpenModels {
  private static final Map<Settings<?>, Shared> OPEN = new HashMap<>();

  private OpenModels() {}

  /**
   * How a model is opened. The same settings are the same model.
   *
   * @param <M> what it is opened as
   */
  interface Settings<M extends AutoCloseable> {
    /** Opens it here. */
    M open();
  }

  private static final class Shared {
    private final AutoCloseable model;
    private int users;

    Shared(AutoCloseable model) {
      this.model = model;
    }
  }

  /** The model with these settings, opened where it is not yet. To be released once. */
  @SuppressWarnings("unchecked") // what these settings opened
  static synchronized <M extends AutoCloseable> M acquire(Settings<M> settings) {
    Shared shared = OPEN.get(settings);
    if (shared == null) {
      closeIdle();
      shared = new Shared(settings.open());
      OPEN.put(settings, shared);
    }
    shared.users++;
    return (M) shared.model;
  }

  private static void closeIdle() {
    for (Iterator<Shared> all = OPEN.values().iterator(); all.hasNext(); ) {
      Shared shared = all.next();
      if (shared.users == 0) {
        all.remove();
        try {
          shared.model.close();
        } catch (Exception e) { // none of ours throws
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** Says that a task uses it no longer. */
  static synchronized void release(Settings<?> settings) {
    Shared shared = OPEN.get(settings);
    if (shared == null || shared.users == 0) {
      throw new IllegalStateException("released more often than acquired: " + settings);
    }
    shared.users--;
  }

  /** How many are open. */
  static synchronized int size() {
    return OPEN.size();
  }
}
