package org.isoscope.torch;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_gloo;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Processes of one or several machines, by libtorch's own collectives over Gloo, on Linux.
 *
 * <p>No process waits for one that is gone. Each counts up a number in the store at which they met,
 * every {@link #BEAT}; one whose number has stood still for {@link #SILENCE}, or whose connections
 * broke and whose number has stood still for {@link #BROKEN}, has failed. Then every process throws
 * a {@link UserError} that names it, within {@link #SILENCE} and a few seconds.
 *
 * <p>Owns native memory, two threads of its own and connections to all others.
 */
public final class GlooProcesses implements Processes {
  /** From one sign of life to the next. */
  static final Duration BEAT = Duration.ofSeconds(1);

  /** After so long without a sign of life a process is given up. */
  public static final Duration SILENCE = Duration.ofSeconds(30);

  /** Likewise, where its connections are gone. */
  static final Duration BROKEN = Duration.ofSeconds(5);

  /** Processes that are started together come within so long. */
  public static final Duration MEETING = Duration.ofMinutes(5);

  /** Within so long those that have met connect to each other. */
  private static final Duration CONNECTING = Duration.ofMinutes(1);

  /** The others wait for the first one, which may be measuring: no limit of the library's own. */
  private static final Duration ENDLESS = Duration.ofDays(365);

  /** How long a failing process stays, so that the others can read why. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private static final long POLL_NANOS = 100_000;
  private static final long LOOK_MILLIS = 100;
  private static final String CULPRIT = "culprit";

  private final int rank;
  private final int size;
  private final Store store;
  private final Store watched; // the same, over a connection of the watch's own
  private final ProcessGroupGloo group;
  private final Thread watch;
  private final long[] beats; // of each process, as last seen
  private final long[] changed; // when they last changed, nanoTime
  private volatile long looked = System.nanoTime(); // when the watch last saw all of them
  private volatile @Nullable String failure;
  private boolean parted;
  private volatile boolean closing;

  private GlooProcesses(int rank, int size, Store store, Store watched, ProcessGroupGloo group) {
    this.rank = rank;
    this.size = size;
    this.store = store;
    this.watched = watched;
    this.group = group;
    beats = new long[size];
    changed = new long[size];
    Arrays.fill(changed, System.nanoTime());
    watch = new Thread(this::watch, "processes");
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * Meets the other processes, and waits until all are there, for {@link #MEETING} at most.
   *
   * @param rank of this process, 0 to size - 1
   * @param size how many there are, at least 2
   * @param missing asked while others are waited for: why one of them will not come; null where
   *     nothing is known
   * @throws UserError where they cannot be reached, or one does not come; it names it
   */
  public static GlooProcesses join(
      Rendezvous rendezvous, int rank, int size, Supplier<@Nullable String> missing) {
    UserError.requireRange("world", size, size >= 2, "at least 2");
    UserError.requireRange(
        "rank", rank, rank >= 0 && rank < size, "0 to " + (size - 1) + ", of " + size);
    Compute.load();
    try {
      Loader.load(torch_gloo.class);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new UserError(
          "several processes",
          "cannot exchange tensors on " + Loader.getPlatform(),
          "Linux, the only system that libtorch's Gloo has Java bindings for",
          "Use one process",
          e);
    }
    try (PointerScope scope = new PointerScope()) {
      Store store = open(rendezvous, rank, size);
      if (store.add(beat(rank), 1) > 1) {
        throw new UserError(
            "process " + rank + " of " + size,
            "is at " + rendezvous + " already",
            "each rank once, at a rendezvous of their own",
            "Give every process another rank, and every training another rendezvous");
      }
      meet(store, rendezvous, size, missing);
      ProcessGroupGloo group = connect(store, rendezvous, rank, size);
      Store watched = store.clone();
      store.retainReference();
      watched.retainReference();
      group.retainReference();
      return new GlooProcesses(rank, size, store, watched, group);
    }
  }

  private static Store open(Rendezvous rendezvous, int rank, int size) {
    try {
      return rendezvous.open(rank, size, MEETING);
    } catch (RuntimeException e) { // of the C++ side
      throw new UserError(
          "rendezvous " + rendezvous,
          (rank == 0 ? "cannot be opened: " : "cannot be reached: ") + firstLine(e),
          "the address of the process of rank 0, and a port that is free there",
          "Choose another port, or look whether that process runs",
          e);
    }
  }

  private static void meet(
      Store store, Rendezvous rendezvous, int size, Supplier<@Nullable String> why) {
    long start = System.nanoTime();
    while (true) {
      int[] missing = IntStream.range(0, size).filter(r -> store.add(beat(r), 0) == 0).toArray();
      if (missing.length == 0) {
        return;
      }
      String reason = why.get();
      if (reason == null && System.nanoTime() - start > MEETING.toNanos()) {
        reason = "did not come to " + rendezvous + " within " + MEETING.toSeconds() + " seconds";
      }
      if (reason == null && Thread.currentThread().isInterrupted()) {
        reason = "was not there when the wait was interrupted";
      }
      if (reason != null) {
        throw new UserError(
            "process "
                + Arrays.stream(missing).mapToObj(String::valueOf).collect(Collectors.joining(", "))
                + " of "
                + size,
            reason,
            "all of them",
            "Start every rank, with the same rendezvous and number of processes");
      }
      sleep(LOOK_MILLIS);
    }
  }

  private static ProcessGroupGloo connect(Store store, Rendezvous rendezvous, int rank, int size) {
    try {
      ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(millis(CONNECTING));
      options.devices(
          new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(rendezvous.ownAddress())));
      ProcessGroupGloo group = new ProcessGroupGloo(store, rank, size, options);
      group.setTimeout(millis(ENDLESS));
      return group;
    } catch (RuntimeException e) { // of the C++ side
      throw new UserError(
          "process " + rank + " of " + size,
          "cannot connect to the others: " + firstLine(e),
          "machines that reach each other at the addresses by which they reach " + rendezvous,
          "Look for a firewall between them, or for a process that ended meanwhile",
          e);
    }
  }

  private static Milliseconds millis(Duration duration) {
    return new Milliseconds(duration.toMillis());
  }

  private static String beat(int rank) {
    return "beat/" + rank;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
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
    onHost(values, host -> await(() -> group.allreduce(new TensorVector(host))));
  }

  @Override
  public Tensor gather(Tensor own, int[] counts) {
    int most = Arrays.stream(counts).max().orElse(0);
    long[] shape = own.sizes().vec().get();
    long[] all = shape.clone();
    all[0] = (long) most * size;
    Tensor from = own.cpu().contiguous();
    if (counts[rank] < most) {
      shape[0] = most;
      from = from.new_zeros(shape);
      from.narrow(0, 0, counts[rank]).copy_(own);
    }
    Tensor padded = from.new_empty(all);
    Tensor sent = from;
    await(() -> group._allgather_base(padded, sent));
    if (Arrays.stream(counts).allMatch(count -> count == most)) {
      return padded.to(own.device(), own.scalar_type());
    }
    TensorVector parts = new TensorVector();
    for (int r = 0; r < size; r++) {
      parts.push_back(padded.narrow(0, (long) most * r, counts[r]));
    }
    return torch.cat(parts, 0).to(own.device(), own.scalar_type());
  }

  @Override
  public void broadcast(Tensor values) {
    onHost(values, host -> await(() -> group.broadcast(new TensorVector(host))));
  }

  /** Gloo sends what lies in the processor's memory. */
  private static void onHost(Tensor values, Consumer<Tensor> collective) {
    try (Scope scope = Scope.nested()) {
      Tensor host = values.cpu();
      collective.accept(host);
      if (!values.is_cpu()) {
        values.copy_(host);
      }
    }
  }

  /** Waits for a collective, and no longer than all processes are there. */
  private void await(Supplier<Work> start) {
    try (PointerScope scope = new PointerScope()) {
      Work work = start.get();
      while (!work.isCompleted()) {
        requireAll();
        if (Thread.currentThread().isInterrupted()) {
          fail("it was interrupted");
          throw failed("was interrupted");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      work._wait();
    } catch (UserError e) {
      throw e;
    } catch (RuntimeException e) { // of the C++ side: a connection broke
      throw failed(culprit(e));
    }
  }

  private void requireAll() {
    if (failure == null && System.nanoTime() - looked > SILENCE.toNanos()) {
      failure =
          "process 0, which keeps the rendezvous, has not answered for "
              + SILENCE.toSeconds()
              + " s";
    }
    String known = failure;
    if (known != null) {
      throw failed(known);
    }
  }

  private UserError failed(String what) {
    sleep(rank == 0 ? FAREWELL.toMillis() : 0); // the others may read of it at this one
    return new UserError(
        "process " + rank + " of " + size,
        what,
        "all " + size + " processes until the end",
        "Look at what that process has written");
  }

  /** Waits until it is known whose fault it is that the connections broke. */
  private String culprit(RuntimeException broken) {
    long start = System.nanoTime();
    while (failure == null
        && !Thread.currentThread().isInterrupted()
        && System.nanoTime() - start < SILENCE.toNanos()) {
      for (int r = 0; r < size; r++) {
        if (r != rank && System.nanoTime() - changed(r) > BROKEN.toNanos()) {
          blame("process " + r + " has ended without a word");
        }
      }
      sleep(LOOK_MILLIS);
    }
    String known = failure;
    return known != null ? known : "lost a connection: " + firstLine(broken);
  }

  private synchronized long changed(int r) {
    return changed[r];
  }

  /** Gives signs of life and looks for the others'. */
  private void watch() {
    while (!closing && failure == null) {
      try (PointerScope scope = new PointerScope()) {
        watched.add(beat(rank), 1);
        long now = System.nanoTime();
        for (int r = 0; r < size && failure == null; r++) {
          long beat = r == rank ? 0 : watched.add(beat(r), 0);
          synchronized (this) {
            if (r == rank || beat != beats[r]) {
              beats[r] = beat;
              changed[r] = now;
            }
          }
          if (now - changed(r) > SILENCE.toNanos()) {
            blame("process " + r + " has given no sign of life for " + SILENCE.toSeconds() + " s");
          }
        }
        if (watched.check(new StringVector(CULPRIT))) {
          failure = watched.get_to_str(CULPRIT);
        }
        looked = System.nanoTime();
      } catch (RuntimeException e) { // of the C++ side: the store is gone, and it is the first's
        if (!closing) {
          failure = "process 0 has ended, or cannot be reached any more";
        }
      }
      sleep(BEAT.toMillis());
    }
  }

  /** Says once for all whose fault it is. */
  private void blame(String what) {
    try (PointerScope scope = new PointerScope()) {
      failure = watched.compareSet(CULPRIT, "", what); // what was there, if anything was
    } catch (RuntimeException e) { // of the C++ side: the store is gone
      failure = what;
    }
  }

  @Override
  public void fail(String message) {
    if (failure == null) {
      blame("process " + rank + " has failed: " + message);
      sleep(FAREWELL.toMillis());
    }
  }

  @Override
  public void part() {
    try (Scope scope = Scope.withoutGradients()) {
      sum(torch.ones(1));
    }
    parted = true;
  }

  /**
   * Ends the watch and the connections. After a failure what is at work in the native library is
   * left to it: nothing is waited for.
   */
  @Override
  public void close() {
    if (closing) {
      return;
    }
    if (!parted) {
      fail("it has ended too early");
    }
    closing = true;
    if (parted) {
      join(watch);
      group.close();
      watched.close();
      store.close();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(long millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }
}
