package org.isoscope.study.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.isoscope.study.Setting;

/**
 * The form of a {@link SweepSpec}'s file as a JSON Schema (draft 2020-12), by which editors
 * complete and check it. A test holds {@code docs/sweep.schema.json} to it.
 */
public final class SweepSchema {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DefaultPrettyPrinter LINES =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private SweepSchema() {}

  /**
   * Writes the schema.
   *
   * @param settings that a training has
   * @return JSON in lines, the last of which ends
   */
  public static String of(List<Setting> settings) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Isoscope sweep");
    schema.put("description", "Many trainings from one specification: isoscope sweep SPEC.yaml");
    ObjectNode top = object(schema);
    ArrayNode required = schema.putArray("required");
    required.add("schema");

    top.putObject("schema").put("const", SweepSpec.SCHEMA);
    ObjectNode common = top.putObject("settings");
    common.put(
        "description",
        "Settings of every run; relative paths are relative to the working directory.");
    ObjectNode commonKeys = object(common);

    ObjectNode grid = top.putObject("grid");
    grid.put("description", "Settings with their values, of which every combination is run.");
    grid.put("minProperties", 1);
    ObjectNode gridKeys = object(grid);

    ObjectNode runs = top.putObject("runs");
    runs.put("description", "Further runs: settings besides, and over, those of every run.");
    runs.put("type", "array");
    runs.put("minItems", 1);
    ObjectNode runKeys = object(runs.putObject("items"));
    ObjectNode name = runKeys.putObject("name");
    name.put("description", "Of the runs' directory; else made of their settings.");
    name.put("type", "string");
    name.put("pattern", "^" + SpecReader.NAME.pattern() + "$");
    reference(runKeys, "seeds", "seeds");

    ObjectNode definitions = JSON.createObjectNode();
    for (Setting setting : settings) {
      definitions.set(setting.name(), value(setting));
      reference(commonKeys, setting.name(), setting.name());
      reference(runKeys, setting.name(), setting.name());
      ObjectNode values = gridKeys.putObject(setting.name());
      values.put("type", "array");
      values.put("minItems", 1);
      values.put("uniqueItems", true);
      values.putObject("items").put("$ref", "#/$defs/" + setting.name());
    }

    reference(top, "seeds", "seeds");
    ObjectNode keep = top.putObject("keep-models");
    keep.put("description", "Whether models stay after their runs; all else does. Default: false.");
    keep.put("type", "boolean");
    whole(
        top.putObject("jobs"),
        "Runs at once. Default: as many as cores and memory carry.",
        SweepSpec.MOST_THREADS);
    whole(
        top.putObject("threads"),
        "Threads of each run. Default: all cores, divided among the jobs; without these, 2 or more.",
        SweepSpec.MOST_THREADS);

    definitions.set("seeds", seeds());
    schema.set("$defs", definitions);
    try {
      return JSON.writer(LINES).writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // a tree of nodes can be written
    }
  }

  private static ObjectNode seeds() {
    ObjectNode seeds = JSON.createObjectNode();
    seeds.put("description", "Seeds with each of which all is run, or how many: 2 means 1 and 2.");
    ArrayNode either = seeds.putArray("anyOf");
    ObjectNode count = either.addObject();
    whole(count, "How many, from 1 on.", SweepSpec.MOST_RUNS);
    ObjectNode list = either.addObject();
    list.put("type", "array");
    list.put("minItems", 1);
    list.put("uniqueItems", true);
    list.putObject("items").put("type", "integer");
    return seeds;
  }

  private static ObjectNode value(Setting setting) {
    ObjectNode value = JSON.createObjectNode();
    value.put("description", setting.description());
    switch (setting.kind()) {
      case WHOLE -> value.put("type", "integer");
      case NUMBER -> value.put("type", "number");
      case TEXT -> text(value);
      case SWITCH -> value.put("type", "boolean");
      case CHOICE -> {
        ArrayNode choices = value.putArray("enum");
        setting.choices().forEach(choices::add);
      }
      case LIST -> {
        ArrayNode either = value.putArray("anyOf");
        text(either.addObject());
        ObjectNode list = either.addObject();
        list.put("type", "array");
        list.put("minItems", 1);
        text(list.putObject("items"));
      }
    }
    return value;
  }

  /** A number or a truth value is the text that it is written as. */
  private static void text(ObjectNode node) {
    node.putArray("type").add("string").add("number").add("boolean");
  }

  private static void whole(ObjectNode node, String description, int most) {
    node.put("description", description);
    node.put("type", "integer");
    node.put("minimum", 1);
    node.put("maximum", most);
  }

  private static void reference(ObjectNode properties, String name, String definition) {
    properties.putObject(name).put("$ref", "#/$defs/" + definition);
  }

  /** Makes a schema one of an object that has these properties and no others. */
  private static ObjectNode object(ObjectNode schema) {
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    return schema.putObject("properties");
  }
}
