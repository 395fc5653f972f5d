package org.isoscope.study.sweep;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.isoscope.io.UserError;
import org.isoscope.study.Setting;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads the specification of a sweep from the nodes of its YAML, which know their lines. The text
 * is not trusted: how deep it nests and how often it repeats itself by aliases is bounded.
 */
final class SpecReader {
  private static final List<String> TOP =
      List.of("schema", "settings", "grid", "runs", "seeds", "keep-models", "jobs", "threads");

  /** Keys of an entry of {@code runs} that are no settings. */
  private static final List<String> OF_A_RUN = List.of("name", "seeds");

  /** Said by the specification itself, so that no setting may have these names. */
  private static final Set<String> TAKEN = Set.of("name", "seeds", "seed", "threads", "jobs");

  /** Deeper than any specification; what reads YAML recurses. */
  private static final int MOST_DEPTH = 16;

  private static final int MOST_ALIASES = 64;
  private static final int MOST_SHOWN = 60;

  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._=,+-]{0,62}[A-Za-z0-9])?");

  private final String where;
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  /**
   * @throws IllegalArgumentException for two settings of one name, or one whose name is taken
   */
  SpecReader(String where, List<Setting> known) {
    this.where = where;
    for (Setting setting : known) {
      if (TAKEN.contains(setting.name()) || settings.put(setting.name(), setting) != null) {
        throw new IllegalArgumentException(setting.name());
      }
    }
  }

  private record Entry(Node key, Node value) {}

  SweepSpec read(String text) {
    Map<String, Entry> top = entries(root(text), "the specification");
    for (Map.Entry<String, Entry> each : top.entrySet()) {
      if (!TOP.contains(each.getKey())) {
        throw error(
            each.getValue().key(),
            quoted(each.getKey()) + " is no part of a sweep",
            "one of " + String.join(", ", TOP),
            settings.containsKey(each.getKey())
                ? "Put it under settings, grid or runs"
                : remedy(each.getKey(), TOP, "Remove it"));
      }
    }
    Entry schema = top.get("schema");
    if (schema == null) {
      throw new UserError(
          where + ":1:1",
          "\"schema\" is missing",
          "schema: " + SweepSpec.SCHEMA,
          "Write it as the first line");
    }
    whole(schema.value(), "schema", SweepSpec.SCHEMA, SweepSpec.SCHEMA);

    Map<String, Object> common = new LinkedHashMap<>();
    Entry given = top.get("settings");
    if (given != null) {
      entries(given.value(), "settings")
          .forEach((name, entry) -> common.put(name, value(setting(name, entry, true), entry)));
    }
    Map<String, List<Object>> grid = new LinkedHashMap<>();
    Entry combined = top.get("grid");
    if (combined != null) {
      Map<String, Entry> lists = entries(combined.value(), "grid");
      if (lists.isEmpty()) {
        throw empty(combined.value(), "grid", "settings, each with a list of values");
      }
      lists.forEach((name, entry) -> grid.put(name, values(setting(name, entry, true), entry)));
    }
    List<SweepSpec.Arm> runs = top.get("runs") == null ? List.of() : arms(top.get("runs").value());
    List<Long> seeds = top.get("seeds") == null ? List.of(1L) : seeds(top.get("seeds").value());
    boolean keepModels =
        top.get("keep-models") != null && bool(top.get("keep-models").value(), "keep-models");
    Integer jobs = count(top.get("jobs"), "jobs");
    Integer threads = count(top.get("threads"), "threads");

    if (SweepSpec.count(grid, runs, seeds) > SweepSpec.MOST_RUNS) {
      throw error(
          combined == null ? schema.key() : combined.key(),
          "makes more than " + SweepSpec.MOST_RUNS + " runs",
          "at most " + SweepSpec.MOST_RUNS,
          "Give fewer values or seeds");
    }
    return new SweepSpec(common, grid, runs, seeds, keepModels, jobs, threads);
  }

  /** The document's mapping, after all that can be said of its YAML. */
  private Node root(String text) {
    LoadSettings load =
        LoadSettings.builder()
            .setLabel(where)
            .setSchema(new CoreSchema())
            .setAllowNonScalarKeys(true) // so that the error has a line
            .setMaxAliasesForCollections(MOST_ALIASES)
            .setCodePointLimit(SweepSpec.MOST_BYTES)
            .build();
    try {
      bound(new Parse(load).parseString(text));
      return new Compose(load)
          .composeString(text)
          .orElseThrow(
              () ->
                  new UserError(
                      where,
                      "holds no specification",
                      "YAML such as docs/sweep.yaml",
                      "Write one, or check the path"));
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      String problem = e.getProblem() == null ? e.getMessage() : e.getProblem();
      throw new UserError(
          place(mark),
          "is not YAML: " + shown(problem),
          "YAML 1.2",
          "Correct it there or above",
          e);
    } catch (YamlEngineException e) {
      throw new UserError(
          where, "is not YAML: " + shown(e.getMessage()), "YAML 1.2", "Correct it", e);
    }
  }

  private void bound(Iterable<Event> events) {
    int depth = 0;
    int documents = 0;
    int aliases = 0;
    for (Event event : events) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case DocumentStart -> documents++;
        case Alias -> aliases++;
        default -> {}
      }
      if (depth > MOST_DEPTH) {
        throw new UserError(
            place(event.getStartMark()),
            "is more than " + MOST_DEPTH + " levels deep",
            "the specification of a sweep",
            "Take out brackets or indentation");
      }
      if (documents > 1) {
        throw new UserError(
            place(event.getStartMark()),
            "a second document begins",
            "one specification in a file",
            "Put it into a file of its own");
      }
      if (aliases > MOST_ALIASES) {
        throw new UserError(
            place(event.getStartMark()),
            "is more than the " + MOST_ALIASES + "th alias",
            "at most " + MOST_ALIASES,
            "Write the values out");
      }
    }
  }

  private List<SweepSpec.Arm> arms(Node node) {
    List<SweepSpec.Arm> arms = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node run : items(node, "runs", "a list of further runs")) {
      String name = null;
      List<Long> seeds = null;
      Map<String, Object> over = new LinkedHashMap<>();
      for (Map.Entry<String, Entry> each : entries(run, "an entry of runs").entrySet()) {
        Entry entry = each.getValue();
        switch (each.getKey()) {
          case "name" -> name = name(entry.value(), names);
          case "seeds" -> seeds = seeds(entry.value());
          default -> over.put(each.getKey(), value(setting(each.getKey(), entry, false), entry));
        }
      }
      arms.add(new SweepSpec.Arm(name, over, seeds));
    }
    return arms;
  }

  private String name(Node node, Set<String> names) {
    String name = scalar(node, "name", "a name").getValue();
    if (!NAME.matcher(name).matches()) {
      throw error(
          node,
          "name " + quoted(name) + " cannot name a directory",
          "at most 64 letters, digits and . _ = , + -, a letter or digit first and last",
          "Choose another name");
    }
    if (!names.add(name.toLowerCase(Locale.ROOT))) {
      throw error(
          node,
          "name " + quoted(name) + " is given twice",
          "a name for each entry of runs, different in more than capitals",
          "Choose another name");
    }
    return name;
  }

  private List<Long> seeds(Node node) {
    if (!(node instanceof SequenceNode)) {
      if (node instanceof MappingNode) {
        throw type(node, "seeds", "a list of whole numbers, or how many");
      }
      long count = whole(node, "seeds", 1, SweepSpec.MOST_RUNS);
      List<Long> seeds = new ArrayList<>();
      for (long seed = 1; seed <= count; seed++) {
        seeds.add(seed);
      }
      return seeds;
    }
    List<Long> seeds = new ArrayList<>();
    for (Node each : items(node, "seeds", "a list of whole numbers")) {
      long seed = whole(each, "seed", Long.MIN_VALUE, Long.MAX_VALUE);
      if (seeds.contains(seed)) {
        throw twice(each, "seed " + seed);
      }
      seeds.add(seed);
      if (seeds.size() > SweepSpec.MOST_RUNS) {
        throw error(
            each,
            "is more than the " + SweepSpec.MOST_RUNS + "th seed",
            "at most " + SweepSpec.MOST_RUNS,
            "Give fewer");
      }
    }
    return seeds;
  }

  private Setting setting(String name, Entry entry, boolean common) {
    Setting setting = settings.get(name);
    if (setting != null) {
      return setting;
    }
    String known = name.equals("seed") ? "seeds" : name;
    Collection<String> possible = new TreeSet<>(settings.keySet());
    if (!common) {
      possible.addAll(OF_A_RUN);
    }
    throw error(
        entry.key(),
        quoted(name) + " is no setting of a training",
        "the name of an option of train, without its dashes",
        TOP.contains(known)
            ? "Give " + known + " at the top of the file"
            : remedy(name, possible, "See isoscope train --help"));
  }

  private List<Object> values(Setting setting, Entry entry) {
    List<Object> values = new ArrayList<>();
    for (Node each : items(entry.value(), setting.name(), "a list of values")) {
      Object value = value(setting, each);
      if (values.contains(value)) {
        throw twice(each, setting.name() + " " + shown(String.valueOf(value)));
      }
      values.add(value);
      if (values.size() > SweepSpec.MOST_RUNS) {
        throw error(
            each,
            "is more than the " + SweepSpec.MOST_RUNS + "th value of " + setting.name(),
            "at most " + SweepSpec.MOST_RUNS,
            "Give fewer");
      }
    }
    return values;
  }

  private Object value(Setting setting, Entry entry) {
    return value(setting, entry.value());
  }

  private Object value(Setting setting, Node node) {
    String name = setting.name();
    return switch (setting.kind()) {
      case WHOLE -> whole(node, name, Long.MIN_VALUE, Long.MAX_VALUE);
      case NUMBER -> number(node, name);
      case TEXT -> scalar(node, name, "a text").getValue();
      case SWITCH -> bool(node, name);
      case CHOICE -> {
        String value = scalar(node, name, "a word").getValue();
        if (!setting.choices().contains(value)) {
          throw error(
              node,
              name + " is " + quoted(value),
              "one of " + String.join(", ", setting.choices()),
              remedy(value, setting.choices(), "Choose one"));
        }
        yield value;
      }
      case LIST -> {
        List<String> texts = new ArrayList<>();
        if (node instanceof SequenceNode) {
          for (Node each : items(node, name, "texts")) {
            texts.add(scalar(each, name, "a text").getValue());
          }
        } else {
          texts.add(scalar(node, name, "a text, or a list of texts").getValue());
        }
        yield List.copyOf(texts);
      }
    };
  }

  private @Nullable Integer count(@Nullable Entry entry, String name) {
    return entry == null ? null : (int) whole(entry.value(), name, 1, SweepSpec.MOST_THREADS);
  }

  private long whole(Node node, String name, long least, long most) {
    String expected =
        least == most
            ? String.valueOf(least)
            : least == Long.MIN_VALUE
                ? "a whole number"
                : "a whole number from " + least + " to " + most;
    ScalarNode scalar = scalar(node, name, expected);
    if (!scalar.getTag().equals(Tag.INT) || !WHOLE.matcher(scalar.getValue()).matches()) {
      throw type(node, name, expected);
    }
    try {
      long value = Long.parseLong(scalar.getValue());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Too large, as below.
    }
    throw error(node, name + " is " + shown(scalar.getValue()), expected, "Choose another value");
  }

  private double number(Node node, String name) {
    String expected = "a finite number";
    ScalarNode scalar = scalar(node, name, expected);
    if (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT)) {
      try {
        double value = Double.parseDouble(scalar.getValue());
        if (Double.isFinite(value)) {
          return value + 0.0; // -0 is 0
        }
      } catch (NumberFormatException e) {
        // .inf, .nan, octal and hexadecimal, as below.
      }
    }
    throw type(node, name, expected);
  }

  private boolean bool(Node node, String name) {
    ScalarNode scalar = scalar(node, name, "true or false");
    return switch (scalar.getTag().equals(Tag.BOOL) ? scalar.getValue() : "") {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw type(node, name, "true or false");
    };
  }

  private ScalarNode scalar(Node node, String name, String expected) {
    if (node instanceof ScalarNode scalar
        && Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL).contains(node.getTag())) {
      return scalar;
    }
    throw type(node, name, expected);
  }

  private List<Node> items(Node node, String name, String expected) {
    if (!(node instanceof SequenceNode list) || !node.getTag().equals(Tag.SEQ)) {
      throw type(node, name, expected);
    }
    if (list.getValue().isEmpty()) {
      throw empty(node, name, expected);
    }
    return list.getValue();
  }

  private Map<String, Entry> entries(Node node, String name) {
    if (!(node instanceof MappingNode mapping) || !node.getTag().equals(Tag.MAP)) {
      throw type(node, name, "keys with their values");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = scalar(tuple.getKeyNode(), "a key of " + name, "a name").getValue();
      Entry earlier = entries.put(key, new Entry(tuple.getKeyNode(), tuple.getValueNode()));
      if (earlier != null) {
        int line = earlier.key().getStartMark().map(Mark::getLine).orElse(0) + 1;
        throw error(
            tuple.getKeyNode(),
            quoted(key) + " is given twice, first in line " + line,
            "each key once",
            "Remove one of the two");
      }
    }
    return entries;
  }

  private UserError twice(Node node, String what) {
    return error(node, what + " is given twice", "each value once", "Remove one of the two");
  }

  private UserError empty(Node node, String name, String expected) {
    return error(node, name + " is empty", expected, "Fill it, or leave " + name + " out");
  }

  private UserError type(Node node, String name, String expected) {
    String found;
    if (node instanceof ScalarNode scalar) {
      if (scalar.getTag().equals(Tag.NULL)) {
        found = "nothing";
      } else if (scalar.getTag().equals(Tag.STR)) {
        found = "the text " + quoted(scalar.getValue());
      } else if (List.of(Tag.INT, Tag.FLOAT, Tag.BOOL).contains(scalar.getTag())) {
        found = shown(scalar.getValue());
      } else {
        found = "of the type " + shown(scalar.getTag().getValue());
      }
    } else if (node.getTag().equals(Tag.MAP)) {
      found = "a mapping";
    } else if (node.getTag().equals(Tag.SEQ)) {
      found = "a list";
    } else {
      found = "of the type " + shown(node.getTag().getValue());
    }
    return error(node, name + " is " + found, expected, "Correct the value");
  }

  private UserError error(Node node, String what, String expected, String remedy) {
    return new UserError(place(node.getStartMark()), what, expected, remedy);
  }

  private String place(Optional<Mark> mark) {
    return mark.map(at -> where + ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1))
        .orElse(where);
  }

  private static String quoted(String text) {
    return "\"" + shown(text) + "\"";
  }

  /** In a line, not too long, without what a terminal would obey. */
  private static String shown(@Nullable String found) {
    String text = found == null ? "it cannot be read" : found;
    String shown =
        text.codePoints()
            .limit(MOST_SHOWN + 1L)
            .mapToObj(c -> Character.isISOControl(c) ? " " : Character.toString(c))
            .collect(Collectors.joining());
    return shown.codePointCount(0, shown.length()) > MOST_SHOWN
        ? shown.substring(0, shown.offsetByCodePoints(0, MOST_SHOWN)) + "..."
        : shown;
  }

  /** The nearest of the known names, where one is near. */
  private static String remedy(String found, Collection<String> known, String otherwise) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    String lower = found.toLowerCase(Locale.ROOT).replace('_', '-');
    for (String name : known) {
      int distance = lower.length() > MOST_SHOWN ? Integer.MAX_VALUE : distance(lower, name);
      if (distance < least
          && distance <= Math.max(1, Math.min(lower.length(), name.length()) / 3)) {
        least = distance;
        nearest = name;
      }
    }
    return nearest == null ? otherwise : "Write " + nearest + " if you mean that";
  }

  /** Levenshtein's: letters to insert, remove or replace. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
