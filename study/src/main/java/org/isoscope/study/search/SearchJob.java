package org.isoscope.study.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.CosineRanking;
import org.isoscope.io.UserError;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;
import org.isoscope.study.RunRecord;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;

/**
 * Searches texts, or the vectors of a file, for queries: for each query all rows are ranked by
 * cosine, exactly. Each is put behind the model's prompt for it. What is searched goes through
 * memory block by block, and may be larger than it; the queries' vectors are kept. The job holds
 * settings only and may be run more than once. Setters give the job itself; it is not for several
 * threads at once.
 */
public final class SearchJob {
  /** The ranking keeps so many rows for each query. */
  private static final int MOST = 10_000;

  private final @Nullable ModelChoice model;
  private final @Nullable ColumnChoice text;
  private final List<String> queries;
  private final @Nullable VectorFile vectors;
  private final @Nullable VectorFile queryVectors;
  private int top = 10;
  private CutChoice cut = CutChoice.NONE;
  private @Nullable Pooling pooling;
  private int threads = Runtime.getRuntime().availableProcessors();

  private SearchJob(
      @Nullable ModelChoice model,
      @Nullable ColumnChoice text,
      List<String> queries,
      @Nullable VectorFile vectors,
      @Nullable VectorFile queryVectors) {
    this.model = model;
    this.text = text;
    this.queries = List.copyOf(queries);
    this.vectors = vectors;
    this.queryVectors = queryVectors;
  }

  /**
   * Searches a text.
   *
   * @param text what is searched, as {@link org.isoscope.corpus.Corpus#choose} gives it
   * @param queries at least one, none of them blank
   * @throws UserError where there is none, or one is blank
   */
  public static SearchJob ofText(ModelChoice model, ColumnChoice text, List<String> queries) {
    for (String query : queries) {
      if (query.isBlank()) {
        throw UserError.parameter(
            "query", query, "is blank", "a text to search for", "Leave it out");
      }
    }
    if (queries.isEmpty()) {
      throw UserError.parameter(
          "query", "", "is missing", "at least one text to search for", "Give one");
    }
    return new SearchJob(model, text, queries, null, null);
  }

  /**
   * Searches the vectors of a file.
   *
   * @param vectors what is searched
   * @param queries vectors of the same model
   * @throws UserError where the vectors of one are longer than those of the other
   */
  public static SearchJob ofVectors(VectorFile vectors, VectorFile queries) {
    if (queries.dimension() != vectors.dimension()) {
      throw new UserError(
          queries.name(),
          "has vectors of " + queries.dimension() + " elements",
          vectors.dimension() + ", as " + vectors.name() + " has",
          "Name vectors of the same model");
    }
    return new SearchJob(null, null, List.of(), vectors, queries);
  }

  /**
   * Rows to tell for each query, at most. Default: 10.
   *
   * @throws UserError for fewer than 1 or more than 10,000
   */
  public SearchJob top(int rows) {
    UserError.requireRange("top", rows, rows >= 1 && rows <= MOST, "from 1 to " + MOST);
    this.top = rows;
    return this;
  }

  /**
   * Rows that are less alike are left out. Where a calibration is named and nothing else asked, its
   * recommended threshold is the cut, if it has one. Default: none is left out.
   */
  public SearchJob cut(CutChoice choice) {
    this.cut = choice;
    return this;
  }

  /** Of the embeddings. Default: null, the model's own, else mean. */
  public SearchJob pooling(@Nullable Pooling pooling) {
    this.pooling = pooling;
    return this;
  }

  /** Cores to use. Default: all. */
  public SearchJob threads(int threads) {
    this.threads = threads;
    return this;
  }

  /**
   * What was found.
   *
   * @param searched name of the text or of the file
   * @param rows how many were searched
   * @param cut what was left out below; null: nothing
   * @param answers one for each query, in their order
   */
  public record Result(String searched, int rows, @Nullable Cut cut, List<Answer> answers) {
    /** Keeps its own copy of the list. */
    public Result {
      answers = List.copyOf(answers);
    }
  }

