package org.isoscope.torch;

import org.bytedeco.pytorch.Tensor;

/**
 * The processes that compute something together, each with its share. All of them call the same
 * methods in the same order, with tensors of the same type and shape unless told otherwise; each
 * call is made by one thread and returns when it is done.
 */
public interface Processes extends AutoCloseable {

  /** The number of this process, from 0. The first one tells and writes. */
  int rank();

  /** How many there are, at least 1. */
  int size();

  /**
   * Adds up a tensor of every process, element by element. All get the same bits, and the same
   * number of processes the same again.
   *
   * @param values contiguous; the sum is put there
   */
  void sum(Tensor values);

  /**
   * The rows of all processes, in the order of their ranks.
   *
   * @param own {@code [counts[rank], ...]} of this process
   * @param counts how many rows each process has; the same in all
   * @return {@code [sum of counts, ...]}
   */
  Tensor gather(Tensor own, int[] counts);

  /**
   * Gives all processes what the first one has.
   *
   * @param values contiguous; written in all others
   */
  void broadcast(Tensor values);

  /**
   * Tells the others that this process fails, so that they need not wait for it.
   *
   * @param message one line
   */
  void fail(String message);

  /** How the shares of so many rows lie: contiguous, as even as can be, one for each process. */
  default int[] counts(int rows) {
    int[] counts = new int[size()];
    for (int r = 0; r < counts.length; r++) {
      counts[r] = first(rows, r + 1) - first(rows, r);
    }
    return counts;
  }

  /** The first row of this process's share of so many. */
  default int first(int rows) {
    return first(rows, rank());
  }

  private int first(int rows, int rank) {
    return (int) ((long) rows * rank / size());
  }

  /**
   * Waits until all processes are here, after the last that they compute together. What happens to
   * one of them from then on is none of the others' business.
   */
  void part();

  /**
   * Frees what this one has; if it has not parted from the others, this fails, and they hear it.
   */
  @Override
  void close();

  /** One process by itself: everything is its own. */
  static Processes alone() {
    return new Processes() {
      @Override
      public int rank() {
        return 0;
      }

      @Override
      public int size() {
        return 1;
      }

      @Override
      public void sum(Tensor values) {}

      @Override
      public Tensor gather(Tensor own, int[] counts) {
        return own;
      }

      @Override
      public void broadcast(Tensor values) {}

      @Override
      public void fail(String message) {}

      @Override
      public void part() {}

      @Override
      public void close() {}
    };
  }
}
