package org.isoscope.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.DistinctTexts;
import org.isoscope.corpus.Fingerprint;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.io.UserError;
import org.isoscope.results.Run;
import org.isoscope.training.Seed;
import org.isoscope.training.TrainingItems;
import org.jspecify.annotations.Nullable;

/**
 * The data sets of a training. They are read row by row, in one pass that tokenizes them, leaves
 * out duplicates of sentences, and gathers what run.json tells; their texts are never in memory.
 */
public final class TrainingData {
  /** Rows that are tokenized at once. */
  private static final int WINDOW = 4096;

  private final List<Set> sets;
  private final int columns;
  private final boolean scored;
  private final List<Double> weights;
  private final Columns chosen;
  private final @Nullable GroupedCorpus grouped;
  private final int sampled;

  private TrainingData(
      List<Set> sets,
      int columns,
      boolean scored,
      List<Double> weights,
      Columns chosen,
      @Nullable GroupedCorpus grouped,
      int sampled) {
    this.sets = sets;
    this.columns = columns;
    this.scored = scored;
    this.weights = weights;
    this.chosen = chosen;
    this.grouped = grouped;
    this.sampled = sampled;
  }

  /**
   * One row.
   *
   * @param texts as many as there are columns
   * @param score of a scored pair, else 0
   * @param line of the fingerprint
   * @param group what it has in common with others of its set that depend on it; null: nothing
   */
  private record Row(List<String> texts, double score, String line, @Nullable Object group) {}

  /** Hands out the rows of a set, from the beginning. */
  private interface Source {
    /** Gives how many blank lines and cells were left out. */
    long forEach(Consumer<Row> row);
  }

  /** A data set. */
  private static final class Set {
    private final String name;
    private final @Nullable String columns; // in words
    private final Source whole;
    private final Source source; // of all of it, or of a sample

    Set(String name, @Nullable String columns, Source whole, Source source) {
      this.name = name;
      this.columns = columns;
      this.whole = whole;
      this.source = source;
    }

    Set(String name, @Nullable String columns, Source source) {
      this(name, columns, source, source);
    }
  }

  /**
   * Sentences, each its own positive.
   *
   * @param weights of the sets, as {@link TrainingItems.Builder#build} takes them
   */
  public static TrainingData sentences(List<String> names, Columns columns, List<Double> weights) {
    List<Set> sets = new ArrayList<>();
    for (String name : names) {
      ColumnChoice choice = Corpus.choose(name, columns);
      Source source =
          row -> {
            long[] rows = new long[1];
            return Corpus.forEachRow(
                choice,
                (texts, group) -> {
                  Object key = group == null || group.isEmpty() ? (Object) rows[0] : group;
                  rows[0]++;
                  texts.forEach(text -> row.accept(new Row(List.of(text), 0, text, key)));
                });
          };
      sets.add(new Set(name, choice.words(), source));
    }
    return new TrainingData(sets, 1, false, weights, columns, null, 0);
  }

  /** Sentences of one text, each its own positive. */
  public static TrainingData sentences(String name) {
    return sentences(List.of(name), Columns.DEFAULT, List.of());
  }

  /** Sentences that are in memory, with their groups. */
  public static TrainingData sentences(GroupedCorpus grouped) {
    Corpus corpus = grouped.corpus();
    Source source =
        row -> {
          corpus.sentences().forEach(text -> row.accept(new Row(List.of(text), 0, text, null)));
          return corpus.skipped();
        };
    return new TrainingData(
        List.of(new Set(corpus.name(), null, source)),
        1,
        false,
        List.of(),
        Columns.DEFAULT,
        grouped,
        0);
  }

  /** Pairs, with as many hard negatives as there are columns beyond two, in all sets alike. */
  public static TrainingData pairs(List<String> names, Columns columns, List<Double> weights) {
    List<Set> sets = new ArrayList<>();
    int texts = 0;
    for (String name : names) {
      ColumnChoice choice = PairCorpus.choose(name, columns);
      int size = Math.max(2, choice.size());
      if (texts != 0 && size != texts) {
        throw new UserError(
            name,
            "has " + size + " columns of texts",
            texts + ", as " + names.get(0) + " has",
            "Choose as many with " + UserError.name("column") + ", or train on one of them");
      }
      texts = size;
      Source source =
          row ->
              PairCorpus.forEach(
                  choice,
                  (pair, group) -> row.accept(new Row(pair.texts(), 0, pair.line(), group)));
      sets.add(new Set(name, choice.words(), source));
    }
    return new TrainingData(sets, texts, false, weights, columns, null, 0);
  }

