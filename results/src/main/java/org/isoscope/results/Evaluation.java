package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Quality figures of a model: {@code evaluation.json}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param model the model's name, as the user gave it
 * @param sets semantic textual similarity, an entry per set, pooling and step
 * @param retrieval finding the right documents among many; absent where none was done
 * @param pairClassification telling pairs that belong together from others; absent where none was
 *     done
 * @param clustering finding known classes; absent where none was done
 * @param reranking putting a query's own documents in order; absent where none was done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Evaluation(
    int schema,
    String model,
    List<Set> sets,
    @Nullable List<Retrieval> retrieval,
    @Nullable List<PairClassification> pairClassification,
    @Nullable List<Clustering> clustering,
    @Nullable List<Reranking> reranking) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copies of the lists. */
  public Evaluation {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(model, "model");
    sets = List.copyOf(Objects.requireNonNull(sets, "sets"));
    retrieval = retrieval == null ? null : List.copyOf(retrieval);
    pairClassification = pairClassification == null ? null : List.copyOf(pairClassification);
    clustering = clustering == null ? null : List.copyOf(clustering);
    reranking = reranking == null ? null : List.copyOf(reranking);
  }

  /** Of similarity and retrieval alone, as a training has it. */
  public Evaluation(int schema, String model, List<Set> sets, @Nullable List<Retrieval> retrieval) {
    this(schema, model, sets, retrieval, null, null, null);
  }

  /**
   * Correlation of the model's cosines with human scores.
   *
   * @param name the set's name, its file's usually
   * @param pairs how many scored pairs
   * @param pooling mean, cls, max, first-last or last-two
   * @param spearman rank correlation, -1 to 1; undefined where either side is constant
   * @param pearson correlation, -1 to 1; undefined where either side is constant
   * @param quarterSpearman the rank correlation that a quarter of the dimensions gives, drawn at
   *     random, mean of several draws, -1 to 1 (as Takeshita et al. 2025, arXiv 2508.17744, leave
   *     dimensions out); absent where that is undefined
   * @param step the training step; absent outside a training
   * @param transform of the embeddings, its kind; absent where they are as the model gives them
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Set(
      String name,
      long pairs,
      String pooling,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Double spearman,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Double pearson,
      @Nullable Double quarterSpearman,
      @Nullable Integer step,
      @Nullable String transform) {
    /** Refuses what has no name or pooling. */
    public Set {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(pooling, "pooling");
    }
  }

  /**
   * How well each query finds its right documents among all documents, by cosine.
   *
   * @param name the set's name
   * @param queries how many queries
   * @param candidates how many documents each is held against
   * @param pooling mean, cls, max, first-last or last-two
   * @param accuracy share of queries whose first document is right, 0 to 1
   * @param meanReciprocalRank mean of 1 / rank of the first right document, 0 to 1: 0 where that is
   *     not among the first 10; of files without {@code measures} without this limit
   * @param step the training step; absent outside a training
   * @param measures every measure; absent in files of earlier programs
   * @param groups of queries that depend on each other, as many as queries where each is one;
   *     absent in files of earlier programs
   * @param unjudged how many other queries were left out, since no document is right for them;
   *     absent in files of earlier programs
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Retrieval(
      String name,
      long queries,
      long candidates,
      String pooling,
      double accuracy,
      double meanReciprocalRank,
      @Nullable Integer step,
      @Nullable List<Measure> measures,
      @Nullable Integer groups,
      @Nullable Integer unjudged) {
    /** Refuses what has no name or pooling; keeps its own copy of the list. */
    public Retrieval {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(pooling, "pooling");
      measures = measures == null ? null : List.copyOf(measures);
    }

    /** As files of earlier programs have it. */
    public Retrieval(
        String name,
        long queries,
        long candidates,
        String pooling,
        double accuracy,
        double meanReciprocalRank,
        @Nullable Integer step) {
      this(
          name, queries, candidates, pooling, accuracy, meanReciprocalRank, step, null, null, null);
    }
  }

  /**
   * How well the cosine of two texts tells whether they belong together.
   *
   * @param name the set's name
   * @param pairs how many pairs
   * @param related how many of them belong together
   * @param groups of pairs that depend on each other, as many as pairs where each is one
   * @param pooling mean, cls, max, first-last or last-two
   * @param measures average precision and ROC AUC
   * @param f1 the greatest F1 that a threshold reaches, chosen on these pairs, 0 to 1
   * @param f1Threshold pairs with at least this cosine are taken for related
   * @param precision at that threshold, 0 to 1
   * @param recall at that threshold, 0 to 1
   * @param accuracy the greatest share of pairs that a threshold tells rightly, chosen on these
   *     pairs, 0 to 1
   * @param accuracyThreshold pairs with at least this cosine are taken for related
   */
  public record PairClassification(
      String name,
      long pairs,
      long related,
      int groups,
      String pooling,
      List<Measure> measures,
      double f1,
      double f1Threshold,
      double precision,
      double recall,
      double accuracy,
      double accuracyThreshold) {
    /** Refuses what has no name or pooling; keeps its own copy of the list. */
    public PairClassification {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(pooling, "pooling");
      measures = List.copyOf(Objects.requireNonNull(measures, "measures"));
    }
  }

  /**
   * How well clusters that k-means finds, as many as there are labels, agree with the labels.
   *
   * @param name the set's name
   * @param texts how many texts
   * @param labels how many different labels, and clusters
   * @param pooling mean, cls, max, first-last or last-two
   * @param vMeasure harmonic mean of homogeneity and completeness, 0 to 1
   * @param homogeneity 1 where each cluster has texts of one label only, 0 to 1
   * @param completeness 1 where all texts of a label are in one cluster, 0 to 1
   * @param starts of k-means, of which the one with the least inertia has these figures
   * @param overStarts the least and the greatest V-measure of a start: how much depends on it
   */
  public record Clustering(
      String name,
      long texts,
      int labels,
      String pooling,
      double vMeasure,
      double homogeneity,
      double completeness,
      int starts,
      Interval overStarts) {
    /** Refuses what has no name, pooling or starts. */
    public Clustering {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(pooling, "pooling");
      Objects.requireNonNull(overStarts, "overStarts");
    }
  }

  /**
   * How well the cosine with a query puts right documents before wrong ones, of its own documents.
   *
   * @param name the set's name
   * @param queries how many queries
   * @param documents of all of them together
   * @param pooling mean, cls, max, first-last or last-two
   * @param measures every measure
   * @param unjudged how many other queries were left out, since they have no right or no wrong
   *     document
   */
  public record Reranking(
      String name,
      long queries,
      long documents,
      String pooling,
      List<Measure> measures,
      int unjudged) {
    /** Refuses what has no name or pooling; keeps its own copy of the list. */
    public Reranking {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(pooling, "pooling");
      measures = List.copyOf(Objects.requireNonNull(measures, "measures"));
    }
  }

  /**
   * A mean over queries, or a figure of pairs.
   *
   * @param name recall@1, recall@5, recall@10, recall@100, MRR@10, nDCG@10 or MAP@100 of retrieval;
   *     MAP, MRR@10 or nDCG@10 of reranking; average precision or ROC AUC of pairs
   * @param value 0 to 1
   * @param interval 95 %, for other queries or pairs of the same kind; of means not cut at 0 and 1;
   *     absent for fewer than 10 groups of queries or pairs, or where it cannot be told
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Measure(String name, double value, @Nullable Interval interval) {
    /** Refuses what has no name. */
    public Measure {
      Objects.requireNonNull(name, "name");
    }
  }
}
