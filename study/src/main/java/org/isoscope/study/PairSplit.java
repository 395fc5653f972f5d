package org.isoscope.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of pairs a training learns from, and which it is asked about.
 *
 * <p>Rows belong together that have a value in the column of groups, or a first or second text in
 * common, or near copies of one. Hard negatives do not count: they are other rows' answers as a
 * rule. All data sets are split together.
 *
 * @param apart of each data set the numbers of the rows that are not learned from; empty where all
 *     are
 * @param heldOut these, but for those that only belong together with one; null where there are none
 * @param why there are none, though some were to be, in a sentence without its full stop; else null
 */
record PairSplit(List<BitSet> apart, @Nullable HeldOut heldOut, @Nullable String why) {
  /**
   * Of more rows those held out are drawn among so many, and of the others those that belong
   * together with one are left out.
   */
  static final int MOST_GROUPED = 100_000;

  /** Documents that a query is searched among: each evaluation embeds all of them. */
  static final int MOST_DOCUMENTS = 2000;

  private static final PairSplit NONE = new PairSplit(List.of(), null, null);

  /**
   * Draws.
   *
   * @param batchSize items that each data set must still fill a batch with, for {@link
   *     HoldOut#AUTO}
   * @throws UserError when the data cannot be read, or rows were asked for that cannot be held out
   */
  static PairSplit of(TrainingData data, HoldOut wanted, int batchSize, Seed seed) {
    return of(data, wanted, batchSize, seed, MOST_GROUPED);
  }

  /** The same with so many rows that are drawn among. */
  static PairSplit of(
      TrainingData data, HoldOut wanted, int batchSize, Seed seed, int mostGrouped) {
    if (wanted == HoldOut.NONE) {
      return NONE;
    }
    if (!data.pairs() || data.scored()) {
      if (wanted == HoldOut.AUTO) {
        return NONE;
      }
      throw UserError.parameter(
          "holdOut",
          wanted.label(),
          "is of pairs whose second text answers the first, and these are "
              + (data.pairs() ? "scored pairs" : "sentences"),
          "pairs, or no rows to hold out",
          "Leave it out");
    }
    if (wanted == HoldOut.AUTO
        && data.names().stream().anyMatch(name -> name.startsWith("wordnet:"))) {
      return NONE;
    }
    int[] sizes = new int[data.names().size()];
    data.forEachRow((set, number, texts, group) -> sizes[set]++);
    int size = Arrays.stream(sizes).reduce(0, Math::addExact);
    Taken taken = Taken.of(data, seed.draw("hold-out rows", size, mostGrouped));
    List<Integer> groups = taken.groups();
    BitSet held = HoldOut.draw(groups, wanted.of(size), seed);
    String why = taken.refusal(held, sizes, wanted, batchSize, data);
    if (why != null && wanted == HoldOut.AUTO) {
      return new PairSplit(List.of(), null, "no rows are held out: " + why);
    }
    if (why != null) {
      throw UserError.parameter(
          "holdOut",
          wanted.label(),
          "cannot be held out: " + why,
          "a part of rows that do not all belong together",
          "Choose another number, or none");
    }
    List<BitSet> apart = new ArrayList<>();
    data.names().forEach(unused -> apart.add(new BitSet()));
    taken.mark(held, apart);
    if (size > mostGrouped) {
      taken.markRelatives(data, held, apart);
    }
    String name = String.join(", ", data.names()) + HeldOut.SUFFIX;
    return new PairSplit(
        apart, new HeldOut(taken.task(name, held, groups, seed), held.cardinality(), size), null);
  }

  /** Pairs without scores, that are in memory. */
  private static final class Taken {
    /** Rows that are looked at together for what belongs together with those held out. */
    private static final int WINDOW = 4096;

    private final List<Integer> numbers = new ArrayList<>(); // of the rows within their sets
    private final List<Integer> sets = new ArrayList<>();
    private final List<PairCorpus.Pair> pairs = new ArrayList<>();
    private final List<Object> keys = new ArrayList<>();

    /**
     * Reads some rows.
     *
     * @param wanted their numbers, counted through all sets, ascending
     */
    static Taken of(TrainingData data, int[] wanted) {
      Taken taken = new Taken();
      int[] next = new int[1];
      data.forEachRow(
          (set, number, texts, group) -> {
            if (Arrays.binarySearch(wanted, next[0]++) >= 0) {
              taken.add(set, number, texts, group);
            }
          });
      return taken;
    }

