package org.isoscope.study;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * What several trainings have in common, computed by the first that needs it and kept for the
 * others: the tokens of the data, the reference text and what the untrained model makes of it. For
 * any threads.
 *
 * <p>A key must name all that the value depends on: then sharing changes no bit of any result.
 */
public final class SharedWork implements AutoCloseable {
  private final Map<String, FutureTask<Object>> values = new ConcurrentHashMap<>();

  /**
   * The value of a key.
   *
   * @param compute makes it, where it is not there; others that ask for it meanwhile wait
   */
  @SuppressWarnings("unchecked") // a key names the kind of its value, too
  <T> T once(String key, Supplier<T> compute) {
    FutureTask<Object> mine = new FutureTask<>(compute::get);
    FutureTask<Object> task = values.putIfAbsent(key, mine);
    if (task == null) {
      task = mine;
      task.run();
    }
    try {
      return (T) task.get();
    } catch (ExecutionException e) {
      values.remove(key, task);
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) { // a memory that is full is told as such
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Frees what is kept and must be freed, once none uses it any more. Then it may begin anew. */
  @Override
  public void close() {
    for (FutureTask<Object> task : values.values()) {
      if (task.isDone() && !task.isCancelled()) {
        try {
          if (task.get() instanceof TokenizedData data) {
            data.close();
          }
        } catch (ExecutionException e) {
          // It was not computed: whoever wanted it was told.
        } catch (InterruptedException e) {
          throw new IllegalStateException(e); // what is done does not wait
        }
      }
    }
    values.clear();
  }
}
