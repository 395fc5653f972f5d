package org.isoscope.cli.print;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.isoscope.io.Wording;

/**
 * What is going on, on standard error: messages, and one line that is kept up to date where a
 * person watches, or printed now and then where the output goes to a file.
 */
public final class Progress {
  private static final long UPDATE_NANOS = 100_000_000L;
  private static final long LOG_NANOS = 10_000_000_000L;
  private static final long SHORT_NANOS = 2_000_000_000L;
  private static final int BAR = 24;

  /** A shorter bar tells nothing. */
  private static final int LEAST_BAR = 8;

  private final boolean quiet;
  private final PrintWriter err;
  private final int columns;
  private long last;
  private int width;

  /**
   * Tells nothing yet.
   *
   * @param columns of the terminal; 0: there is none, and whole lines are printed now and then
   */
  public Progress(boolean quiet, PrintWriter err, int columns) {
    this.quiet = quiet;
    this.err = err;
    this.columns = columns;
  }

  /** A line that stays. */
  public void say(String message) {
    if (!quiet) {
      clear();
      err.println(Wording.visible(message));
    }
  }

  /**
   * The state of long work. In a terminal the bar takes the room that is left.
   *
   * @param done of {@code total}
   * @param state what else to tell, the most important first: where a terminal is narrow, the end
   *     is cut off
   */
  public void update(long done, long total, String state) {
    String tail = done + "/" + total + "  " + state;
    show(bar(done, total, tail.length()) + tail, done >= total);
  }

  private String bar(long done, long total, int besides) {
    int length = columns == 0 ? BAR : Math.min(BAR, columns - 1 - besides - "[] ".length());
    if (length < LEAST_BAR) {
      return "";
    }
    int filled = (int) (length * done / Math.max(1, total));
    return "[" + "=".repeat(filled) + " ".repeat(length - filled) + "] ";
  }

  /** The state of long work of which nobody knows how long it is. */
  public void update(String state) {
    show(state, false);
  }

  private void show(String whole, boolean last) {
    boolean terminal = columns > 0;
    long now = System.nanoTime();
    if (quiet || (!last && now - this.last < (terminal ? UPDATE_NANOS : LOG_NANOS))) {
      return;
    }
    this.last = now;
    // A line that wraps could not be written over.
    String line = terminal ? whole.substring(0, Math.min(whole.length(), columns - 1)) : whole;
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
   * Follows work over a number of things; silent where it is done within seconds.
   *
   * @param things what they are
   * @return to be told how many each piece of work done had, by any thread
   */
  public LongConsumer follow(long total, String things) {
    long start = System.nanoTime();
    AtomicLong done = new AtomicLong();
    return more -> {
      long now = done.addAndGet(more);
      if (now <= total && System.nanoTime() - start > SHORT_NANOS) {
        synchronized (this) {
          update(now, total, things);
        }
      }
    };
  }

  /**
   * Follows work over vectors of which nobody knows how many there are; silent where it is done
   * within seconds.
   *
   * @param doing what is done with them
   * @return to be told how many have been, by one thread
   */
  public LongConsumer vectors(String doing) {
    long start = System.nanoTime();
    return done -> {
      if (System.nanoTime() - start > SHORT_NANOS) {
        update(doing + ": " + done + " vectors");
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
  public static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
  }
}
