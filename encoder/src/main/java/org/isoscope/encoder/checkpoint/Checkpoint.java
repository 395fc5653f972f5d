package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Json;

/**
 * The configuration and weights in a checkpoint directory in Hugging Face layout: {@code
 * config.json} and {@code model.safetensors}, or its shards with {@code
 * model.safetensors.index.json}. Parameters go by the names of their {@link Family}; prefixes and
 * old names in the file are understood, and what is no part of the encoder (poolers, task heads,
 * {@code position_ids}) is ignored.
 *
 * <p>Opening checks that every parameter of the configuration is there with its shape.
 */
public final class Checkpoint implements AutoCloseable {
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** A tensor in one of the files. */
  private record Place(Safetensors file, String name) {}

  private final EncoderConfig config;
  private final List<Safetensors> files;
  private final Map<String, long[]> shapes;
  private final Map<String, Place> places;

  private Checkpoint(
      EncoderConfig config,
      List<Safetensors> files,
      Map<String, long[]> shapes,
      Map<String, Place> places) {
    this.config = config;
    this.files = files;
    this.shapes = shapes;
    this.places = places;
  }

  /**
   * Opens a checkpoint directory.
   *
   * @throws UserError when a file is missing or broken, or a parameter is missing, there twice or
   *     of another shape than the configuration says; it names the file and the tensor
   */
  public static Checkpoint open(Path directory) {
    List<Path> paths = weightFiles(directory);
    EncoderConfig config = EncoderConfig.read(directory.resolve("config.json"));
    List<Safetensors> files = new ArrayList<>();
    try {
      for (Path path : paths) {
        files.add(Safetensors.open(path));
      }
      Map<String, long[]> shapes = config.shapes();
      Map<String, Place> places = places(config.family(), files, shapes.keySet());
      shapes.forEach(
          (name, shape) -> {
            Place place = places.get(name);
            if (place == null) {
              throw new UserError(
                  paths.get(0) + ": tensor " + name,
                  "is missing",
                  "every parameter of "
                      + config.family().architecture()
                      + " with "
                      + config.layers()
                      + " layers",
                  "Use the config.json and the weights of one and the same model");
            }
            place.file().checkShape(place.name(), shape);
          });
      return new Checkpoint(config, files, shapes, places);
    } catch (RuntimeException | Error e) {
      files.forEach(Safetensors::close);
      throw e;
    }
  }

  /** The configuration. */
  public EncoderConfig config() {
    return config;
  }

  /**
   * A parameter's values, row-major, in the shape that {@link EncoderConfig#shapes} gives.
   *
   * @param name a canonical name
   * @return a read-only mapping of the file (F32), or a new buffer (F16, BF16)
   * @throws UserError when the tensor is of another type
   * @throws IllegalArgumentException when no parameter of this configuration has the name
   */
  public FloatBuffer parameter(String name) {
    Place place = places.get(name);
    long[] shape = shapes.get(name);
    if (place == null || shape == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return place.file().floats(place.name(), shape);
  }

  /** Closes the files. Buffers handed out stay valid. */
  @Override
  public void close() {
    files.forEach(Safetensors::close);
  }

  /** Whether a directory has weights that are read here, whole or in shards. */
  public static boolean hasWeights(Path directory) {
    return Files.exists(directory.resolve(WEIGHTS)) || Files.exists(directory.resolve(INDEX));
  }

  /**
   * The files that hold the weights of the checkpoint in {@code directory}.
   *
   * @throws UserError when there are none that can be read
   */
  public static List<Path> weightFiles(Path directory) {
    Path single = directory.resolve(WEIGHTS);
    if (Files.exists(single)) {
      return List.of(single);
    }
    Path index = directory.resolve(INDEX);
    if (Files.exists(index)) {
      return shards(directory, index);
    }
    if (Files.exists(directory.resolve("pytorch_model.bin"))) {
      throw pickle(directory.resolve("pytorch_model.bin").toString());
    }
    throw new UserError(
        directory.toString(),
        Files.isDirectory(directory) ? "has no " + WEIGHTS : "is no directory",
        "a model in Hugging Face layout: config.json, " + WEIGHTS + ", tokenizer.json",
        "Check the path");
  }

  /** Refuses weights in a format that can run code. */
  public static UserError pickle(String where) {
    return new UserError(
        where,
        "is a pickle, which is never read because it can run code",
        WEIGHTS + " beside it",
        "Convert it once where you trust it: load it with transformers and call"
            + " save_pretrained(directory, safe_serialization=True)");
  }

  private static List<Path> shards(Path directory, Path index) {
    JsonNode weightMap = Json.readObject(index).path("weight_map");
    Set<Path> shards = new LinkedHashSet<>();
    for (JsonNode value : weightMap) {
      String name = value.asText();
      if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
        throw new UserError(
            index + ": weight_map",
            "names the file \"" + name + "\"",
            "plain names of .safetensors files",
            "Fetch the model again");
      }
      shards.add(directory.resolve(name));
    }
    if (shards.isEmpty()) {
      throw new UserError(
          index.toString(), "names no files", "a weight_map", "Fetch the model again");
    }
    return List.copyOf(shards);
  }

  private static Map<String, Place> places(
      Family family, List<Safetensors> files, Set<String> wanted) {
    Map<String, Place> places = new HashMap<>(2 * wanted.size());
    for (Safetensors file : files) {
      for (String found : file.tensors().keySet()) {
        String name = family.canonical(found);
        if (!wanted.contains(name)) {
          continue;
        }
        Place other = places.put(name, new Place(file, found));
        if (other != null) {
          throw new UserError(
              file.file() + ": tensor " + found,
              "is there twice, also as " + other.name() + " in " + other.file().file(),
              "one tensor for " + name,
              "Use the weights of a single encoder");
        }
      }
    }
    return places;
  }
}