    private void add(int set, int number, List<String> texts, @Nullable Object group) {
      numbers.add(number);
      sets.add(set);
      pairs.add(new PairCorpus.Pair(texts.get(0), texts.get(1), texts.subList(2, texts.size())));
      keys.add(List.of(set, group == null || group.equals("") ? (Object) number : group));
    }

    List<Integer> groups() {
      return GroupedCorpus.ofPairs(PairCorpus.of("rows", pairs), keys);
    }

    /** Marks some of these rows among those of their sets. */
    void mark(BitSet rows, List<BitSet> marked) {
      rows.stream().forEach(row -> marked.get(sets.get(row)).set(numbers.get(row)));
    }

    /** Why these rows cannot be held out; null: they can. */
    @Nullable String refusal(
        BitSet held, int[] sizes, HoldOut wanted, int batchSize, TrainingData data) {
      boolean asked = wanted != HoldOut.AUTO;
      int least = asked ? 1 : HoldOut.LEAST;
      if (held.cardinality() < least) {
        return held.cardinality()
            + " of "
            + Arrays.stream(sizes).sum()
            + " rows would be, and fewer than "
            + least
            + " tell nothing";
      }
      int[] left = sizes.clone();
      held.stream().forEach(row -> left[sets.get(row)]--);
      for (int set = 0; set < left.length; set++) {
        int needed = asked ? 1 : batchSize;
        if (left[set] < needed) {
          return data.names().get(set)
              + " would have "
              + left[set]
              + " rows left to learn from, and needs "
              + needed;
        }
      }
      return null;
    }

    /** Marks the rows that were not taken and belong together with one held out. */
    void markRelatives(TrainingData data, BitSet held, List<BitSet> apart) {
      Taken window = new Taken();
      held.stream().forEach(row -> window.addFrom(this, row));
      int count = window.pairs.size();
      int[] next = new int[1]; // of those taken
      data.forEachRow(
          (set, number, texts, group) -> {
            int i = next[0];
            if (i < numbers.size() && sets.get(i) == set && numbers.get(i) == number) {
              next[0]++;
            } else {
              window.add(set, number, texts, group);
              if (window.pairs.size() == count + WINDOW) {
                window.flush(count, apart);
              }
            }
          });
      window.flush(count, apart);
    }

    private void addFrom(Taken other, int row) {
      numbers.add(other.numbers.get(row));
      sets.add(other.sets.get(row));
      pairs.add(other.pairs.get(row));
      keys.add(other.keys.get(row));
    }

    /** Marks those that belong together with one of the first so many, and forgets the others. */
    private void flush(int count, List<BitSet> apart) {
      List<Integer> groups = groups();
      Set<Integer> theirs = Set.copyOf(groups.subList(0, count));
      BitSet related = new BitSet();
      for (int row = count; row < pairs.size(); row++) {
        related.set(row, theirs.contains(groups.get(row)));
      }
      mark(related, apart);
      for (List<?> list : List.of(numbers, sets, pairs, keys)) {
        list.subList(count, list.size()).clear();
      }
    }

    /** The rows held out as queries, with all answers, or with as many as there is room for. */
    RetrievalCorpus task(String name, BitSet held, List<Integer> groups, Seed seed) {
      List<PairCorpus.Pair> rows = new ArrayList<>();
      List<Integer> of = new ArrayList<>();
      Set<String> others = new LinkedHashSet<>();
      for (int row = 0; row < pairs.size(); row++) {
        PairCorpus.Pair pair = pairs.get(row);
        if (held.get(row)) {
          rows.add(new PairCorpus.Pair(pair.first(), pair.second()));
          of.add(groups.get(row));
          others.addAll(pair.negatives());
        } else {
          others.add(pair.second());
        }
      }
      RetrievalCorpus task = RetrievalCorpus.of(PairCorpus.of(name, rows, of));
      others.removeAll(Set.copyOf(task.documents()));
      List<String> all = List.copyOf(others);
      List<String> drawn = new ArrayList<>();
      int room = Math.max(0, MOST_DOCUMENTS - task.documents().size());
      for (int i : seed.draw("hold-out documents", all.size(), room)) {
        drawn.add(all.get(i));
      }
      return task.withDocuments(drawn);
    }
  }
}
