package org.isoscope.cli.option;

import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens become a sentence embedding. */
public final class PoolingOptions {
  @Option(
      names = "--pooling",
      paramLabel = "P",
      description =
          "Pooling, which makes a sentence's embedding of its tokens': mean, cls, max,"
              + " mean-sqrt-len, weighted-mean, last-token, first-last, last-two, or several joined"
              + " by +. Default: the model's own, else mean.")
  public @Nullable String pooling;

  /** Refuses another word, before the work begins. */
  public void check() {
    if (pooling != null) {
      Pooling.parse(pooling);
    }
  }

  /** What was asked for; null where nothing was. */
  public @Nullable Pooling asked() {
    return pooling == null ? null : Pooling.parse(pooling);
  }

  /** What was asked for, else the model's own. */
  public Pooling of(Encoder encoder) {
    return pooling == null ? encoder.pooling() : Pooling.parse(pooling);
  }
}
