package org.isoscope.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a file are read, and as what: found out once, from what was asked, the names of
 * the columns and the beginning of the file, so that whoever reads the file says it, and reads it
 * so however often.
 *
 * <p>What was asked holds. Else names that data sets have decide: {@code text}, {@code sentence};
 * {@code sentence1}, {@code sentence2}; {@code question} or {@code query}, {@code answer}; {@code
 * anchor}, {@code positive}, {@code negative}; {@code premise}, {@code hypothesis}; {@code score},
 * {@code label}; {@code embedding}, {@code vector}; never {@code id} and what else counts rows.
 * Else the columns that can be meant, where there are no more of them than wanted: those of texts,
 * of numbers, of arrays. Anything else is refused, with the columns and a row of them.
 *
 * <p>The first row of a .csv or .tsv is a header where it has such a name, where it has no number
 * above a column of numbers, where it counts from 0 above other numbers, or where it is of single
 * words above texts. Where that cannot be told it is refused too.
 */
public final class ColumnChoice {
  /** What is read of a row. */
  enum Wanted {
    /** Any number of texts, one unless asked otherwise. */
    TEXT("the text", 1, false),
    /** Two texts, and hard negatives. */
    PAIR("the two texts of a pair", 2, false),
    /** Two texts and a number. */
    SCORED("the two texts of a pair and its score", 3, true),
    /** Two texts, and whether they belong together. */
    LABELLED_PAIR("the two texts of a pair and its label", 3, true),
    /** A text and the class that it is of. */
    LABELLED("the text and its label", 2, true),
    /** The elements of a vector, or an array of them. */
    VECTOR("the vector", 1, false);

    private final String what;
    private final int least;
    private final boolean fixed;

    Wanted(String what, int least, boolean fixed) {
      this.what = what;
      this.least = least;
      this.fixed = fixed;
    }

    /** How many columns there must be at least. */
    int least() {
      return least;
    }
  }

  /** Names of the two texts of a pair, as {@link #plain} writes them, the commonest first. */
  private static final List<List<List<String>>> PAIRS =
      List.of(
          List.of(List.of("sentence1"), List.of("sentence2")),
          List.of(List.of("anchor"), List.of("positive")),
          List.of(List.of("question", "query"), List.of("answer", "positive")),
          List.of(List.of("premise"), List.of("hypothesis")),
          List.of(List.of("text1"), List.of("text2")),
          List.of(List.of("question1"), List.of("question2")));

  private static final List<String> TEXTS = List.of("text", "sentence");
  private static final List<String> SCORES = List.of("score", "label", "similarity");
  private static final List<String> PAIR_LABELS =
      List.of("label", "labels", "isduplicate", "score");
  private static final List<String> LABELS =
      List.of("label", "labels", "class", "category", "topic", "cluster");
  private static final List<String> VECTORS = List.of("vector", "embedding");
  private static final Set<String> COUNTS =
      Set.of("", "id", "ids", "index", "idx", "row", "rowid", "unnamed:0");
  private static final Pattern NEGATIVE = Pattern.compile("negatives?\\d*");

