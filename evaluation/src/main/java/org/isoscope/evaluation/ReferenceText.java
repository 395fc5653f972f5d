package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.WordClass;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.results.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * What a claim is measured over: sentences in independent groups, and a frozen list of token types,
 * content and function, each with as many occurrences, one a group. All is chosen from the text
 * alone, before any model has been measured, and is the same for every state of it.
 *
 * <p><b>Choice.</b> Of a long text a random part of its groups is looked at, {@value #POOL}
 * sentences; of sentences with the same tokens the first. A token type's class is that of most of
 * its occurrences, as in {@link WordClasses}; a part of a word belongs to its word's class, but
 * types that mostly are whole words come first, and parts only where fewer than {@value #TYPES} of
 * those are left. Function types are drawn at random among those in enough groups; content types
 * likewise, but so that as many are of each frequency decade (log10 of the occurrences in what was
 * looked at) as of the function types, as far as the text has them: frequent and rare types differ
 * in geometry whatever their class. Within a group an occurrence is the first in the first sentence
 * that has the type. Of a type's groups those are taken whose sentences carry most of the other
 * types' occurrences still wanted, one sentence after another, ties broken at random: so that few
 * sentences do. They are longer than the text's mean for it. Random sentences are added until there
 * are enough groups.
 *
 * <p><b>Size.</b> At most the sentences wanted: first {@value #TYPES} types a class in {@value
 * #GROUPS} groups, then groups as wanted, then types as wanted. Where the text or the size does not
 * carry {@value #TYPES} types in {@value #GROUPS} groups, there are fewer types, and {@link
 * #missing} tells it.
 *
 * <p><b>Blocks.</b> Groups are dealt, each whole, to {@value #BLOCKS} blocks (as many as groups
 * where these are fewer), the largest first and each to the block that has fewest sentences.
 *
 * <p>The same text, tokenizer and settings give the same choice. Immutable.
 */
public final class ReferenceText {
  /** Types of a class that a verdict needs. */
  public static final int TYPES = 30;

  /** Groups that each type must be measured in for a verdict. */
  public static final int GROUPS = 10;

  /** Groups of sentences that the intervals are known to hold for. */
  public static final int ALL_GROUPS = 100;

  /** Blocks for the jackknife. */
  public static final int BLOCKS = 64;

  /** Sentences that are tagged and chosen from. */
  public static final int POOL = 12_000;

  /** Random exchanges of the class labels. */
  public static final int PERMUTATIONS = 200;

  private static final int TYPE_STEP = 5;

  private final TokenizedText text;
  private final Evidence.Text description;
  private final List<Evidence.Type> types;
  private final int contentTypes;
  private final List<Integer> groupOf; // [sentences]
  private final int[] blockOf; // [sentences]
  private final int[][] typesIn; // [sentences][]
  private final int[][] positionsIn;
  private final List<boolean[]> labellings;
  private final List<String> missing;
  private final List<String> sentences;

  /**
   * How much is chosen.
   *
   * @param sentences at most, at least {@value ReferenceText#GROUPS}
   * @param typesPerClass at most, at least {@value ReferenceText#TYPES}
   * @param groupsPerType that each type is measured in, at most; at least {@value
   *     ReferenceText#GROUPS}
   * @param groups to have in all, by random sentences beside those with chosen types, as far as the
   *     sentences allow
   * @param seed of all draws
   */
  public record Settings(
      int sentences, int typesPerClass, int groupsPerType, int groups, long seed) {
    /** Refuses what is too few. */
    public Settings {
      if (sentences < GROUPS || typesPerClass < TYPES || groupsPerType < GROUPS || groups < 0) {
        throw new IllegalArgumentException(
            sentences + " sentences, " + typesPerClass + " types, " + groupsPerType + " groups");
      }
    }

    /** Up to 60 types a class in up to 20 groups, 256 groups in all. */
    public static Settings of(int sentences, long seed) {
      return new Settings(sentences, 60, 20, 256, seed);
    }
  }

  private ReferenceText(
      String name,
      List<String> sentences,
      TokenizedText text,
      List<Integer> groupOf,
      int blocks,
      int[] blockOf,
      List<Evidence.Type> types,
      int[][] typesIn,
      int[][] positionsIn,
      List<boolean[]> labellings,
      List<String> missing) {
    this.sentences = List.copyOf(sentences);
    this.text = text;
    this.description =
        new Evidence.Text(
            name,
            Corpus.of(name, sentences, 0).sha256(),
            sentences.size(),
            new HashSet<>(groupOf).size(),
            blocks);
    this.groupOf = List.copyOf(groupOf);
    this.blockOf = blockOf;
    this.types = List.copyOf(types);
    this.contentTypes =
        (int)
            types.stream()
                .filter(type -> type.wordClass().equals(WordClass.CONTENT.label()))
                .count();
    this.typesIn = typesIn;
    this.positionsIn = positionsIn;
    this.labellings = List.copyOf(labellings);
    this.missing = List.copyOf(missing);
  }

  /**
   * Chooses.
   *
   * @param encoder whose tokenizer reads the text; no vector of it is looked at
   * @param corpus to choose from
   * @param tagger of its language
   * @param settings how much
   */
  public static ReferenceText of(
      Encoder encoder, GroupedCorpus corpus, PartOfSpeech tagger, Settings settings) {
    return new Choice(encoder, corpus, tagger, settings).make();
  }

  /**
   * A part of this text and of its types, for figures that are wanted often and need no error: a
   * random part of each class, and of the sentences those that carry most occurrences of these
   * types, until each has as many as wanted. Classes and blocks stay; there are no labellings.
   *
   * @param sentences at most
   * @param typesPerClass at most
   * @param groupsPerType occurrences of a type, at most
   * @param seed of the draw
   */
  public ReferenceText part(int sentences, int typesPerClass, int groupsPerType, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] left = new int[types.size()]; // occurrences wanted
    for (int t : drawn(0, contentTypes, typesPerClass, random)) {
      left[t] = groupsPerType;
    }
    for (int t : drawn(contentTypes, types.size(), typesPerClass, random)) {
      left[t] = groupsPerType;
    }
    int[] place = new int[left.length]; // in the list of the part
    List<Evidence.Type> kept = new ArrayList<>();
    for (int t = 0; t < left.length; t++) {
      place[t] = left[t] > 0 ? kept.size() : -1;
      if (left[t] > 0) {
        kept.add(types.get(t));
      }
    }
    Map<Integer, int[]> carried = new TreeMap<>(); // places among a sentence's types
    int best = nextOf(left, carried);
    while (carried.size() < sentences && best >= 0) {
      int[] in = typesIn[best];
      int[] taken = IntStream.range(0, in.length).filter(i -> left[in[i]] > 0).toArray();
      Arrays.stream(taken).forEach(i -> left[in[i]]--);
      carried.put(best, taken);
      best = nextOf(left, carried);
    }
    return partOf(kept, place, carried);
  }

  /** Some of the numbers from one to another (exclusive). */
  private static int[] drawn(int from, int to, int wanted, SplittableRandom random) {
    return Arrays.stream(permutation(to - from, random)).limit(wanted).map(i -> from + i).toArray();
  }

  /** The first sentence with most occurrences that are wanted; -1 where none has any. */
  private int nextOf(int[] left, Map<Integer, int[]> carried) {
    int best = -1;
    long most = 0;
    for (int i = 0; i < typesIn.length; i++) {
      if (!carried.containsKey(i)) {
        long offered = Arrays.stream(typesIn[i]).filter(t -> left[t] > 0).count();
        if (offered > most) {
          most = offered;
          best = i;
        }
      }
    }
    return best;
  }

  private ReferenceText partOf(List<Evidence.Type> kept, int[] place, Map<Integer, int[]> carried) {
    List<Integer> chosen = List.copyOf(carried.keySet());
    int[][] typesOf = new int[chosen.size()][];
    int[][] positions = new int[chosen.size()][];
    int[] measured = new int[kept.size()];
    for (int i = 0; i < typesOf.length; i++) {
      int sentence = chosen.get(i);
      int[] taken = Objects.requireNonNull(carried.get(sentence));
      typesOf[i] = Arrays.stream(taken).map(k -> place[typesIn[sentence][k]]).toArray();
      positions[i] = Arrays.stream(taken).map(k -> positionsIn[sentence][k]).toArray();
      Arrays.stream(typesOf[i]).forEach(t -> measured[t]++);
    }
    List<Evidence.Type> counted = new ArrayList<>();
    for (Evidence.Type type : kept) {
      counted.add(new Evidence.Type(type.token(), type.wordClass(), measured[counted.size()]));
    }
    return new ReferenceText(
        description.name(),
        chosen.stream().map(sentences::get).toList(),
        new TokenizedText(chosen.stream().map(text.sentences()::get).toList(), 0),
        chosen.stream().map(groupOf::get).toList(),
        description.blocks(),
        chosen.stream().mapToInt(i -> blockOf[i]).toArray(),
        counted,
        typesOf,
        positions,
        List.of(),
        missing);
  }

  private static int[] permutation(int size, SplittableRandom random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The chosen sentences, in the order in which the text has them. */
  public List<String> sentences() {
    return sentences;
  }

  /** The same as token ids. */
  public TokenizedText text() {
    return text;
  }

  /** The text as evidence names it. */
  public Evidence.Text description() {
    return description;
  }

  /** The frozen list: content types, then function types, each in the order of their tokens. */
  public List<Evidence.Type> types() {
    return types;
  }

  /** How many of the types are content; they come first. */
  public int contentTypes() {
    return contentTypes;
  }

  /** What the text lacks for a verdict, as noun phrases; empty where nothing. */
  public List<String> missing() {
    return missing;
  }

  /**
   * Random exchanges of the class labels between types of one frequency decade, {@value
   * #PERMUTATIONS}: for each, whether a type counts as content. None where no decade has both.
   */
  public List<boolean[]> labellings() {
    return labellings.stream().map(boolean[]::clone).toList();
  }

  /** The evidence of a model over this text. */
  public Evidence evidence(String model, List<Evidence.State> states) {
    return new Evidence(Evidence.SCHEMA, model, description, types, states, missing);
  }

  /** The block that a sentence belongs to. */
  int block(int sentence) {
    return blockOf[sentence];
  }

  /** The types, by their number in the list, that are measured in a sentence; not to be changed. */
  int[] typesIn(int sentence) {
    return typesIn[sentence];
  }

  /** Where among the sentence's tokens; not to be changed. */
  int[] positionsIn(int sentence) {
    return positionsIn[sentence];
  }

  /** One choosing. */
  private static final class Choice {
    private final Corpus corpus;
    private final Settings settings;
    private final Tokenizer tokenizer;
    private final List<String> sentences = new ArrayList<>(); // those to choose from
    private final List<int[]> ids = new ArrayList<>();
    private final List<Integer> groupOf = new ArrayList<>(); // as the corpus numbers groups
    private final Map<Integer, Candidate> candidates = new TreeMap<>(); // by token id

    /** A token type that may be chosen. */
    private static final class Candidate {
      final int id;
      final long key; // random: the order of drawing
      final Map<WordClass, Integer> classes = new EnumMap<>(WordClass.class);
      final Map<Integer, Integer> firstIn = new TreeMap<>(); // sentence by group
      int wholeWords;
      int occurrences;

      Candidate(int id, long key) {
        this.id = id;
        this.key = key;
      }

      WordClass wordClass() {
        return TokenUse.most(classes);
      }

      boolean isWholeWord() {
        return 2 * wholeWords > classes.values().stream().mapToInt(count -> count).sum();
      }

      /** log10 of the occurrences, rounded down. */
      int decade() {
        return (int) Math.floor(Math.log10(occurrences));
      }
    }

    /** Types, and for each sentence taken those of them that it is taken for. */
    private record Plan(
        List<Candidate> content, List<Candidate> function, Map<Integer, List<Candidate>> carried) {}

    Choice(Encoder encoder, GroupedCorpus corpus, PartOfSpeech tagger, Settings settings) {
      this.corpus = corpus.corpus();
      this.settings = settings;
      tokenizer = encoder.tokenizer();
      List<Integer> pool = pool(corpus);
      List<String> texts = pool.stream().map(this.corpus.sentences()::get).toList();
      TokenizedText tokenized = tokenizer.tokenize(texts);
      for (int i : tokenized.distinct()) {
        sentences.add(texts.get(i));
        ids.add(tokenized.sentences().get(i));
        groupOf.add(corpus.groups().get(pool.get(i)));
      }
      sentences.forEach(sentence -> countClasses(sentence, tagger));
      for (int i = 0; i < sentences.size(); i++) {
        for (int id : ids.get(i)) {
          Candidate candidate = candidates.get(id);
          if (candidate != null) {
            candidate.occurrences++;
            candidate.firstIn.putIfAbsent(groupOf.get(i), i);
          }
        }
      }
    }

    private SplittableRandom random(String name) {
      return new SplittableRandom(settings.seed() ^ name.hashCode());
    }

    /** Sentences of random groups, ascending; all of them where they are few enough. */
    private List<Integer> pool(GroupedCorpus grouped) {
      int all = grouped.groups().size();
      if (all <= POOL) {
        return IntStream.range(0, all).boxed().toList();
      }
      int[] sizes = new int[grouped.groupCount()];
      grouped.groups().forEach(group -> sizes[group]++);
      boolean[] taken = new boolean[sizes.length];
      int size = 0;
      for (int group : permutation(sizes.length, random("pool"))) {
        if (size + sizes[group] <= POOL) {
          taken[group] = true;
          size += sizes[group];
        }
      }
      return IntStream.range(0, all).filter(i -> taken[grouped.groups().get(i)]).boxed().toList();
    }

    /** Counts what each token of a sentence is used as: the class of the word it begins in. */
    private void countClasses(String sentence, PartOfSpeech tagger) {
      for (TokenUse use : TokenUse.of(sentence, tokenizer, tagger)) {
        if (!tokenizer.isSpecial(use.id())) {
          Candidate candidate = candidates.computeIfAbsent(use.id(), this::candidate);
          candidate.classes.merge(use.wordClass(), 1, Integer::sum);
          candidate.wholeWords += use.wholeWord() ? 1 : 0;
        }
      }
    }

    private Candidate candidate(int id) {
      return new Candidate(id, new SplittableRandom(random("types").nextLong() ^ id).nextLong());
    }

    ReferenceText make() {
      Plan plan = plan();
      List<String> missing = new ArrayList<>();
      tellTypes("content", plan.content().size(), missing);
      tellTypes("function", plan.function().size(), missing);
      List<Integer> chosen = new ArrayList<>(plan.carried().keySet());
      topUp(chosen);
      Collections.sort(chosen);
      List<Integer> groups = chosen.stream().map(groupOf::get).toList();
      Set<Integer> different = new HashSet<>(groups);
      if (different.size() < ALL_GROUPS) {
        missing.add("groups of sentences: " + different.size() + " of " + ALL_GROUPS);
      }
      int blocks = Math.min(BLOCKS, different.size());
      Comparator<Candidate> byToken = Comparator.comparing(type -> tokenizer.token(type.id));
      List<Candidate> listed = new ArrayList<>(plan.content().stream().sorted(byToken).toList());
      listed.addAll(plan.function().stream().sorted(byToken).toList());
      int[][] typesIn = new int[chosen.size()][];
      int[][] positionsIn = new int[chosen.size()][];
      int[] measured = new int[listed.size()];
      for (int i = 0; i < typesIn.length; i++) {
        int[] sentence = ids.get(chosen.get(i));
        List<Candidate> carried = plan.carried().getOrDefault(chosen.get(i), List.of());
        typesIn[i] = carried.stream().mapToInt(listed::indexOf).sorted().toArray();
        positionsIn[i] =
            Arrays.stream(typesIn[i]).map(t -> first(sentence, listed.get(t).id)).toArray();
        Arrays.stream(typesIn[i]).forEach(t -> measured[t]++);
      }
      List<Evidence.Type> types = new ArrayList<>();
      for (int t = 0; t < listed.size(); t++) {
        Candidate type = listed.get(t);
        types.add(
            new Evidence.Type(tokenizer.token(type.id), type.wordClass().label(), measured[t]));
      }
      return new ReferenceText(
          corpus.name(),
          chosen.stream().map(sentences::get).toList(),
          new TokenizedText(chosen.stream().map(ids::get).toList(), 0),
          groups,
          blocks,
          deal(groups, blocks),
          types,
          typesIn,
          positionsIn,
          labellings(listed),
          missing);
    }

    private static void tellTypes(String wordClass, int types, List<String> missing) {
      if (types < TYPES) {
        missing.add(
            wordClass + " types in " + GROUPS + " or more groups: " + types + " of " + TYPES);
      }
    }

    private static int first(int[] sentence, int id) {
      int place = 0;
      while (sentence[place] != id) {
        place++;
      }
      return place;
    }

    /** The largest choice that fits: groups before types, as many of either as there may be. */
    private Plan plan() {
      for (int groups = settings.groupsPerType(); groups >= GROUPS; groups--) {
        int available =
            Math.min(
                eligible(WordClass.CONTENT, groups).size(),
                eligible(WordClass.FUNCTION, groups).size());
        for (int types = settings.typesPerClass(); available >= TYPES && types >= TYPES; ) {
          Plan plan = carried(types, groups);
          if (plan != null) {
            return plan;
          }
          types = types == TYPES ? 0 : Math.max(TYPES, types - TYPE_STEP);
        }
      }
      for (int types = TYPES; types > 0; types--) {
        Plan plan = carried(types, GROUPS);
        if (plan != null) {
          return plan;
        }
      }
      return new Plan(List.of(), List.of(), Map.of());
    }

    /** Types of a class in so many groups, in the order of drawing. */
    private List<Candidate> eligible(WordClass wordClass, int groups) {
      List<Candidate> eligible = new ArrayList<>();
      for (Candidate candidate : candidates.values()) {
        if (candidate.firstIn.size() >= groups && candidate.wordClass() == wordClass) {
          eligible.add(candidate);
        }
      }
      eligible.sort(
          Comparator.comparing(Candidate::isWholeWord)
              .reversed()
              .thenComparingLong(candidate -> candidate.key));
      int whole = (int) eligible.stream().filter(Candidate::isWholeWord).count();
      return eligible.subList(0, Math.min(eligible.size(), Math.max(TYPES, whole)));
    }

    /** Content types, in frequency like the function types as far as there are such. */
    private static List<Candidate> matched(
        List<Candidate> content, List<Candidate> function, int types) {
      List<Candidate> left = new ArrayList<>(content);
      List<Candidate> matched = new ArrayList<>();
      for (Candidate each : function) {
        for (int i = 0; i < left.size() && matched.size() < types; i++) {
          if (left.get(i).decade() == each.decade()) {
            matched.add(left.remove(i));
            break;
          }
        }
      }
      matched.addAll(left.subList(0, Math.min(left.size(), types - matched.size())));
      return matched;
    }

    /**
     * Sentences for so many types a class in so many groups; null where they are more than wanted.
     */
    private @Nullable Plan carried(int types, int groups) {
      List<Candidate> function = eligible(WordClass.FUNCTION, groups);
      function = List.copyOf(function.subList(0, Math.min(types, function.size())));
      List<Candidate> content =
          List.copyOf(matched(eligible(WordClass.CONTENT, groups), function, types));
      List<Candidate> all = new ArrayList<>(content);
      all.addAll(function);
      List<List<Candidate>> offered = new ArrayList<>(); // types that each sentence comes first for
      sentences.forEach(unused -> offered.add(new ArrayList<>()));
      int wanted = 0;
      Map<Integer, Integer> open = new TreeMap<>(); // occurrences still wanted, by token id
      for (Candidate type : all) {
        type.firstIn.values().forEach(sentence -> offered.get(sentence).add(type));
        open.put(type.id, groups);
        wanted += groups;
      }
      // What a sentence offers only falls as others are taken: a stale head is put back.
      int[] order = permutation(sentences.size(), random("sentences"));
      PriorityQueue<long[]> best = // offer, order, sentence
          new PriorityQueue<>(
              Comparator.<long[]>comparingLong(entry -> -entry[0])
                  .thenComparingLong(entry -> entry[1]));
      for (int i = 0; i < offered.size(); i++) {
        best.add(new long[] {offered.get(i).size(), order[i], i});
      }
      Map<Integer, List<Candidate>> carried = new TreeMap<>();
      while (wanted > 0) {
        long[] head = best.remove();
        int sentence = (int) head[2];
        List<Candidate> offer =
            offered.get(sentence).stream()
                .filter(type -> open.getOrDefault(type.id, 0) > 0)
                .toList();
        if (offer.size() < head[0]) {
          best.add(new long[] {offer.size(), head[1], sentence});
          continue;
        }
        if (carried.size() == settings.sentences()) {
          return null;
        }
        carried.put(sentence, offer);
        offer.forEach(type -> open.merge(type.id, -1, Integer::sum));
        wanted -= offer.size();
      }
      return new Plan(content, function, carried);
    }

    /** Adds random sentences of other groups. */
    private void topUp(List<Integer> chosen) {
      Set<Integer> groups = new HashSet<>();
      chosen.forEach(sentence -> groups.add(groupOf.get(sentence)));
      for (int sentence : permutation(sentences.size(), random("others"))) {
        if (groups.size() >= settings.groups() || chosen.size() >= settings.sentences()) {
          return;
        }
        if (groups.add(groupOf.get(sentence))) {
          chosen.add(sentence);
        }
      }
    }

    /** The block of each sentence. */
    private int[] deal(List<Integer> groups, int blocks) {
      Map<Integer, Integer> sizes = new TreeMap<>();
      groups.forEach(group -> sizes.merge(group, 1, Integer::sum));
      List<Integer> names = List.copyOf(sizes.keySet());
      List<Integer> shuffled = new ArrayList<>();
      for (int i : permutation(names.size(), random("blocks"))) {
        shuffled.add(names.get(i));
      }
      shuffled.sort((a, b) -> Integer.compare(of(sizes, b), of(sizes, a))); // stable
      int[] filled = new int[blocks];
      Map<Integer, Integer> blockOfGroup = new TreeMap<>();
      for (int group : shuffled) {
        int least = 0;
        for (int b = 1; b < blocks; b++) {
          least = filled[b] < filled[least] ? b : least;
        }
        blockOfGroup.put(group, least);
        filled[least] += of(sizes, group);
      }
      return groups.stream().mapToInt(group -> of(blockOfGroup, group)).toArray();
    }

    private static int of(Map<Integer, Integer> numbers, int group) {
      return numbers.getOrDefault(group, 0);
    }

    /** Labels exchanged within decades. */
    private List<boolean[]> labellings(List<Candidate> types) {
      Map<Integer, List<Integer>> decades = new TreeMap<>();
      for (int t = 0; t < types.size(); t++) {
        decades.computeIfAbsent(types.get(t).decade(), unused -> new ArrayList<>()).add(t);
      }
      boolean[] labels = new boolean[types.size()];
      for (int t = 0; t < labels.length; t++) {
        labels[t] = types.get(t).wordClass() == WordClass.CONTENT;
      }
      boolean both =
          decades.values().stream()
              .anyMatch(decade -> decade.stream().map(t -> labels[t]).distinct().count() == 2);
      List<boolean[]> exchanged = new ArrayList<>();
      SplittableRandom random = random("labels");
      for (int p = 0; both && p < PERMUTATIONS; p++) {
        boolean[] permuted = new boolean[labels.length];
        for (List<Integer> decade : decades.values()) {
          int[] order = permutation(decade.size(), random);
          for (int i = 0; i < order.length; i++) {
            permuted[decade.get(i)] = labels[decade.get(order[i])];
          }
        }
        exchanged.add(permuted);
      }
      return exchanged;
    }
  }
}
