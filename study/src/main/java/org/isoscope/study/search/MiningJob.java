package org.isoscope.study.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Cosine;
import org.isoscope.geometry.CosineRanking;
import org.isoscope.io.UserError;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;
import org.isoscope.study.RunRecord;
import org.isoscope.torch.Precision;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * Mines hard negatives for a training on pairs: answers of other queries that the model takes for
 * near, and that are not right.
 *
 * <p>For each query all answers are ranked by cosine, exactly, each behind the model's prompt for
 * it; left out are those that are right:
 *
 * <ul>
 *   <li>the query's own answers, character by character, and those of queries that are near copies
 *       of it;
 *   <li>near copies of these answers: four fifths of the words are the same ({@link
 *       GroupedCorpus}).
 * </ul>
 *
 * <p>The others have ranks from 1. Those in the range of ranks are candidates. Of these go again
 * those whose cosine is above a limit, since they may be right though nobody said so: the greatest
 * cosine; the threshold of a calibration; the cosine c of the query with its right answer, less an
 * absolute margin m (c - m) or a relative one (c - m |c|). Where a query has several right answers,
 * c is the least. Of what is left the first are taken, or some at random.
 *
 * <p>That is {@code mine_hard_negatives} of sentence-transformers 5, its names and defaults
 * included, but for three things: near copies of right answers are no candidates; ranks are counted
 * before the limits, not after; and a model's calibration can be the limit.
 *
 * <p>Queries times answers times d multiply-adds beside the embedding. The texts and the queries'
 * vectors are in memory, the answers' vectors block by block. The job holds settings only and may
 * be run more than once. Setters give the job itself; it is not for several threads at once.
 */
public final class MiningJob {
  /** The ranking keeps so many answers for each query. */
  private static final int MOST_RANK = 10_000;

  private static final int BLOCK = 8192;

  /** Where limits take candidates away, so many of them are looked at for each negative wanted. */
  private static final int CANDIDATES_A_NEGATIVE = 10;

  private final ModelChoice model;
  private final PairCorpus pairs;
  private int negatives = 3;
  private @Nullable RankRange range;
  private @Nullable Double absoluteMargin;
  private @Nullable Double relativeMargin;
  private CutChoice limit = CutChoice.NONE;
  private Sampling sampling = Sampling.TOP;
  private @Nullable Pooling pooling;
  private Seed seed = new Seed(42);
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * A job with the settings that {@code isoscope mine} has by default.
   *
   * @param pairs queries with their right answers; hard negatives that they have already may be
   *     mined like any answer
   */
  public MiningJob(ModelChoice model, PairCorpus pairs) {
    this.model = model;
    this.pairs = pairs;
  }

  /** Which of the candidates are taken. */
  public enum Sampling {
    /** Those of the highest cosine. */
    TOP,
    /** Any, all equally likely. */
    RANDOM;

    /**
     * One of its name, in any case.
     *
     * @throws UserError for another word
     */
    public static Sampling parse(String name) {
      for (Sampling each : values()) {
        if (each.name().equalsIgnoreCase(name)) {
          return each;
        }
      }
      throw UserError.parameter(
          "sampling", name, "is no way to sample", "top or random", "Choose one");
    }

    /** As options have it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Ranks of candidates, from 1, right answers not counted.
   *
   * @param first the first, at least 1
   * @param last the last, at most 10,000
   */
  public record RankRange(int first, int last) {
    /**
     * Checks the range.
     *
     * @throws UserError where it is empty, or out of bounds
     */
    public RankRange {
      if (first < 1 || last < first || last > MOST_RANK) {
        throw wrong(first + ":" + last);
      }
    }

    /**
     * Reads one.
     *
     * @param text as {@code 10:50}
     * @throws UserError where it is something else
     */
    public static RankRange parse(String text) {
      if (!text.matches("\\d{1,6}:\\d{1,6}")) {
        throw wrong(text);
      }
      String[] bounds = text.split(":", -1);
      return new RankRange(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
    }

    private static UserError wrong(String text) {
      return UserError.parameter(
          "rankRange",
          text,
          "is no range of ranks",
          "FIRST:LAST, such as 10:50, from 1 to " + MOST_RANK,
          "Choose another");
    }

    @Override
    public String toString() {
      return first + ":" + last;
    }
  }

