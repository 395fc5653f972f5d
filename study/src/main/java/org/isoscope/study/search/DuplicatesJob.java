package org.isoscope.study.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.geometry.Calibration;
import org.isoscope.geometry.NearPairs;
import org.isoscope.io.UserError;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pairs of texts, or of the vectors of a file, that are alike: exact, by comparing all
 * pairs. In memory are 4 d bytes a row, and the pairs that are kept. The job holds settings only
 * and may be run more than once. Setters give the job itself; it is not for several threads at
 * once.
 */
public final class DuplicatesJob {
  /** Numbers of half precision put the cosine of a vector with itself so far from 1 at most. */
  private static final double SAME = 1 - 1e-6;

  private static final int MOST = 10_000_000;

  private final @Nullable ModelChoice model;
  private final @Nullable ColumnChoice text;
  private final @Nullable VectorFile vectors;
  private int most = 10_000;
  private boolean groups;
  private CutChoice cut = CutChoice.NONE;
  private @Nullable Pooling pooling;
  private int threads = Runtime.getRuntime().availableProcessors();

  private DuplicatesJob(
      @Nullable ModelChoice model, @Nullable ColumnChoice text, @Nullable VectorFile vectors) {
    this.model = model;
    this.text = text;
    this.vectors = vectors;
  }

  /**
   * Compares the sentences of a text.
   *
   * @param text as {@link org.isoscope.corpus.Corpus#choose} gives it
   */
  public static DuplicatesJob ofText(ModelChoice model, ColumnChoice text) {
    return new DuplicatesJob(model, text, null);
  }

  /** Compares the vectors of a file. */
  public static DuplicatesJob ofVectors(VectorFile vectors) {
    return new DuplicatesJob(null, null, vectors);
  }

  /**
   * Pairs to tell at most, the most alike; or, of groups, rows in them. Default: 10,000.
   *
   * @throws UserError for fewer than 1 or more than 10,000,000
   */
  public DuplicatesJob most(int pairs) {
    UserError.requireRange("most", pairs, pairs >= 1 && pairs <= MOST, "from 1 to " + MOST);
    this.most = pairs;
    return this;
  }

  /**
   * Whether to tell groups, not pairs: what pairs connect, by single link, so that two rows of a
   * group need not be alike. Default: pairs.
   */
  public DuplicatesJob groups(boolean groups) {
    this.groups = groups;
    return this;
  }

  /**
   * Pairs that reach it are told. Where a calibration is named and nothing else asked, it is the
   * cosine above which 1 in 100,000 unrelated pairs lies; without one, pairs of the same vector
   * alone are found: a cosine that says more depends on the model.
   */
  public DuplicatesJob cut(CutChoice choice) {
    this.cut = choice;
    return this;
  }

  /** Of the embeddings. Default: null, the model's own, else mean. */
  public DuplicatesJob pooling(@Nullable Pooling pooling) {
    this.pooling = pooling;
    return this;
  }

  /** Cores to use. Default: all. */
  public DuplicatesJob threads(int threads) {
    this.threads = threads;
    return this;
  }

  /**
   * What was found.
   *
   * @param compared name of the text or of the file
   * @param rows how many were compared
   * @param cut what pairs reach
   * @param found how many pairs reach it
   * @param unrelated how many pairs that have nothing to do with each other are expected to reach
   *     it, by the calibration: its rate times all pairs; null without a rate
   * @param pairs the most alike first; none where groups are asked for
   * @param grouped how many groups the pairs make
   * @param groups the largest first, each in the order of its rows; none where pairs are asked for
   */
  public record Result(
      String compared,
      int rows,
      Cut cut,
      long found,
      @Nullable Double unrelated,
      List<Pair> pairs,
      int grouped,
      List<List<FoundRow>> groups) {
    /** Keeps its own copies of the lists. */
    public Result {
      pairs = List.copyOf(pairs);
      groups = groups.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Two rows that are alike.
   *
   * @param cosine -1 to 1
   * @param percentile the share of unrelated pairs that are no more alike, 0 to 1; null without a
   *     calibration
   * @param first the earlier row
   * @param second the later
   */
  public record Pair(double cosine, @Nullable Double percentile, FoundRow first, FoundRow second) {}

  /**
   * Compares all pairs.
   *
   * @throws UserError where the model, what is compared, or the calibration cannot be read
   */
  public Result run(JobListener listener) {
    CutChoice.Read read =
        cut.calibration() != null && cut.threshold() == null && cut.rate() == null
            ? new CutChoice(null, cut.calibration(), Calibration.FINEST_RATE).read(file -> null)
            : cut.read(file -> new Cut(SAME, Cut.Kind.SAME, null));
    if (read.file() != null && read.file().relatedPairs() != null) {
      listener.note(
          "the calibration is of texts of two kinds, as questions with answers; of duplicates within"
              + " a text it says little: analyze the text without pairs that belong together");
    }
    if (vectors != null) {
      return compare(new FileRows(vectors, listener), read, listener);
    }
    ModelChoice choice = Objects.requireNonNull(model);
    CutChoice.tellOtherModel(read.file(), choice.name(), listener);
    try (Encoder encoder = choice.open(threads, Precision.FP32, listener)) {
      Pooling used = pooling == null ? encoder.pooling() : pooling;
      TextRows rows = new TextRows(encoder, used, Objects.requireNonNull(text), listener);
      return compare(rows, read, listener);
    }
  }

  private Result compare(VectorRows rows, CutChoice.Read read, JobListener listener) {
    NearPairs near = new NearPairs(rows.dimension());
    rows.forEachBlock(near::add);
    Cut least = Objects.requireNonNull(read.cut());
    NearPairs.Result found = near.find(least.cosine(), most, threads, listener.pairs(near.pairs()));
    List<List<Integer>> shown = groups ? shown(found.groups()) : List.of();
    Set<Integer> wanted = new TreeSet<>();
    shown.forEach(wanted::addAll);
    List<NearPairs.Pair> pairs = groups ? List.of() : found.pairs();
    pairs.forEach(pair -> wanted.addAll(List.of(pair.first(), pair.second())));
    Map<Integer, FoundRow> by = rows.find(wanted);
    return new Result(
        rows.name(),
        near.size(),
        least,
        found.found(),
        least.rate() == null ? null : least.rate() * near.pairs(),
        pairs.stream()
            .map(
                pair ->
                    new Pair(
                        pair.cosine(),
                        read.percentile(pair.cosine()),
                        row(by, pair.first()),
                        row(by, pair.second())))
            .toList(),
        found.groups().size(),
        shown.stream()
            .map(group -> group.stream().map(number -> row(by, number)).toList())
            .toList());
  }

  /** The largest groups, as many as have no more rows together than are to be told. */
  private List<List<Integer>> shown(List<List<Integer>> all) {
    List<List<Integer>> shown = new ArrayList<>();
    long rows = 0;
    for (List<Integer> group : all) {
      rows += group.size();
      if (rows > most) {
        break;
      }
      shown.add(group);
    }
    return shown;
  }

  private static FoundRow row(Map<Integer, FoundRow> rows, int number) {
    return Objects.requireNonNull(rows.get(number), "a file that changed while it was read");
  }
}
