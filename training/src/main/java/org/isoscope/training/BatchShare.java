package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.cat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Scope;

/**
 * The part of a batch that a process has: neighbouring items, as many as any other process has but
 * for one.
 *
 * @param processes that have the batch together
 * @param items of the whole batch
 * @param threads that this process computes with
 */
public record BatchShare(Processes processes, int items, int threads) {

  /** A batch that one process has for itself, and computes with one thread. */
  public static BatchShare whole(long items) {
    return new BatchShare(Processes.alone(), Math.toIntExact(items), 1);
  }

  /** The first item of this process. */
  public int first() {
    return processes.first(items);
  }

  /** How many items this process has. */
  public int size() {
    return processes.counts(items)[processes.rank()];
  }

  /**
   * The rows of the whole batch, without their graph.
   *
   * @param own of this process, {@code [size, ...]}
   * @return {@code [items, ...]}
   */
  Tensor gather(Tensor own) {
    return processes.gather(own.detach(), processes.counts(items));
  }

  /** The rows of the whole batch: this process's with their graph, the others' as they are. */
  Tensor whole(Tensor own) {
    if (processes.size() == 1) {
      return own;
    }
    Tensor all;
    try (Scope scope = Scope.withoutGradients()) {
      all = scope.keep(gather(own));
    }
    long end = (long) first() + size();
    return cat(
        new TensorVector(all.narrow(0, 0, first()), own, all.narrow(0, end, items - end)), 0);
  }

  /** The sum over the processes of what each has. */
  Tensor sum(Tensor own) {
    Tensor sum = own.detach().clone();
    processes.sum(sum);
    return sum;
  }
}
