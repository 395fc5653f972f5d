package org.isoscope.encoder.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;

/**
 * The files of a checkpoint directory that its vectors may depend on: the weights, and whatever
 * says how they are used, which is every {@code .json} and {@code .txt} in the directory and in
 * those of its modules, and the weights of these. Some of these decide nothing; none that does is
 * left out.
 */
public final class ModelFiles {
  /** The directory itself, and a folder for each module. */
  private static final int DEPTH = 2;

  private ModelFiles() {}

  /**
   * The SHA-256 of the weights; of several files of weights, that of theirs.
   *
   * @throws UserError when there are none that can be read
   */
  public static String weights(Path directory) {
    List<Path> weights = weightFiles(directory);
    return weights.size() == 1
        ? Sha256.of(weights.get(0))
        : Sha256.ofText(weights.stream().map(Sha256::of).collect(Collectors.joining("\n")));
  }

  /**
   * How many bytes the weights have.
   *
   * @throws UserError when there are none that can be read
   */
  public static long size(Path directory) {
    long bytes = 0;
    for (Path file : weightFiles(directory)) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw UserError.reading(file, e);
      }
    }
    return bytes;
  }

  private static List<Path> weightFiles(Path directory) {
    return Checkpoint.weightFiles(directory.resolve(SentenceModules.read(directory).transformer()));
  }

  /**
   * The SHA-256 of the other files, the weights of further modules among them.
   *
   * @return by their paths in the directory, with slashes, in alphabetical order
   * @throws UserError when one cannot be read
   */
  public static Map<String, String> others(Path directory) {
    String transformer = SentenceModules.read(directory).transformer();
    return sums(
        directory,
        DEPTH,
        name ->
            !hidden(name)
                && (name.endsWith(".json")
                    || name.endsWith(".txt")
                    || isOfAModule(name, transformer)));
  }

  /**
   * The SHA-256 of all of them, of a model in whatever form: of a checkpoint of Google's or an ONNX
   * graph, whose weights have other names, of every file.
   *
   * @return by their paths in the directory, with slashes, in alphabetical order
   * @throws UserError when one cannot be read
   */
  public static Map<String, String> all(Path directory) {
    Path transformer = directory.resolve(SentenceModules.read(directory).transformer());
    if (!Files.exists(transformer.resolve("config.json")) || !Checkpoint.hasWeights(transformer)) {
      return sums(directory, DEPTH, name -> !hidden(name));
    }
    Map<String, String> sums = others(directory);
    sums.put("weights", weights(directory));
    return sums;
  }

  private static Map<String, String> sums(Path directory, int depth, Predicate<String> wanted) {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory, depth)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString().replace('\\', '/');
        if (wanted.test(name)) {
          sums.put(name, Sha256.of(file));
        }
      }
    } catch (UncheckedIOException e) { // while it walks
      throw UserError.reading(directory, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw UserError.reading(directory, e);
    }
    return sums;
  }

  /** Weights of a module other than the transformer, such as a dense layer. */
  private static boolean isOfAModule(String name, String transformer) {
    int folder = name.indexOf('/');
    return folder > 0
        && name.endsWith(".safetensors")
        && !name.substring(0, folder).equals(transformer);
  }

  private static boolean hidden(String name) {
    return name.startsWith(".") || name.contains("/.");
  }
}
