package org.isoscope.study;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * What several trainings have in common, computed by the first that needs it and kept for the
 * others: the reference text and what the untrained model makes of it. For any threads.
 *
 * <p>A key must name all that the value depends on: then sharing changes no bit of any result.
 */
public final class SharedWork {
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
}