  /** Pairs with a score. */
  public static TrainingData scoredPairs(
      List<String> names, Columns columns, List<Double> weights) {
    List<Set> sets = new ArrayList<>();
    for (String name : names) {
      ColumnChoice choice = ScoredPairCorpus.choose(name, columns);
      Source source =
          row ->
              ScoredPairCorpus.forEach(
                  choice,
                  (pair, group) ->
                      row.accept(
                          new Row(
                              List.of(pair.first(), pair.second()),
                              pair.score(),
                              pair.line(),
                              group)));
      sets.add(new Set(name, choice.words(), source));
    }
    return new TrainingData(sets, 2, true, weights, columns, null, 0);
  }

  /**
   * Takes some of each set's rows only.
   *
   * @param wanted at most so many, drawn with the seed; 0: all
   */
  public TrainingData sample(int wanted, Seed seed) {
    if (wanted == 0) {
      return this;
    }
    List<Set> samples = new ArrayList<>();
    for (Set set : sets) {
      samples.add(
          new Set(
              set.name,
              set.columns,
              set.whole,
              row -> {
                int[] rows = new int[1];
                set.source.forEach(unused -> rows[0] = Math.addExact(rows[0], 1));
                int[] taken = seed.draw("sentences", rows[0], wanted);
                int[] next = new int[1];
                return set.source.forEach(
                    each -> {
                      if (Arrays.binarySearch(taken, next[0]++) >= 0) {
                        row.accept(each);
                      }
                    });
              }));
    }
    return new TrainingData(samples, columns, scored, weights, chosen, null, wanted);
  }

  /** Takes rows in their order. */
  @FunctionalInterface
  interface RowSink {
    /**
     * Takes a row.
     *
     * @param set number of its data set, from 0
     * @param number of the row within it, from 0
     * @param texts as many as there are columns
     * @param group what it has in common with others of its set; null or empty: nothing
     */
    void row(int set, int number, List<String> texts, @Nullable Object group);
  }

  /** Hands out the rows of all sets, one set after the other. */
  void forEachRow(RowSink sink) {
    for (int i = 0; i < sets.size(); i++) {
      int set = i;
      int[] next = new int[1];
      sets.get(set).source.forEach(row -> sink.row(set, next[0]++, row.texts(), row.group()));
    }
  }

