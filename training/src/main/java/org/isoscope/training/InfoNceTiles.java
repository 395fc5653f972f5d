package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.logaddexp;
import static org.bytedeco.pytorch.global.torch.logsumexp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * InfoNCE's gradient in closed form, a tile of the logits at a time: the square of the batch is
 * never in memory. With the logits l_ic of anchor i and candidate c, of which the positives are the
 * first N, and lse the logarithm of a sum of exponentials,
 *
 * <pre>
 *   loss            = 1/N sum over i of (lse_i - l_ii),  lse_i over all c of l_ic
 *   d loss / d l_ic = G_ic / N,  G_ic = exp(l_ic - lse_i) - [c = i]
 *   d loss / d a_i  = 1/(N t) sum over c of G_ic x_c      by the rows of G
 *   d loss / d x_c  = 1/(N t) sum over i of G_ic a_i      by its columns
 *   d loss / d log t = -1/N sum over i, c of G_ic s_ic / t = - sum over i of a_i . d loss / d a_i
 * </pre>
 *
 * Symmetric: half of each, and half of the same with lse'_j, over the anchors i of l_ij, in place
 * of lse_i, among the positives j alone. A process has the rows of its own anchors and the columns
 * of its own candidates, each tile twice; of the other processes it takes the embeddings and the
 * lse. Memory: {@code [items, columns, d]} and a few tiles for each thread.
 *
 * <p>That tiles suffice on one machine and several: Cheng et al. 2024, "Breaking the Memory
 * Barrier: Near Infinite Batch Size Scaling for Contrastive Loss" (Inf-CL).
 */
final class InfoNceTiles {
  /** Rows and columns of a tile: 4 MB of logits. */
  static final int TILE = 1024;

  private final BatchShare share;
  private final int tile;
  private final Tensor anchors; // [items, d]
  private final List<Tensor> candidates; // the positives, then each column of hard negatives
  private final Tensor inverseTemperature; // a scalar
  private final double logWeight; // added to the logits of an anchor and its own hard negatives
  private final boolean symmetric;

  /**
   * Sets out the whole batch.
   *
   * @param tile rows and columns of a tile, at least 1
   * @param anchors of unit length where the similarity is the cosine, without graph, {@code [items,
   *     d]}
   * @param candidates the positives, then each column of hard negatives, likewise
   * @param inverseTemperature 1 / t, a scalar
   */
  InfoNceTiles(
      BatchShare share,
      int tile,
      Tensor anchors,
      List<Tensor> candidates,
      Tensor inverseTemperature,
      double logWeight,
      boolean symmetric) {
    this.share = share;
    this.tile = tile;
    this.anchors = anchors;
    this.candidates = candidates;
    this.inverseTemperature = inverseTemperature;
    this.logWeight = logWeight;
    this.symmetric = symmetric;
  }

  /**
   * What comes of a batch.
   *
   * @param loss of the whole batch, a scalar
   * @param gradients of the process's own anchors and of each column of its candidates, {@code
   *     [size, d]}
   * @param logTemperature what the process's rows add to the gradient with respect to log t, a
   *     scalar
   */
  record Outcome(Tensor loss, List<Tensor> gradients, Tensor logTemperature) {
    /** The same, beyond a scope. */
    Outcome kept(Scope scope) {
      gradients.forEach(scope::keep);
      return new Outcome(scope.keep(loss), gradients, scope.keep(logTemperature));
    }
  }

  /** A stretch of rows or columns. */
  private record Stretch(int from, int to) {
    int size() {
      return to - from;
    }
  }

  /** Work on a stretch of the process's own, which begins at {@code at} among these. */
  private interface Work {
    void on(Stretch own, int at);
  }

  /** To be called in a scope of the caller's that records nothing. */
  Outcome compute() {
    int own = share.size();
    Tensor ofAnchors = anchors.new_empty(own);
    forEachTile((rows, at) -> ofAnchors.narrow(0, at, rows.size()).copy_(logSums(rows)));
    Tensor matches =
        own(anchors).mul(own(candidates.get(0))).sum(1).mul(inverseTemperature); // [own], l_ii
    Tensor loss = ofAnchors.sub(matches).sum();
    Tensor ofPositives = null;
    if (symmetric) {
      Tensor sums = anchors.new_empty(own);
      forEachTile((columns, at) -> sums.narrow(0, at, columns.size()).copy_(logSumsOf(columns)));
      loss = loss.add(sums.sub(matches).sum()).mul(new Scalar(0.5));
      ofPositives = share.gather(sums);
    }
    Tensor allOfAnchors = share.gather(ofAnchors);
    List<Tensor> gradients = gradients(allOfAnchors, ofPositives);
    return new Outcome(
        share.sum(loss).div(new Scalar(share.items())),
        gradients,
        own(anchors).mul(gradients.get(0)).sum().neg());
  }