  /**
   * Negatives of each query, at most. Default: 3.
   *
   * @throws UserError for fewer than 1 or more than 1,000
   */
  public MiningJob negatives(int negatives) {
    UserError.requireRange(
        "negatives", negatives, negatives >= 1 && negatives <= 1000, "from 1 to 1000");
    this.negatives = negatives;
    return this;
  }

  /**
   * Ranks of the candidates. Default: null, from 1 to the number of negatives or, where there is a
   * limit or some are drawn at random, to ten times as many.
   */
  public MiningJob range(@Nullable RankRange range) {
    this.range = range;
    return this;
  }

  /**
   * How far below its right answer's cosine with the query a negative's must be, at least. Default:
   * null, no matter.
   *
   * @throws UserError where it is not from 0 to 2
   */
  public MiningJob absoluteMargin(@Nullable Double margin) {
    if (margin != null) {
      UserError.requireRange(
          "absoluteMargin", margin, margin >= 0 && margin <= 2, "a cosine: from 0 to 2");
    }
    this.absoluteMargin = margin;
    return this;
  }

  /**
   * The same as a share of the right answer's cosine. Default: null, no matter.
   *
   * @throws UserError where it is not from 0 to 1
   */
  public MiningJob relativeMargin(@Nullable Double margin) {
    if (margin != null) {
      UserError.requireRange(
          "relativeMargin", margin, margin >= 0 && margin <= 1, "a share: from 0 to 1");
    }
    this.relativeMargin = margin;
    return this;
  }

  /**
   * The greatest cosine of a negative: asked as a threshold, or as the false-positive rate of a
   * calibration. Where a calibration is named and nothing else asked, its recommended threshold is
   * the limit. Default: none.
   */
  public MiningJob limit(CutChoice choice) {
    this.limit = choice;
    return this;
  }

  /** Which candidates are taken. Default: {@link Sampling#TOP}. */
  public MiningJob sampling(Sampling sampling) {
    this.sampling = sampling;
    return this;
  }

  /** Of the embeddings. Default: null, the model's own, else mean. */
  public MiningJob pooling(@Nullable Pooling pooling) {
    this.pooling = pooling;
    return this;
  }

  /** Of the draws. Default: 42. */
  public MiningJob seed(Seed seed) {
    this.seed = seed;
    return this;
  }

  /** Cores to use. Default: all. */
  public MiningJob threads(int threads) {
    this.threads = threads;
    return this;
  }

  /**
   * What was mined.
   *
   * @param name of the pairs
   * @param range the ranks that were candidates
   * @param limit the greatest cosine that was allowed; null: none
   * @param queries how many there are; equal ones are one
   * @param answers how many were searched; equal ones are one
   * @param whole queries that have as many negatives as were wanted
   * @param none queries that have no negative
   * @param nothing of these, queries for which no answer that is not right has a rank in the range
   * @param above the others of these: every candidate is above a limit
   * @param mined one for each pair of a query that has a negative, in the order of the pairs; equal
   *     pairs are one
   */
  public record Result(
      String name,
      RankRange range,
      @Nullable Cut limit,
      int queries,
      int answers,
      int whole,
      int none,
      int nothing,
      int above,
      List<Mined> mined) {
    /** Keeps its own copy of the list. */
    public Result {
      mined = List.copyOf(mined);
    }
  }

  /**
   * A pair with its negatives.
   *
   * @param query of the pair
   * @param answer right for it
   * @param cosine of the two
   * @param negatives the nearest first, at least one
   * @param cosines of the query with each
   */
  public record Mined(
      String query, String answer, double cosine, List<String> negatives, List<Double> cosines) {
    /** Keeps its own copies of the lists. */
    public Mined {
      negatives = List.copyOf(negatives);
      cosines = List.copyOf(cosines);
    }
  }