  /**
   * The same data without some rows.
   *
   * @param apart of each set the numbers of these rows
   */
  TrainingData without(List<BitSet> apart) {
    List<Set> rest = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      Set set = sets.get(i);
      BitSet left = apart.get(i);
      rest.add(
          new Set(
              set.name,
              set.columns,
              set.whole,
              row -> {
                int[] next = new int[1];
                return set.source.forEach(
                    each -> {
                      if (!left.get(next[0]++)) {
                        row.accept(each);
                      }
                    });
              }));
    }
    return new TrainingData(rest, columns, scored, weights, chosen, grouped, sampled);
  }

  /** The names of the sets. */
  List<String> names() {
    return sets.stream().map(set -> set.name).toList();
  }

  /** What names the data among the settings of a training, in their order. */
  Map<String, @Nullable Object> named() {
    List<String> names = names();
    Object name = names.size() == 1 ? names.get(0) : names;
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    named.put("text", pairs() ? null : name);
    named.put("pairs", pairs() ? name : null);
    named.put("column", chosen.columns());
    named.put(
        "header",
        chosen.header() == Columns.Header.DETECTED
            ? null
            : chosen.header() == Columns.Header.YES ? "yes" : "no");
    named.put("format", chosen.format());
    named.put("group", chosen.group());
    named.put("mix", mix());
    named.put("sentences", sampled);
    return named;
  }

  /** How the sets are mixed, as {@link #weights} reads it. */
  private String mix() {
    if (weights.isEmpty()) {
      return "size";
    }
    return weights.stream().distinct().count() == 1
        ? "equal"
        : weights.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Whether the items are pairs. */
  public boolean pairs() {
    return columns > 1;
  }

  /** Whether the pairs have scores. */
  boolean scored() {
    return scored;
  }

  /** How many hard negatives each item has. */
  public int negatives() {
    return Math.max(0, columns - 2);
  }

  /** Whether the first text of a pair is read as a query, and the others as documents. */
  boolean tellsApart(Encoder encoder) {
    return pairs() && (!scored || encoder.settings().prompts().tellsApart());
  }

  /**
   * The encoder of each column of texts: of pairs, one for queries and the others for documents.
   * Scored pairs compare texts of one kind, unless a prompt was asked for either.
   *
   * @throws UserError where the model leaves prompts out of its pooling, and theirs are of
   *     different numbers of tokens
   */
  List<Encoder> encoders(Encoder encoder) {
    if (!tellsApart(encoder)) {
      return Collections.nCopies(columns, encoder);
    }
    Encoder ofQueries = encoder.forQueries();
    Encoder ofDocuments = encoder.forDocuments();
    int tokens = ofDocuments.tokenizer().promptTokens();
    if (!encoder.modules().includesPrompt() && ofQueries.tokenizer().promptTokens() != tokens) {
      throw UserError.parameter(
          "prompt",
          ofQueries.tokenizer().prompt(),
          "of queries and \""
              + ofDocuments.tokenizer().prompt()
              + "\" of documents have different numbers of tokens, which the model leaves out of its"
              + " pooling",
          "prompts of as many tokens",
          "Give one prompt for all, or none");
    }
    List<Encoder> encoders = new ArrayList<>(Collections.nCopies(columns, ofDocuments));
    encoders.set(0, ofQueries);
    return encoders;
  }

  /**
   * Reads all sets: their tokens go to temporary files.
   *
   * @return the caller's to close
   * @throws UserError when a set cannot be read, or the place for temporary files is full
   */
  TokenizedData tokenize(Encoder encoder) {
    List<BitSet> rows = new ArrayList<>();
    List<BiConsumer<RunRecord, Encoder>> told = new ArrayList<>();
    try (TrainingItems.Builder builder =
        new TrainingItems.Builder(encoder.config().vocabularySize(), columns, scored)) {
      for (Set set : sets) {
        Reading reading = new Reading(encoder, builder, set);
        long skipped = set.source.forEach(reading::row);
        reading.tokenize();
        Run.Source source =
            Run.Source.data(set.name, reading.fingerprint.hex(), builder.endSet(), set.columns);
        told.add(
            (record, of) -> {
              if (pairs()) {
                record.pairs(source, skipped);
              } else {
                record.sentences(source, skipped);
              }
            });
        told.add(reading::tellTruncated);
        told.add((record, of) -> reading.tellNumbers(record));
        told.add((record, of) -> reading.tellAlike(record));
        rows.add(reading.items);
      }
      return new TokenizedData(builder.build(weights), rows, told);
    }
  }

  /** What tokens depend on, besides the encoder's. */
  String key(Seed seed) {
    return named() + " " + scored + (sampled == 0 ? "" : " " + seed);
  }

  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]*[.,]?[0-9]+");

  /** One set being read. */
  private final class Reading {
    private final List<Tokenizer> tokenizers; // of the columns
    private final @Nullable Tokenizer bare; // without a prompt; null where all have one prompt
    private final TrainingItems.Builder builder;
    private final Set set;
    private final DistinctTexts distinct = new DistinctTexts();
    private final DistinctTexts distinctTokens = new DistinctTexts();
    private long alike; // sentences that only their text tells from an earlier one
    private final Fingerprint fingerprint = new Fingerprint();
    private final List<Row> window = new ArrayList<>();
    private final long[] truncated = new long[columns];
    private final BitSet items = new BitSet(); // which rows are
    private int rows;
    private boolean numbers = true; // all hard negatives so far

    Reading(Encoder encoder, TrainingItems.Builder builder, Set set) {
      this.tokenizers = encoders(encoder).stream().map(Encoder::tokenizer).toList();
      this.bare =
          tokenizers.stream().map(Tokenizer::prompt).distinct().count() == 1
              ? null
              : encoder.withPrompt("").tokenizer();
      this.builder = builder;
      this.set = set;
    }

    void row(Row row) {
      int index = rows;
      rows = Math.addExact(rows, 1);
      if (!pairs() && !distinct.add(row.texts().get(0))) {
        return;
      }
      items.set(index);
      fingerprint.add(row.line());
      numbers &= row.texts().stream().skip(2).allMatch(Reading::isNumber);
      window.add(row);
      if (window.size() == WINDOW) {
        tokenize();
      }
    }

    private static boolean isNumber(String text) {
      return NUMBER.matcher(text.strip()).matches();
    }

    void tellNumbers(RunRecord record) {
      if (negatives() > 0 && !scored && rows > 0 && numbers) {
        record.note(
            set.name
                + ": every hard negative is a number; if these are scores, choose"
                + " the loss cosent");
      }
    }

    /** As texts that differ in letter case alone are, for a model that reads small letters. */
    void tellAlike(RunRecord record) {
      if (alike > 0) {
        record.note(
            set.name
                + ": "
                + alike
                + " of "
                + items.cardinality()
                + " sentences have the tokens of another; in a batch each is taken for a negative"
                + " of the other, unless no-duplicates is on");
      }
    }

    void tokenize() {
      List<TokenizedText> tokens = new ArrayList<>();
      List<TokenizedText> own = bare == null ? tokens : new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        int c = column;
        List<String> texts = window.stream().map(row -> row.texts().get(c)).toList();
        tokens.add(tokenizers.get(column).tokenize(texts));
        if (bare != null) {
          own.add(bare.tokenize(texts));
        }
        truncated[column] += tokens.get(column).truncated();
      }
      if (!pairs()) {
        alike +=
            tokens.get(0).sentences().stream()
                .filter(ids -> !distinctTokens.add(Arrays.toString(ids)))
                .count();
      }
      for (int i = 0; i < window.size(); i++) {
        int item = i;
        builder.add(
            tokens.stream().map(column -> column.sentences().get(item)).toList(),
            own.stream().map(column -> column.sentences().get(item)).toList(),
            window.get(i).score());
      }
      window.clear();
    }

    void tellTruncated(RunRecord record, Encoder encoder) {
      long items = this.items.cardinality();
      if (!pairs() || scored) {
        record.truncation(set.name, Arrays.stream(truncated).sum(), items * columns, encoder);
        return;
      }
      for (int column = 0; column < columns; column++) {
        String called = column == 0 ? "first" : column == 1 ? "second" : "negative " + (column - 1);
        record.truncation(set.name + " (" + called + ")", truncated[column], items, encoder);
      }
    }
  }

  /**
   * Some of the items' first texts, in their order: the sets are read again for them.
   *
   * @param tokenized of these data
   * @param wanted at most so many, drawn with the seed; 0: all
   */
  Corpus probes(TokenizedData tokenized, int wanted, Seed seed) {
    int items = tokenized.items().size();
    int[] taken = seed.draw("sentences", items, wanted == 0 ? items : Math.min(wanted, items));
    List<String> texts = new ArrayList<>();
    int[] item = new int[1];
    for (int i = 0; i < sets.size(); i++) {
      BitSet rows = tokenized.rows().get(i);
      int[] row = new int[1];
      sets.get(i)
          .source
          .forEach(
              each -> {
                if (rows.get(row[0]++)
                    && texts.size() < taken.length
                    && taken[texts.size()] == item[0]++) {
                  texts.add(each.texts().get(0));
                }
              });
    }
    return Corpus.of(String.join(", ", sets.stream().map(set -> set.name).toList()), texts, 0);
  }

  /**
   * Sentences to choose a reference text from, with their groups: all that a row holds is one, or
   * the rows that have one value in the column of groups, of one data set. Of long data some rows,
   * the same for every training on them, whichever sample each takes.
   */
  GroupedCorpus reference() {
    if (grouped != null) {
      return grouped;
    }
    if (sets.size() == 1 && !pairs() && sets.get(0).name.startsWith("wordnet:")) {
      return GroupedCorpus.of(Corpus.read(sets.get(0).name, Columns.DEFAULT)); // whole
    }
    int[] rows = new int[1];
    sets.forEach(set -> set.whole.forEach(row -> rows[0] = Math.addExact(rows[0], 1)));
    int[] taken = REFERENCE_DRAW.draw("reference rows", rows[0], REFERENCE_ROWS);
    List<String> sentences = new ArrayList<>();
    List<Object> groups = new ArrayList<>();
    int[] next = new int[1];
    for (Set set : sets) {
      set.whole.forEach(
          row -> {
            if (Arrays.binarySearch(taken, next[0]++) >= 0) {
              Object group = row.group();
              Object key = group == null || group.equals("") ? next[0] : List.of(set.name, group);
              for (String text : row.texts()) {
                sentences.add(text);
                groups.add(key);
              }
            }
          });
    }
    return GroupedCorpus.of(
        String.join(", ", sets.stream().map(set -> set.name).toList()), sentences, groups);
  }

  /** Rows that a reference text is chosen from, at most. */
  private static final int REFERENCE_ROWS = 20_000;

  /** Does not follow the training's seed: trainings of several seeds have one reference text. */
  private static final Seed REFERENCE_DRAW = new Seed(1);

  /**
   * The weights of sets that are mixed so.
   *
   * @param mix size, equal, or numbers with commas between them
   * @param sets how many there are
   */
  public static List<Double> weights(String mix, int sets) {
    switch (mix.toLowerCase(Locale.ROOT)) {
      case "size" -> {
        return List.of();
      }
      case "equal" -> {
        return Collections.nCopies(sets, 1.0);
      }
      default -> {
        List<Double> weights = new ArrayList<>();
        for (String weight : mix.split(",", -1)) {
          if (!WEIGHT.matcher(weight.strip()).matches() || Double.parseDouble(weight) <= 0) {
            throw UserError.parameter(
                "mix",
                mix,
                "is no way to mix",
                "size, equal, or weights above 0 such as 2,1",
                "Choose another");
          }
          weights.add(Double.parseDouble(weight));
        }
        if (weights.size() != sets) {
          throw UserError.parameter(
              "mix",
              mix,
              "has " + weights.size() + " weights for " + sets + " data sets",
              "a weight for each",
              "Give as many");
        }
        return weights;
      }
    }
  }

  private static final Pattern WEIGHT = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?|\\.\\d{1,9}");
}