  /**
   * What was found for a query.
   *
   * @param query its text; of vectors the text beside it, else its id, else its row from 0
   * @param hits the nearest first; of equally near ones that of the earlier row
   */
  public record Answer(String query, List<Hit> hits) {
    /** Keeps its own copy of the list. */
    public Answer {
      hits = List.copyOf(hits);
    }
  }

  /**
   * A row that was found.
   *
   * @param rank from 1
   * @param cosine -1 to 1
   * @param percentile the share of unrelated pairs that are no more alike, 0 to 1; null without a
   *     calibration
   * @param row what stands in it
   */
  public record Hit(int rank, double cosine, @Nullable Double percentile, FoundRow row) {}

  /**
   * Searches.
   *
   * @throws UserError where the model, what is searched, or the calibration cannot be read
   */
  public Result run(JobListener listener) {
    CutChoice.Read read = cut.read(CutChoice::recommended);
    if (vectors != null && queryVectors != null) {
      FileRows of = new FileRows(queryVectors, listener);
      float[] directions = of.all();
      int n = directions.length / of.dimension();
      Map<Integer, FoundRow> rows =
          of.find(IntStream.range(0, n).boxed().collect(Collectors.toSet()));
      List<String> names = IntStream.range(0, n).mapToObj(i -> name(found(rows, i))).toList();
      return search(new FileRows(vectors, listener), names, directions, read);
    }
    ModelChoice choice = Objects.requireNonNull(model);
    CutChoice.tellOtherModel(read.file(), choice.name(), listener);
    try (Encoder encoder = choice.open(threads, Precision.FP32, listener)) {
      Pooling used = pooling == null ? encoder.pooling() : pooling;
      RunRecord.tellPrompts(choice.name(), encoder, listener::note);
      Encoder asking = encoder.forQueries();
      TokenizedText tokens = asking.tokenizer().tokenize(queries);
      if (tokens.truncated() > 0) {
        listener.note(RunRecord.cut("queries", tokens.truncated(), queries.size(), asking));
      }
      float[] directions = TextRows.flat(asking, tokens, used);
      TextRows searched =
          new TextRows(encoder.forDocuments(), used, Objects.requireNonNull(text), listener);
      return search(searched, queries, directions, read);
    }
  }

  private Result search(
      VectorRows searched, List<String> names, float[] directions, CutChoice.Read read) {
    CosineRanking ranking = CosineRanking.of(directions, searched.dimension(), top);
    searched.forEachBlock(block -> ranking.add(block, threads));
    double least = read.cut() == null ? Double.NEGATIVE_INFINITY : read.cut().cosine();
    Set<Integer> wanted = new TreeSet<>();
    for (int q = 0; q < names.size(); q++) {
      int[] rows = ranking.documents(q);
      double[] cosines = ranking.cosines(q);
      for (int r = 0; r < rows.length && cosines[r] >= least; r++) {
        wanted.add(rows[r]);
      }
    }
    Map<Integer, FoundRow> rows = searched.find(wanted);
    List<Answer> answers = new ArrayList<>();
    for (int q = 0; q < names.size(); q++) {
      int[] documents = ranking.documents(q);
      double[] cosines = ranking.cosines(q);
      int hits = (int) Arrays.stream(cosines).filter(cosine -> cosine >= least).count();
      List<Hit> found = new ArrayList<>();
      for (int r = 0; r < hits; r++) {
        double cosine = Math.max(-1, Math.min(1, cosines[r])); // else off by rounding
        found.add(new Hit(r + 1, cosine, read.percentile(cosine), found(rows, documents[r])));
      }
      answers.add(new Answer(names.get(q), found));
    }
    return new Result(searched.name(), ranking.size(), read.cut(), answers);
  }

  private static FoundRow found(Map<Integer, FoundRow> rows, int number) {
    return Objects.requireNonNull(rows.get(number), "a file that changed while it was read");
  }

  private static String name(FoundRow row) {
    return row.text() != null
        ? row.text()
        : row.id() != null ? row.id() : String.valueOf(row.row());
  }
}