  /**
   * Mines.
   *
   * @throws UserError where the model or the calibration cannot be read, the calibration recommends
   *     no threshold and none is asked, or fewer ranks than negatives are asked for
   */
  public Result run(JobListener listener) {
    CutChoice.Read read = limit.read(CutChoice::recommended);
    if (read.file() != null && read.cut() == null) {
      throw UserError.parameter(
          "calibration",
          limit.calibration() == null ? "" : limit.calibration(),
          "recommends no threshold, as it was made without pairs that belong together",
          "a false-positive rate, too, or a calibration of such pairs",
          "Set "
              + UserError.name("rate")
              + ", or calibrate with pairs that belong together ("
              + UserError.name("related")
              + ")");
    }
    CutChoice.tellOtherModel(read.file(), model.name(), listener);
    RankRange ranks = ranks(read.cut() != null);
    RetrievalCorpus corpus = RetrievalCorpus.of(pairs);
    List<BitSet> right = right(corpus);
    try (Encoder encoder = model.open(threads, Precision.FP32, listener)) {
      Pooling used = pooling == null ? encoder.pooling() : pooling;
      RunRecord.tellPrompts(model.name(), encoder, listener::note);
      Encoder asking = encoder.forQueries();
      Encoder answering = encoder.forDocuments();
      TokenizedText queries = asking.tokenizer().tokenize(corpus.queries());
      long truncated = queries.truncated();
      float[] directions = TextRows.flat(asking, queries, used);
      int d = encoder.dimension(used);
      CosineRanking ranking =
          CosineRanking.of(
              directions, d, ranks.last(), (query, answer) -> !right.get(query).get(answer));
      List<Map<Integer, Double>> own = new ArrayList<>(); // cosines with right answers
      corpus.queries().forEach(query -> own.add(new HashMap<>()));
      List<List<Integer>> queriesOf = asking(corpus);
      LongConsumer told = listener.vectors("embedding " + corpus.name());
      List<String> answers = corpus.documents();
      for (int from = 0; from < answers.size(); from += BLOCK) {
        int to = Math.min(answers.size(), from + BLOCK);
        TokenizedText text = answering.tokenizer().tokenize(answers.subList(from, to));
        truncated += text.truncated();
        float[] block = TextRows.flat(answering, text, used);
        ranking.add(block, threads);
        for (int a = from; a < to; a++) {
          for (int query : queriesOf.get(a)) {
            own.get(query).put(a, Cosine.of(directions, query * d, block, (a - from) * d, d));
          }
        }
        told.accept(to);
      }
      if (truncated > 0) {
        long texts = (long) corpus.queries().size() + answers.size();
        listener.note(RunRecord.cut(corpus.name(), truncated, texts, encoder));
      }
      return mined(corpus, ranking, own, ranks, read.cut());
    }
  }

  private RankRange ranks(boolean limited) {
    boolean choice =
        limited || absoluteMargin != null || relativeMargin != null || sampling == Sampling.RANDOM;
    RankRange ranks =
        range != null
            ? range
            : new RankRange(
                1, Math.min(MOST_RANK, choice ? CANDIDATES_A_NEGATIVE * negatives : negatives));
    if (ranks.last() - ranks.first() + 1 < negatives) {
      throw UserError.parameter(
          "rankRange",
          ranks,
          "holds fewer candidates than negatives are wanted",
          "at least " + negatives + " ranks",
          "Widen it, or ask for fewer negatives");
    }
    return ranks;
  }

  /** For each query the answers that are right, or may be as near copies. */
  private static List<BitSet> right(RetrievalCorpus corpus) {
    int[] queryGroups = copies("queries", corpus.queries());
    int[] answerGroups = copies("answers", corpus.documents());
    Map<Integer, BitSet> copiesOf = new HashMap<>(); // answers by their group
    for (int a = 0; a < answerGroups.length; a++) {
      copiesOf.computeIfAbsent(answerGroups[a], group -> new BitSet()).set(a);
    }
    Map<Integer, BitSet> byGroup = new HashMap<>(); // right answers by the queries' group
    for (int q = 0; q < queryGroups.length; q++) {
      BitSet right = byGroup.computeIfAbsent(queryGroups[q], group -> new BitSet());
      for (int answer : corpus.relevant().get(q).keySet()) {
        right.or(copiesOf.getOrDefault(answerGroups[answer], new BitSet()));
      }
    }
    return Arrays.stream(queryGroups)
        .mapToObj(group -> byGroup.getOrDefault(group, new BitSet()))
        .toList();
  }

