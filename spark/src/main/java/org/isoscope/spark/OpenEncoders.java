package org.isoscope.spark;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.isoscope.sentence.SentenceEncoder;

/**
 * The encoders that are open in this process, each for all tasks that want the same. One that no
 * task uses stays open for the next, until another is wanted.
 */
final class OpenEncoders {
  private static final Map<EncoderSettings, Shared> OPEN = new HashMap<>();

  private OpenEncoders() {}

  private static final class Shared {
    private final SentenceEncoder encoder;
    private int users;

    Shared(SentenceEncoder encoder) {
      this.encoder = encoder;
    }
  }

  /** The encoder with these settings, opened where it is not yet. To be released once. */
  static synchronized SentenceEncoder acquire(EncoderSettings settings) {
    Shared shared = OPEN.get(settings);
    if (shared == null) {
      closeIdle();
      shared = new Shared(settings.open());
      OPEN.put(settings, shared);
    }
    shared.users++;
    return shared.encoder;
  }

  private static void closeIdle() {
    for (Iterator<Shared> all = OPEN.values().iterator(); all.hasNext(); ) {
      Shared shared = all.next();
      if (shared.users == 0) {
        all.remove();
        shared.encoder.close();
      }
    }
  }

  /** Says that a task uses it no longer. */
  static synchronized void release(EncoderSettings settings) {
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
