package org.isoscope.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.isoscope.torch.Processes;

/**
 * Threads in the place of processes, so that what processes compute together can be tested many
 * times a second. That real ones give the same is tested where they are started.
 */
final class Together {
  private final int size;
  private final CyclicBarrier barrier;
  private final Tensor[] lent;

  private Together(int size) {
    this.size = size;
    barrier = new CyclicBarrier(size);
    lent = new Tensor[size];
  }

  /** Does the same in so many threads; what comes of each, in the order of the ranks. */
  static <T> List<T> run(int size, Function<Processes, T> work) {
    Together together = new Together(size);
    ExecutorService pool = Executors.newFixedThreadPool(size);
    try {
      List<CompletableFuture<T>> all = new ArrayList<>();
      for (int rank = 0; rank < size; rank++) {
        Processes processes = together.new OfRank(rank);
        all.add(CompletableFuture.supplyAsync(() -> work.apply(processes), pool));
      }
      return all.stream().map(DataParallel::join).toList();
    } finally {
      pool.shutdown();
    }
  }

  private void meet() {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class OfRank implements Processes {
    private final int rank;

    OfRank(int rank) {
      this.rank = rank;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public void sum(Tensor values) {
      List<Tensor> all = all(values);
      Tensor sum = all.get(0).clone();
      all.subList(1, size).forEach(sum::add_);
      meet();
      values.copy_(sum);
    }

    @Override
    public Tensor gather(Tensor own, int[] counts) {
      List<Tensor> all = all(own);
      for (int r = 0; r < size; r++) {
        if (all.get(r).size(0) != counts[r]) {
          throw new IllegalArgumentException(r + " of " + Arrays.toString(counts));
        }
      }
      Tensor gathered = torch.cat(new TensorVector(all.toArray(Tensor[]::new)), 0);
      meet();
      return gathered;
    }

    @Override
    public void broadcast(Tensor values) {
      Tensor first = all(values).get(0).clone();
      meet();
      values.copy_(first);
    }

    private List<Tensor> all(Tensor own) {
      lent[rank] = own;
      meet();
      return List.of(lent);
    }

    @Override
    public void fail(String message) {
      barrier.reset();
    }

    @Override
    public void part() {
      meet();
    }

    @Override
    public void close() {}
  }
}