  /** The group of each text, of which no two are equal: near copies are of one. */
  private static int[] copies(String name, List<String> texts) {
    List<Integer> each = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      each.add(i);
    }
    return GroupedCorpus.of(name, texts, each).groups().stream().mapToInt(g -> g).toArray();
  }

  /** For each answer the queries that it is right for. */
  private static List<List<Integer>> asking(RetrievalCorpus corpus) {
    List<List<Integer>> asking = new ArrayList<>();
    corpus.documents().forEach(answer -> asking.add(new ArrayList<>()));
    for (int q = 0; q < corpus.queries().size(); q++) {
      for (int answer : corpus.relevant().get(q).keySet()) {
        asking.get(answer).add(q);
      }
    }
    return asking;
  }

  private Result mined(
      RetrievalCorpus corpus,
      CosineRanking ranking,
      List<Map<Integer, Double>> own,
      RankRange ranks,
      @Nullable Cut cut) {
    int whole = 0;
    int nothing = 0;
    int above = 0;
    List<int[]> taken = new ArrayList<>();
    List<double[]> cosines = new ArrayList<>();
    for (int q = 0; q < own.size(); q++) {
      int[] answers = ranking.documents(q);
      double[] near = ranking.cosines(q);
      double highest = highest(own.get(q), cut);
      int first = ranks.first() - 1;
      while (first < answers.length && near[first] > highest) {
        first++;
      }
      int[] places = places(q, first, answers.length);
      taken.add(Arrays.stream(places).map(place -> answers[place]).toArray());
      cosines.add(Arrays.stream(places).mapToDouble(place -> near[place]).toArray());
      whole += places.length == negatives ? 1 : 0;
      nothing += answers.length < ranks.first() ? 1 : 0;
      above += answers.length >= ranks.first() && places.length == 0 ? 1 : 0;
    }
    List<Mined> mined = new ArrayList<>();
    Map<String, Integer> queries = numbers(corpus.queries());
    Map<String, Integer> documents = numbers(corpus.documents());
    Set<List<Integer>> seen = new LinkedHashSet<>();
    for (PairCorpus.Pair pair : pairs.pairs()) {
      int q = queries.getOrDefault(pair.first(), -1);
      int a = documents.getOrDefault(pair.second(), -1);
      if (taken.get(q).length > 0 && seen.add(List.of(q, a))) {
        mined.add(
            new Mined(
                pair.first(),
                pair.second(),
                own.get(q).getOrDefault(a, 0.0),
                Arrays.stream(taken.get(q)).mapToObj(corpus.documents()::get).toList(),
                Arrays.stream(cosines.get(q)).boxed().toList()));
      }
    }
    return new Result(
        corpus.name(),
        ranks,
        cut,
        own.size(),
        corpus.documents().size(),
        whole,
        nothing + above,
        nothing,
        above,
        mined);
  }

  /** The greatest cosine that a negative of a query may have. */
  private double highest(Map<Integer, Double> own, @Nullable Cut cut) {
    double right = own.values().stream().mapToDouble(c -> c).min().orElseThrow();
    double highest = cut == null ? Double.POSITIVE_INFINITY : cut.cosine();
    if (absoluteMargin != null) {
      highest = Math.min(highest, right - absoluteMargin);
    }
    if (relativeMargin != null) {
      highest = Math.min(highest, right - relativeMargin * Math.abs(right));
    }
    return highest;
  }

  /** Which places of a query's ranking are taken, ascending. */
  private int[] places(int query, int first, int end) {
    int candidates = Math.max(0, end - first);
    if (sampling == Sampling.TOP || candidates <= negatives) {
      return IntStream.range(first, first + Math.min(negatives, candidates)).toArray();
    }
    return Arrays.stream(seed.permutation("negatives", query, candidates))
        .limit(negatives)
        .map(place -> first + place)
        .sorted()
        .toArray();
  }

  private static Map<String, Integer> numbers(List<String> texts) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      numbers.put(texts.get(i), i);
    }
    return numbers;
  }
}