  /** Works on every tile's stretch of the process's own rows, each written by one thread alone. */
  private void forEachTile(Work work) {
    int first = share.first();
    List<Stretch> own = stretches(first, first + share.size());
    int threads = Math.min(share.threads(), own.size());
    if (threads <= 1) {
      own.forEach(stretch -> work(work, stretch, first));
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (Stretch stretch : own) {
        done.add(CompletableFuture.runAsync(() -> work(work, stretch, first), pool));
      }
      done.forEach(DataParallel::join);
    } finally {
      pool.shutdown();
    }
  }

  private static void work(Work work, Stretch stretch, int first) {
    try (Scope scope = Scope.withoutGradients()) {
      work.on(stretch, stretch.from() - first);
    }
  }

  private Tensor own(Tensor all) {
    return all.narrow(0, share.first(), share.size());
  }

  /** lse of some anchors over all candidates. */
  private Tensor logSums(Stretch rows) {
    Tensor sums = null;
    for (int column = 0; column < candidates.size(); column++) {
      for (Stretch columns : stretches(0, share.items())) {
        try (Scope scope = Scope.nested()) {
          Tensor part = logsumexp(logits(rows, column, columns), 1);
          sums = scope.keep(sums == null ? part : logaddexp(sums, part));
        }
      }
    }
    return Objects.requireNonNull(sums);
  }

  /** lse' of some positives over all anchors. */
  private Tensor logSumsOf(Stretch positives) {
    Tensor sums = null;
    for (Stretch rows : stretches(0, share.items())) {
      try (Scope scope = Scope.nested()) {
        Tensor part = logsumexp(logits(rows, 0, positives), 0);
        sums = scope.keep(sums == null ? part : logaddexp(sums, part));
      }
    }
    return Objects.requireNonNull(sums);
  }

  private List<Tensor> gradients(Tensor ofAnchors, @Nullable Tensor ofPositives) {
    Tensor scale = inverseTemperature.div(new Scalar(share.items()));
    List<Tensor> gradients = new ArrayList<>();
    Tensor ofRows = own(anchors).new_zeros(share.size(), anchors.size(1));
    forEachTile(
        (rows, at) -> {
          Tensor sum = ofRows.narrow(0, at, rows.size());
          for (int column = 0; column < candidates.size(); column++) {
            for (Stretch columns : stretches(0, share.items())) {
              try (Scope scope = Scope.nested()) {
                Tensor weights = weights(rows, column, columns, ofAnchors, ofPositives);
                sum.addmm_(weights, part(candidates.get(column), columns));
              }
            }
          }
          sum.mul_(scale);
        });
    gradients.add(ofRows);
    for (int c = 0; c < candidates.size(); c++) {
      int column = c;
      Tensor ofColumns = ofRows.new_zeros(share.size(), anchors.size(1));
      forEachTile(
          (columns, at) -> {
            Tensor sum = ofColumns.narrow(0, at, columns.size());
            for (Stretch rows : stretches(0, share.items())) {
              try (Scope scope = Scope.nested()) {
                Tensor weights = weights(rows, column, columns, ofAnchors, ofPositives);
                sum.addmm_(weights.t(), part(anchors, rows));
              }
            }
            sum.mul_(scale);
          });
      gradients.add(ofColumns);
    }
    return gradients;
  }

  /** G of some anchors and candidates. */
  private Tensor weights(
      Stretch rows, int column, Stretch columns, Tensor ofAnchors, @Nullable Tensor ofPositives) {
    Tensor logits = logits(rows, column, columns);
    Tensor weights = logits.sub(part(ofAnchors, rows).unsqueeze(1)).exp_();
    if (symmetric) {
      weights.mul_(new Scalar(0.5));
    }
    if (column == 0) {
      if (ofPositives != null) {
        Tensor others = logits.sub_(part(ofPositives, columns).unsqueeze(0)).exp_();
        weights.add_(others, new Scalar(0.5));
      }
      own(weights, rows, columns).sub_(new Scalar(1));
    }
    return weights;
  }

  /** l of some anchors and candidates, {@code [rows, columns]}. */
  private Tensor logits(Stretch rows, int column, Stretch columns) {
    Tensor logits =
        part(anchors, rows)
            .matmul(part(candidates.get(column), columns).t())
            .mul_(inverseTemperature);
    if (column > 0 && logWeight != 0) {
      own(logits, rows, columns).add_(new Scalar(logWeight));
    }
    return logits;
  }

  /** The elements of a tile at which anchor and candidate are of one item. */
  private static Tensor own(Tensor tile, Stretch rows, Stretch columns) {
    return tile.diagonal(rows.from() - columns.from(), 0, 1);
  }

  private static Tensor part(Tensor all, Stretch stretch) {
    return all.narrow(0, stretch.from(), stretch.size());
  }

  private List<Stretch> stretches(int from, int to) {
    List<Stretch> stretches = new ArrayList<>();
    for (int at = from; at < to; at += tile) {
      stretches.add(new Stretch(at, Math.min(to, at + tile)));
    }
    return stretches;
  }
}
