package org.isoscope.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import picocli.CommandLine.Help.Ansi;

/**
 * What is going on, on standard error: messages, and one line that is kept up to date where a
 * person watches, or printed now and then where the output goes to a file.
 */
final class Progress {
  private static final long UPDATE_NANOS = 100_000_000L;
  private static final long LOG_NANOS = 10_000_000_000L;
  private static final long SHORT_NANOS = 2_000_000_000L;
  private static final int BAR = 24;

  private final boolean quiet;
  private final boolean terminal = Ansi.AUTO.enabled();
  private final PrintWriter err;
  private long last;
  private int width;

  Progress(boolean quiet, PrintWriter err) {
    this.quiet = quiet;
    this.err = err;
  }

  /** A line that stays. */
  void say(String message) {
    if (!quiet) {
      clear();
      err.println(message);
    }
  }

  /**
   * The state of long work.
   *
   * @param done of {@code total}
   * @param state what else to tell
   */
  void update(long done, long total, String state) {
    int filled = (int) (BAR * done / Math.max(1, total));
    String bar = "[" + "=".repeat(filled) + " ".repeat(BAR - filled) + "] ";
    show(bar + done + "/" + total + "  " + state, done >= total);
  }

  /** The state of long work of which nobody knows how long it is. */
  void update(String state) {
    show(state, false);
  }

  private void show(String line, boolean last) {
    long now = System.nanoTime();
    if (quiet || (!last && now - this.last < (terminal ? UPDATE_NANOS : LOG_NANOS))) {
      return;
    }
    this.last = now;
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      err.flush();
      width = line.length();
      if (last) {
        err.println();
        width = 0;
      }
    } else {
      err.println(line);
    }
  }

  /**
   * Follows work over a number of tokens; silent where it is done within seconds.
   *
   * @return to be told the tokens of each piece of work done, by any thread
   */
  LongConsumer tokens(long total) {
    long start = System.nanoTime();
    AtomicLong done = new AtomicLong();
    return tokens -> {
      long now = done.addAndGet(tokens);
      if (now <= total && System.nanoTime() - start > SHORT_NANOS) {
        synchronized (this) {
          update(now, total, "tokens");
        }
      }
    };
  }

  private void clear() {
    if (width > 0) {
      err.print("\r" + " ".repeat(width) + "\r");
      width = 0;
    }
  }

  /** Seconds as a person says them: {@code 8 s}, {@code 2 min 5 s}, {@code 1 h 2 min}. */
  static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
  }
}
