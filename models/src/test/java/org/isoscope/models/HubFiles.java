package org.isoscope.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.Sha256;

/** A tiny model laid out as Hugging Face's programs cache it. */
final class HubFiles {
  static final String MINILM = "sentence-transformers/all-MiniLM-L6-v2";
  static final String COMMIT = "c9745ed1d9f207416be6d2e6f8de32d1f16199bf";

  /** Where the tests lay it; the links in it are as Python writes them. */
  private final Path cache;

  HubFiles(Path cache) {
    this.cache = cache;
  }

  Path cache() {
    return cache;
  }

  Path folder() {
    return cache.resolve("models--sentence-transformers--all-MiniLM-L6-v2");
  }

  Path snapshot(String commit) {
    return folder().resolve("snapshots").resolve(commit);
  }

  /** A sentence encoder like all-MiniLM-L6-v2, with mean pooling and vectors of length 1. */
  static Path model(Path directory, long seed) {
    TinyModel.write(directory, seed);
    return TinyModel.write(directory, SentenceModules.of("mean", true).withMaxLength(32), seed);
  }

  /** The files of a directory by their paths in it, with slashes. */
  static Map<String, Path> files(Path directory) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(directory.relativize(file).toString().replace('\\', '/'), file);
      }
    }
    return files;
  }

  /** Makes a snapshot: every file a blob, and a link to it. */
  Path link(Path model, String commit) throws IOException {
    for (Map.Entry<String, Path> file : files(model).entrySet()) {
      String name = Sha256.of(file.getValue());
      Path blob = folder().resolve("blobs").resolve(name);
      Files.createDirectories(folder().resolve("blobs"));
      if (!Files.exists(blob)) {
        Files.copy(file.getValue(), blob);
      }
      Path link = snapshot(commit).resolve(file.getKey());
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, link.getParent().relativize(blob));
    }
    return snapshot(commit);
  }

  /** Makes a snapshot as it is where there are no links. */
  Path copy(Path model, String commit) throws IOException {
    for (Map.Entry<String, Path> file : files(model).entrySet()) {
      Path copy = snapshot(commit).resolve(file.getKey());
      Files.createDirectories(copy.getParent());
      Files.copy(file.getValue(), copy);
    }
    return snapshot(commit);
  }

  /** Writes what a branch or tag stands for. */
  void reference(String revision, String commit) throws IOException {
    Path reference = folder().resolve("refs").resolve(revision);
    Files.createDirectories(reference.getParent());
    Files.writeString(reference, commit);
  }
}
