package org.isoscope.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward passes of a batch on several threads at once: each has a part of the
 * sentences, of about as many tokens as the others', and a replica of the parameters with gradients
 * of its own, which are then added in the parts' order. The result is that of the whole batch in
 * one pass, up to rounding, and for the same number of threads to the bit.
 *
 * <p>Products are not shared between threads: OpenBLAS's threads wait for each other a fifth of the
 * time, and the small operations between the products run on one.
 *
 * <p>Owns native memory: the gradients, once more for each thread beyond the first.
 */
final class DataParallel implements AutoCloseable {
  /** The products of fewer are too small to be fast. */
  private static final int LEAST_TOKENS = 256;

  private final Encoder encoder;
  private final Pooling pooling;
  private final int dimension;
  private final int size;
  private final ExecutorService threads;
  private final List<Parameters> replicas = new ArrayList<>(); // the first is the encoder's own

  /**
   * Starts as many threads as the encoder's settings say, for a GPU one: it computes a whole batch
   * at once.
   *
   * @param encoder whose parameters have gradients already, where they are trained
   */
  DataParallel(Encoder encoder, Pooling pooling) {
    this.encoder = encoder;
    this.pooling = pooling;
    this.dimension = encoder.dimension(pooling);
    this.size = encoder.settings().device().threads(encoder.settings().threads());
    this.threads = Executors.newFixedThreadPool(size);
    replicas.add(encoder.parameters());
  }

  /**
   * The embeddings of sentences, without recording.
   *
   * @return {@code [sentences, d]} row by row, in the order given
   */
  float[] embed(Sentences sentences, Dropout dropout) {
    float[] embeddings = new float[sentences.size() * dimension];
    run(sentences, dropout, embeddings, null);
    return embeddings;
  }

  /**
   * Adds the gradients of a batch to those of the encoder's parameters.
   *
   * @param gradient of a loss with respect to the embeddings, given these, both {@code [sentences,
   *     d]} row by row in the order given
   * @return what came of the loss
   */
  <R> R backward(Sentences sentences, Dropout dropout, Function<float[], Gradient<R>> gradient) {
    float[] embeddings = new float[sentences.size() * dimension];
    List<R> outcome = new ArrayList<>();
    run(
        sentences,
        dropout,
        embeddings,
        () -> {
          Gradient<R> found = gradient.apply(embeddings);
          outcome.add(found.outcome());
          return found.values();
        });
    return outcome.get(0);
  }

  /**
   * A forward pass and, where there is a gradient, a backward pass.
   *
   * @param embeddings are put here
   * @param gradient asked once they are there
   */
  private void run(
      Sentences sentences,
      Dropout dropout,
      float[] embeddings,
      @Nullable Supplier<float[]> gradient) {
    List<int[]> parts = parts(sentences.ids());
    while (replicas.size() < parts.size()) {
      replicas.add(encoder.parameters().replica());
    }
    CompletableFuture<float[]> gradients = new CompletableFuture<>();
    List<CompletableFuture<float[]>> embedded = new ArrayList<>();
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      int part = p;
      CompletableFuture<float[]> own = new CompletableFuture<>();
      embedded.add(own);
      done.add(
          CompletableFuture.runAsync(
              () ->
                  run(
                      part,
                      sentences.select(parts.get(part)),
                      parts.get(part),
                      dropout,
                      own,
                      gradient == null ? null : gradients),
              threads));
    }
    try {
      for (int p = 0; p < parts.size(); p++) {
        scatter(join(embedded.get(p)), parts.get(p), embeddings);
      }
      if (gradient != null) {
        gradients.complete(gradient.get());
      }
    } finally {
      gradients.cancel(false); // after a failure: nobody waits for them any more
      done.forEach(each -> each.handle((nothing, failure) -> null).join());
    }
    done.forEach(DataParallel::join);
    if (gradient != null && parts.size() > 1) {
      add(parts.size());
    }
  }

  /** A part's embeddings and, where there are gradients to wait for, its backward pass. */
  private void run(
      int part,
      Sentences sentences,
      int[] indices,
      Dropout dropout,
      CompletableFuture<float[]> embedded,
      @Nullable CompletableFuture<float[]> gradients) {
    try (Scope scope = gradients == null ? Scope.withoutGradients() : Scope.withGradients()) {
      Tensor embeddings =
          encoder.embed(sentences.ids(), sentences.names(), pooling, dropout, replicas.get(part));
      embedded.complete(Tensors.toArray(embeddings.detach()));
      if (gradients != null) {
        float[] gradient = gather(join(gradients), indices, dimension);
        embeddings.backward(
            Tensors.of(gradient, embeddings).view(embeddings.sizes()),
            new BoolOptional(),
            false,
            new TensorArrayRefOptional());
      }
    } catch (RuntimeException | Error e) {
      embedded.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * Indices of the sentences of each part: neighbours in order of length, so that a part is dense.
   */
  private List<int[]> parts(List<int[]> sentences) {
    int[] order = Encoder.byLength(sentences);
    long tokens = sentences.stream().mapToLong(ids -> ids.length).sum();
    int count = (int) Math.max(1, Math.min(Math.min(size, order.length), tokens / LEAST_TOKENS));
    List<int[]> parts = new ArrayList<>();
    long before = 0;
    int from = 0;
    for (int i = 0; i < order.length; i++) {
      before += sentences.get(order[i]).length;
      if (before * count >= tokens * (parts.size() + 1)) {
        parts.add(Arrays.copyOfRange(order, from, i + 1));
        from = i + 1;
      }
    }
    return parts;
  }

  /** Adds the replicas' gradients to the encoder's and leaves them at zero. */
  private void add(int parts) {
    Tensor sum = encoder.parameters().gradients();
    long length = (sum.numel() + size - 1) / size;
    forEach(
        t -> {
          long from = Math.min(sum.numel(), t * length);
          long own = Math.min(length, sum.numel() - from);
          try (Scope scope = Scope.withoutGradients()) {
            for (Parameters replica : replicas.subList(1, parts)) {
              Tensor gradient = replica.gradients().narrow(0, from, own);
              sum.narrow(0, from, own).add_(gradient);
              gradient.zero_();
            }
          }
        });
  }

  private void forEach(IntConsumer work) {
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int t = 0; t < size; t++) {
      int thread = t;
      done.add(CompletableFuture.runAsync(() -> work.accept(thread), threads));
    }
    done.forEach(DataParallel::join);
  }

  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The rows of these indices, in their order, of rows {@code d} long. */
  static float[] gather(float[] all, int[] indices, int d) {
    float[] rows = new float[indices.length * d];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(all, indices[i] * d, rows, i * d, d);
    }
    return rows;
  }

  /** Puts rows where these indices say. */
  static void scatter(float[] rows, int[] indices, float[] all) {
    int d = rows.length / indices.length;
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(rows, i * d, all, indices[i] * d, d);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    replicas.stream().skip(1).forEach(Parameters::close);
  }
}