  /** A name as a header has it: some words, without the marks of a sentence. */
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}_#][^.!?,;:\"\\[\\]{}]{0,39}(:\\s?0)?");

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|[+-]?(nan|inf|infinity)");

  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,6})");

  /** So many rows must bear out that a column only counts them. */
  private static final int LEAST_COUNTED = 3;

  private static final int MOST_WORDS = 3;

  /** Longer words are texts of a language that has no spaces. */
  private static final int MOST_IDENTIFIER = 40;

  /** More columns than these are told by the first and the last. */
  private static final int SHOWN_COLUMNS = 8;

  private final InputFile file;
  private final Columns asked;
  private final List<String> fields;
  private final List<Integer> positions;
  private final @Nullable String groupField;
  private final int groupPosition;
  private final boolean header;
  private final boolean quoted;
  private final int width;
  private final List<Beside> beside;
  private final @Nullable String words;

  /**
   * A column that is read beside a vector.
   *
   * @param name what it is called when it is written again: {@code id} or {@code text}
   * @param field in the file
   * @param position from 0 in a table
   */
  record Beside(String name, String field, int position) {}

  private ColumnChoice(
      InputFile file,
      Columns asked,
      List<String> fields,
      List<Integer> positions,
      @Nullable String groupField,
      int groupPosition,
      boolean header,
      boolean quoted,
      int width,
      List<Beside> beside,
      @Nullable String words) {
    this.file = file;
    this.asked = asked;
    this.fields = List.copyOf(fields);
    this.positions = List.copyOf(positions);
    this.groupField = groupField;
    this.groupPosition = groupPosition;
    this.header = header;
    this.quoted = quoted;
    this.width = width;
    this.beside = List.copyOf(beside);
    this.words = words;
  }

  /** The file, as the user named it. */
  public String name() {
    return file.name();
  }

  /**
   * The choice in words, with the first row: {@code columns question -> answer; first: "How do I
   * ..." -> "Open the ..."}; null where there is nothing to choose, in a .txt and in WordNet.
   */
  public @Nullable String words() {
    return words;
  }

  /** How many texts or numbers of a row are read; 0: a text or vector without a name. */
  public int size() {
    return Math.max(fields.size(), positions.size());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ColumnChoice choice
        && file.equals(choice.file)
        && asked.equals(choice.asked)
        && Objects.equals(words, choice.words);
  }

  @Override
  public int hashCode() {
    return Objects.hash(file, asked, words);
  }

  @Override
  public String toString() {
    return words == null ? file.name() : file.name() + ": " + words;
  }

  InputFile file() {
    return file;
  }

  /** What was asked. */
  public Columns asked() {
    return asked;
  }

  /** The fields of a .jsonl or columns of a .parquet; none: each line is the value itself. */
  List<String> fields() {
    return fields;
  }

  /** The columns of a table, from 0. */
  List<Integer> positions() {
    return positions;
  }

  /** The field that tells the group; null: none. */
  @Nullable String groupField() {
    return groupField;
  }

  /** The column that tells the group; -1: none. */
  int groupPosition() {
    return groupPosition;
  }

  /** Whether the first row that is not blank is a header. */
  boolean header() {
    return header;
  }

  /** Whether the cells of a .tsv are quoted as those of a .csv are. */
  boolean quoted() {
    return quoted;
  }

  /** Cells that a row may have at most; 0: any number, as the columns were asked for. */
  int width() {
    return width;
  }

  /** What is read beside a vector. */
  List<Beside> beside() {
    return beside;
  }

  /** Whether these are texts of WordNet, which have no columns. */
  boolean isWordNet() {
    return file.format().equals(WORDNET);
  }

  private static final String WORDNET = "wordnet";

  /**
   * Chooses.
   *
   * @param name of the file, as the user gave it
   * @throws UserError if the file cannot be read, lacks a column that is asked for, or does not
   *     tell which ones are meant
   */
  static ColumnChoice of(String name, Columns asked, Wanted wanted) {
    if (name.startsWith(WordNet.SCHEME)) {
      if (!asked.equals(Columns.DEFAULT.withSetting(asked.setting()))) {
        throw new UserError(
            name,
            "has neither columns nor a header",
            "a .csv, .tsv or .jsonl",
            "Leave out the columns and the header");
      }
      InputFile none = new InputFile(name, Path.of(""), WORDNET);
      return new ColumnChoice(
          none, asked, List.of(), List.of(), null, -1, false, false, 0, List.of(), null);
    }
    return of(InputFile.of(name, asked.format()), asked, wanted);
  }

  /** The same of a file that was looked for. */
  static ColumnChoice of(InputFile file, Columns asked, Wanted wanted) {
    checkCount(file, asked, wanted);
    Sample sample = Sample.of(file, asked, wanted);
    return new Chooser(file, asked, wanted, sample).choose();
  }

  private static void checkCount(InputFile file, Columns asked, Wanted wanted) {
    int named = asked.columns().size();
    boolean wrong = named != 0 && (wanted.fixed ? named != wanted.least : named < wanted.least);
    if (wrong) {
      throw new UserError(
          file.name(),
          "is to be read with " + Rows.plural(named, "column"),
          wanted.least + " columns",
          "Name " + wanted.least + ", or none for the default");
    }
  }

  /** A name without what people write differently. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "");
  }

  static boolean isNumber(String cell) {
    return NUMBER.matcher(cell.toLowerCase(Locale.ROOT)).matches();
  }

  /** What the cells of a column are. */
  private enum Kind {
    TEXT,
    NUMBER,
    ARRAY,
    NEITHER
  }

  /** Chooses from one file's sample. */
  private static final class Chooser {
    private final InputFile file;
    private final Columns asked;
    private final Wanted wanted;
    private final Sample sample;
    private final boolean header;
    private final List<String> names; // as they are shown; numbers where there is no header
    private final List<List<String>> rows; // of data
    private final int width;

    Chooser(InputFile file, Columns asked, Wanted wanted, Sample sample) {
      this.file = file;
      this.asked = asked;
      this.wanted = wanted;
      this.sample = sample;
      List<String> named = sample.names();
      if (named != null) {
        header = false;
        names = named;
        rows = sample.rows();
      } else {
        header = !sample.rows().isEmpty() && hasHeader();
        rows = header ? sample.rows().subList(1, sample.rows().size()) : sample.rows();
        int most = sample.rows().isEmpty() ? 0 : sample.rows().get(0).size();
        names =
            header
                ? sample.rows().get(0)
                : IntStream.rangeClosed(1, most).mapToObj(String::valueOf).toList();
      }
      width = names.size();
    }

    private boolean hasHeader() {
      switch (asked.header()) {
        case YES -> {
          return true;
        }
        case NO -> {
          return false;
        }
        case DETECTED -> {
          if (asked.named()) {
            return true;
          }
        }
      }
      Boolean found = detected();
      if (found == null && asked.columns().isEmpty()) {
        boolean main = asked.setting().equals("column");
        throw new UserError(
            sample.place(0),
            "may be a header or data: " + shown(sample.rows().get(0)),
            "to be told which",
            main
                ? "Set " + UserError.name("header") + " to yes or no"
                : "Name the columns with "
                    + UserError.name(asked.setting())
                    + ", or give their numbers if this is data");
      }
      return found != null && found;
    }

    /** Whether the first row is a header; null: that cannot be told. */
    private @Nullable Boolean detected() {
      List<String> first = sample.rows().get(0);
      List<List<String>> rest = sample.rows().subList(1, sample.rows().size());
      if (counts(first, rest)) {
        return true;
      }
      if (first.stream().anyMatch(cell -> isNumber(cell) || cell.startsWith("["))
          || first.stream().distinct().count() < first.size()) {
        return false;
      }
      boolean names = first.stream().skip(1).allMatch(Chooser::isName);
      names &= isName(first.get(0)) || (first.size() > 1 && first.get(0).isEmpty());
      if (!names) {
        return false;
      }
      for (int c = 0; c < first.size(); c++) {
        int column = c;
        String name = first.get(c);
        boolean again = rest.stream().anyMatch(row -> cell(row, column).equals(name));
        if (!again && (isKnown(plain(name)) || aboveOther(name, rest, c))) {
          return true;
        }
      }
      boolean others =
          rest.stream()
              .anyMatch(
                  row ->
                      row.stream()
                          .limit(first.size())
                          .allMatch(cell -> cell.isEmpty() || isName(cell)));
      if (rest.isEmpty() || others) {
        return false;
      }
      boolean words = first.stream().noneMatch(name -> name.contains(" "));
      return (words && first.size() > 1) ? Boolean.TRUE : null;
    }

    /** 0, 1, 2, ... as a data frame names columns that have no names, above other numbers. */
    private static boolean counts(List<String> first, List<List<String>> rest) {
      int from = isNumber(first.get(0)) ? 0 : 1;
      int count = first.size() - from;
      if (count < LEAST_COUNTED || rest.isEmpty()) {
        return false;
      }
      for (int c = from; c < first.size(); c++) {
        if (!first.get(c).equals(String.valueOf(c - from))) {
          return false;
        }
      }
      return rest.stream()
          .anyMatch(
              row -> row.stream().skip(from).anyMatch(cell -> isNumber(cell) && !isWhole(cell)));
    }

    private static boolean isName(String cell) {
      return NAME.matcher(cell).matches() && cell.split("\\s+").length <= MOST_WORDS;
    }

    private boolean isKnown(String plain) {
      return (!plain.isEmpty() && COUNTS.contains(plain))
          || TEXTS.contains(plain)
          || SCORES.contains(plain)
          || (wanted == Wanted.LABELLED_PAIR && PAIR_LABELS.contains(plain))
          || (wanted == Wanted.LABELLED && LABELS.contains(plain))
          || VECTORS.contains(plain)
          || NEGATIVE.matcher(plain).matches()
          || PAIRS.stream().anyMatch(pair -> pair.stream().anyMatch(side -> side.contains(plain)));
    }

    /** Whether a word stands above nothing but numbers, arrays or identifiers with a digit. */
    private static boolean aboveOther(String name, List<List<String>> rest, int column) {
      List<String> cells =
          rest.stream().map(row -> cell(row, column)).filter(cell -> !cell.isEmpty()).toList();
      return !cells.isEmpty()
          && (cells.stream().allMatch(cell -> isNumber(cell) || cell.startsWith("["))
              || (!name.matches(".*\\d.*")
                  && isIdentifiers(cells)
                  && cells.size() >= LEAST_COUNTED));
    }

    private static boolean isIdentifiers(List<String> cells) {
      return cells.stream()
              .allMatch(cell -> cell.length() <= MOST_IDENTIFIER && cell.matches("\\S*\\d\\S*"))
          && new HashSet<>(cells).size() == cells.size();
    }

    private static boolean isWhole(String cell) {
      return cell.matches("[+-]?\\d+");
    }

    private static String cell(List<String> row, int column) {
      return column < row.size() ? row.get(column) : "";
    }

    private List<String> cells(int column) {
      return rows.stream().map(row -> cell(row, column)).filter(cell -> !cell.isEmpty()).toList();
    }

    private Kind kind(int column) {
      List<String> cells = cells(column);
      if (cells.stream().allMatch(cell -> cell.equals(Sample.OTHER))) {
        return Kind.NEITHER;
      }
      if (cells.stream().allMatch(cell -> cell.startsWith("["))
          && (wanted == Wanted.VECTOR || sample.names() != null)) {
        return Kind.ARRAY;
      }
      long numbers = cells.stream().filter(ColumnChoice::isNumber).count();
      return (2 * numbers >= cells.size()) ? Kind.NUMBER : Kind.TEXT;
    }

    private String plainName(int column) {
      return header || sample.names() != null ? plain(names.get(column)) : String.valueOf(column);
    }

    private boolean named() {
      return header || sample.names() != null;
    }

    /** Whether a column only tells the rows apart. */
    private boolean isIndex(int column) {
      return named() && COUNTS.contains(plainName(column));
    }

    private boolean isIdentifier(int column) {
      List<String> cells = cells(column);
      return isIndex(column) || (cells.size() >= LEAST_COUNTED && isIdentifiers(cells));
    }

    /** Whether a column's cells are 0, 1, 2, ... or from 1, in this order. */
    private boolean countsRows(int column) {
      List<String> cells = cells(column);
      if (cells.size() < LEAST_COUNTED || !cells.get(0).matches("[01]")) {
        return false;
      }
      int from = Integer.parseInt(cells.get(0));
      return IntStream.range(0, cells.size())
          .allMatch(i -> cells.get(i).equals(String.valueOf(from + i)));
    }

    ColumnChoice choose() {
      if (sample.bare()) {
        return made(List.of(), List.of());
      }
      List<Integer> columns = asked.columns().isEmpty() ? found() : askedColumns(asked.columns());
      return made(columns, beside(columns));
    }

    private List<Integer> askedColumns(List<String> wantedNames) {
      List<Integer> columns = new ArrayList<>();
      for (String column : wantedNames) {
        columns.add(askedColumn(column));
      }
      return columns;
    }

    private int askedColumn(String column) {
      boolean number = sample.names() == null && Columns.isNumber(column);
      int position = number ? Integer.parseInt(column) - 1 : names.indexOf(column);
      if (number && !header) {
        return position; // a row without it is told when it is read
      }
      if (position < 0 || position >= width) {
        throw new UserError(
            sample.names() == null ? sample.place(0) : sample.lineOrFile(),
            "has no " + sample.noun() + " " + Rows.shown(column),
            names.isEmpty()
                ? "an object with fields"
                : "one of " + String.join(", ", names.stream().map(Rows::shown).toList()),
            "Name one of these");
      }
      if (!number && names.lastIndexOf(column) != position) {
        throw new UserError(
            sample.place(0),
            "has more than one column " + Rows.shown(column),
            "a name that one column has",
            "Say that there is a header, and give the column's number");
      }
      return position;
    }

    /** The columns that are meant where none is asked for. */
    private List<Integer> found() {
      if (rows.isEmpty()) {
        int count = wanted.least;
        return IntStream.range(0, sample.names() == null ? count : Math.min(count, width))
            .boxed()
            .toList();
      }
      return switch (wanted) {
        case TEXT -> text();
        case PAIR -> pair();
        case SCORED -> scored(SCORES);
        case LABELLED_PAIR -> scored(PAIR_LABELS);
        case LABELLED -> labelled();
        case VECTOR -> vector();
      };
    }

    private List<Integer> text() {
      for (String name : TEXTS) {
        List<Integer> known = where(column -> named() && plainName(column).equals(name));
        if (known.size() == 1) {
          return known;
        }
      }
      List<Integer> texts = texts();
      if (texts.size() == 1) {
        return texts;
      }
      if (width == 1) {
        return List.of(0);
      }
      throw ambiguous(
          (texts.isEmpty() ? "no " : "more than one ") + sample.noun() + CAN_BE + wanted.what);
    }

    /** The columns of texts that are more than identifiers. */
    private List<Integer> texts() {
      return where(column -> kind(column) == Kind.TEXT && !isIdentifier(column));
    }

    private List<Integer> pair() {
      List<Integer> known = knownPair();
      if (known.isEmpty()) {
        known = texts();
        if (known.size() != 2 && width == 2 && where(this::isIdentifier).isEmpty()) {
          known = List.of(0, 1); // whatever they hold, there is no choice
        }
      } else {
        known = new ArrayList<>(known);
        known.addAll(where(column -> NEGATIVE.matcher(plainName(column)).matches() && named()));
      }
      if (known.size() < 2 || (known.size() > 2 && !named()) || tooMany(known)) {
        throw ambiguous(
            (known.size() < 2 ? "fewer than two columns" : "more than two columns")
                + CAN_BE
                + wanted.what);
      }
      return known;
    }

    /** Whether more than two columns are there that no name tells apart. */
    private boolean tooMany(List<Integer> columns) {
      return columns.size() > 2
          && columns.stream().skip(2).anyMatch(c -> !NEGATIVE.matcher(plainName(c)).matches());
    }

    private List<Integer> knownPair() {
      if (!named()) {
        return List.of();
      }
      List<List<Integer>> pairs = new ArrayList<>();
      for (List<List<String>> pair : PAIRS) {
        List<Integer> one = where(column -> pair.get(0).contains(plainName(column)));
        List<Integer> other = where(column -> pair.get(1).contains(plainName(column)));
        if (one.size() == 1 && other.size() == 1) {
          pairs.add(List.of(one.get(0), other.get(0)));
        }
      }
      return pairs.size() == 1 ? pairs.get(0) : List.of();
    }

    /** Two texts and a number, which is known by one of these names. */
    private List<Integer> scored(List<String> names) {
      List<Integer> sides = knownPair();
      if (sides.isEmpty()) {
        sides = texts();
      }
      List<Integer> scores = named(names);
      if (scores.isEmpty()) {
        scores = where(column -> kind(column) == Kind.NUMBER && !isIndex(column));
        if (scores.size() == 2) {
          scores = scores.stream().filter(column -> !countsRows(column)).toList();
        }
      }
      if (sides.size() != 2 || scores.size() != 1) {
        if (width == 3 && where(this::isIndex).isEmpty()) {
          return List.of(0, 1, 2); // there is no choice; what is no score is told when it is read
        }
        throw ambiguous(
            sides.size() != 2
                ? (sides.size() < 2 ? "fewer than" : "more than") + " two columns of texts"
                : (scores.isEmpty() ? "no column" : "more than one column")
                    + (wanted == Wanted.SCORED ? " of scores" : " of labels"));
      }
      return List.of(sides.get(0), sides.get(1), scores.get(0));
    }

    private List<Integer> labelled() {
      List<Integer> labels = named(LABELS);
      List<Integer> known = named(TEXTS);
      List<Integer> found =
          known.size() == 1
              ? known
              : texts().stream().filter(column -> !labels.contains(column)).toList();
      if (found.size() == 1 && labels.isEmpty()) {
        List<Integer> others = where(column -> !column.equals(found.get(0)) && !isIndex(column));
        if (others.size() == 1) {
          return List.of(found.get(0), others.get(0));
        }
      }
      if (found.size() != 1 || labels.size() != 1) {
        if (width == 2 && labels.isEmpty() && where(this::isIndex).isEmpty()) {
          return List.of(0, 1); // there is no choice
        }
        throw ambiguous(
            found.size() != 1
                ? (found.isEmpty() ? "no column" : "more than one column") + " of texts"
                : (labels.isEmpty() ? "no column" : "more than one column") + " of labels");
      }
      return List.of(found.get(0), labels.get(0));
    }

    /** The columns of the first of these names that there is. */
    private List<Integer> named(List<String> known) {
      for (String name : known) {
        List<Integer> columns = where(column -> named() && plainName(column).equals(name));
        if (!columns.isEmpty()) {
          return columns;
        }
      }
      return List.of();
    }

    private List<Integer> vector() {
      for (String name : VECTORS) {
        List<Integer> known = where(column -> named() && plainName(column).equals(name));
        if (known.size() == 1) {
          return known;
        }
      }
      List<Integer> arrays = where(column -> kind(column) == Kind.ARRAY);
      if (arrays.size() == 1) {
        return arrays;
      }
      if (arrays.size() > 1 || !sample.elements()) {
        throw ambiguous(
            (arrays.isEmpty() ? "no " : "more than one ") + sample.noun() + CAN_BE + wanted.what);
      }
      List<Integer> numbers =
          named()
              ? where(
                  column ->
                      !isIndex(column)
                          && !SCORES.contains(plainName(column))
                          && cells(column).stream().anyMatch(ColumnChoice::isNumber))
              : where(column -> column > 0 || !isIdentifierOfVectors());
      List<Integer> numbered = numbered(numbers);
      if (!numbered.isEmpty()) {
        return numbered;
      }
      if (numbers.size() > 1
          && numbers.get(0) == 0
          && countsRows(0)
          && numbers.stream().skip(1).anyMatch(c -> cells(c).stream().anyMatch(x -> !isWhole(x)))) {
        numbers = numbers.subList(1, numbers.size());
      }
      if (numbers.isEmpty() && sample.names() != null) {
        throw ambiguous("no column" + CAN_BE + wanted.what);
      }
      return numbers.isEmpty() ? IntStream.range(0, width).boxed().toList() : numbers;
    }

    /** Whether the first column has no number although there are rows enough for one. */
    private boolean isIdentifierOfVectors() {
      List<String> cells = cells(0);
      return width > 1
          && cells.size() >= LEAST_COUNTED
          && cells.stream().noneMatch(ColumnChoice::isNumber);
    }

    /** Those of the columns that have one name and the numbers 0, 1, 2, ... or from 1 behind it. */
    private List<Integer> numbered(List<Integer> numbers) {
      if (!named()) {
        return List.of();
      }
      List<Integer> run = new ArrayList<>();
      String stem = "";
      for (int column : numbers) {
        Matcher matcher = NUMBERED.matcher(names.get(column));
        if (!matcher.matches()) {
          continue;
        }
        int number = Integer.parseInt(matcher.group(2));
        int from = run.isEmpty() ? -1 : Integer.parseInt(last(names.get(run.get(0))));
        if (run.isEmpty() && number <= 1) {
          stem = matcher.group(1);
          run.add(column);
        } else if (!run.isEmpty() && matcher.group(1).equals(stem) && number == from + run.size()) {
          run.add(column);
        }
      }
      return run.size() >= LEAST_COUNTED ? run : List.of();
    }

    private static String last(String name) {
      Matcher matcher = NUMBERED.matcher(name);
      return matcher.matches() ? matcher.group(2) : "0";
    }

    private List<Integer> where(Predicate<Integer> condition) {
      return IntStream.range(0, width).boxed().filter(condition).toList();
    }

    private List<Beside> beside(List<Integer> columns) {
      if (wanted != Wanted.VECTOR || !named()) {
        return List.of();
      }
      List<Beside> beside = new ArrayList<>();
      for (List<String> kept : List.of(List.of("id"), TEXTS)) {
        where(c -> !columns.contains(c) && kept.contains(plainName(c))).stream()
            .findFirst()
            .ifPresent(c -> beside.add(new Beside(kept.get(0), names.get(c), c)));
      }
      return beside;
    }

    private static final String CAN_BE = " that can be ";

    private UserError ambiguous(String what) {
      String first =
          String.join(
              ", ",
              where(column -> true).stream()
                  .limit(SHOWN_COLUMNS)
                  .map(c -> names.get(c) + " (" + Rows.shown(cell(rows.get(0), c)) + ")")
                  .toList());
      return new UserError(
          file.name(),
          "has " + what,
          width == 0
              ? "some"
              : "a choice of its columns, the first row in brackets: "
                  + first
                  + (width > SHOWN_COLUMNS ? ", ... (" + width + ")" : ""),
          "Choose with "
              + UserError.name(asked.setting())
              + ", by "
              + (sample.names() == null ? "name or by number from 1" : "name"));
    }

    private static String shown(List<String> cells) {
      return String.join(", ", cells.stream().limit(SHOWN_COLUMNS).map(Rows::shown).toList());
    }

    private ColumnChoice made(List<Integer> columns, List<Beside> beside) {
      boolean table = sample.names() == null;
      @Nullable String group = asked.group();
      int groupColumn = group == null || sample.bare() ? -1 : askedColumn(group);
      return new ColumnChoice(
          file,
          asked,
          table ? List.of() : columns.stream().map(names::get).toList(),
          table ? columns : List.of(),
          table || groupColumn < 0 ? null : names.get(groupColumn),
          table ? groupColumn : -1,
          header,
          sample.quoted(),
          table && asked.columns().isEmpty() ? Math.max(1, width) : 0,
          beside,
          file.format().equals("txt") ? null : words(columns, groupColumn));
    }

    private String words(List<Integer> columns, int groupColumn) {
      String between = wanted.least > 1 ? " -> " : ", ";
      List<Integer> told =
          columns.size() > SHOWN_COLUMNS
              ? List.of(columns.get(0), columns.get(columns.size() - 1))
              : columns;
      String gap = columns.size() > SHOWN_COLUMNS ? " to " : between;
      StringBuilder words = new StringBuilder();
      if (sample.bare()) {
        words.append(sample.noun());
      } else {
        words.append(columns.size() == 1 ? "column " : "columns ");
        words.append(
            String.join(
                gap,
                told.stream().map(c -> c < width ? names.get(c) : String.valueOf(c + 1)).toList()));
        if (told.size() < columns.size()) {
          words.append(" (").append(columns.size()).append(')');
        }
        if (groupColumn >= 0) {
          words.append(", groups by ").append(nameOf(groupColumn));
        }
        String unread = unread(columns);
        if (!unread.isEmpty()) {
          words.append(", not ").append(unread);
        }
      }
      if (!rows.isEmpty()) {
        List<Integer> cells = sample.bare() ? List.of(0) : told;
        words.append("; first: ");
        words.append(String.join(gap, cells.stream().map(c -> firstCell(c)).toList()));
      }
      return words.toString();
    }

    private String nameOf(int column) {
      return column < width ? names.get(column) : String.valueOf(column + 1);
    }

    private String firstCell(int column) {
      String cell = cell(rows.get(0), column);
      return isNumber(cell) || cell.startsWith("[") ? Rows.cut(cell) : Rows.shown(cell);
    }

    /** Columns that one could think are read: the score of pairs, what only counts the vectors. */
    private String unread(List<Integer> columns) {
      List<Integer> unread =
          wanted == Wanted.VECTOR && kind(columns.get(0)) != Kind.ARRAY
              ? where(c -> !columns.contains(c))
              : wanted == Wanted.PAIR
                  ? where(
                      c ->
                          !columns.contains(c)
                              && (named()
                                  ? SCORES.contains(plainName(c))
                                  : kind(c) == Kind.NUMBER && !countsRows(c)))
                  : List.of();
      return String.join(
          ", ",
          unread.stream()
              .limit(SHOWN_COLUMNS)
              .map(c -> names.get(c).isEmpty() ? "the one without a name" : names.get(c))
              .toList());
    }
  }
}
