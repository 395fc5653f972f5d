package org.isoscope.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C: the first asks the command to end with what it has and waits until it did; without a
 * command that listens the process ends at once.
 */
public final class Interrupt {
  private static final long WAIT_SECONDS = 120;
  private static final CountDownLatch FINISHED = new CountDownLatch(1);
  private static final AtomicBoolean LISTENING = new AtomicBoolean();
  private static volatile boolean requested;

  private Interrupt() {}

  /** From now on Ctrl-C is a request, to be asked for with {@link #requested}. */
  static void listen() {
    if (LISTENING.compareAndSet(false, true)) {
      Runtime.getRuntime().addShutdownHook(new Thread(Interrupt::request, "interrupt"));
    }
  }

  /** Whether Ctrl-C was pressed; from the first time that this is asked, Ctrl-C is a request. */
  static boolean requested() {
    listen();
    return requested;
  }

  /** The command ended: nothing is to be waited for. */
  public static void finished() {
    FINISHED.countDown();
  }

  private static void request() {
    requested = true;
    try {
      boolean ended = FINISHED.await(WAIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        System.err.println("isoscope: did not end within " + WAIT_SECONDS + " s and was stopped.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
