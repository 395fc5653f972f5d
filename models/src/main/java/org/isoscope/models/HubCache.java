package org.isoscope.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The cache of models that Hugging Face's own programs keep. A model has a folder {@code
 * models--org--name} there; in it {@code refs/REVISION} holds the commit of a branch or tag, {@code
 * snapshots/COMMIT} is the model's directory at a commit, and {@code blobs} holds the files that
 * the snapshots link to. Where the system has no links, a snapshot has the files themselves.
 *
 * <p>Nothing in it is trusted: a reference must hold a commit, and a link must not leave the
 * model's folder and its blobs.
 */
final class HubCache {
  static final String SNAPSHOTS = "snapshots";
  static final String REFS = "refs";
  static final String BLOBS = "blobs";

  /** The first digits of a commit, no fewer than git itself shows. */
  private static final Pattern ABBREVIATED = Pattern.compile("[0-9a-f]{7,39}");

  /** A commit has 40 digits, and may have a line's end. */
  private static final int MOST_OF_A_REFERENCE = 64;

  private final Path directory;

  HubCache(Path directory) {
    this.directory = directory;
  }

  /**
   * Where Hugging Face's programs look: {@code $HF_HUB_CACHE}; else {@code hub} in {@code
   * $HF_HOME}; else {@code huggingface/hub} in {@code $XDG_CACHE_HOME}, or in {@code ~/.cache} on
   * every platform.
   */
  static Path directory(Function<String, @Nullable String> environment, Path home) {
    Path own = path(environment, "HF_HUB_CACHE", home);
    if (own != null) {
      return own;
    }
    return hubHome(environment, home).resolve("hub");
  }

  /** Where they keep the cache and what else they have: {@code $HF_HOME}, as above. */
  static Path hubHome(Function<String, @Nullable String> environment, Path home) {
    Path hubHome = path(environment, "HF_HOME", home);
    if (hubHome != null) {
      return hubHome;
    }
    Path xdg = path(environment, "XDG_CACHE_HOME", home);
    return (xdg == null ? home.resolve(".cache") : xdg).resolve("huggingface");
  }

  /** A path in the environment; ~ is the user's directory, as Python takes it. */
  static @Nullable Path path(
      Function<String, @Nullable String> environment, String name, Path home) {
    String value = environment.apply(name);
    if (value == null || value.isBlank()) {
      return null;
    }
    if (value.equals("~")) {
      return home;
    }
    return value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value);
  }

  /** The folder of a model, there or not. */
  Path folder(HubModel model) {
    return directory.resolve(model.folder());
  }

  /** The folder in which who fetches a model keeps others from it meanwhile. */
  Path locks(HubModel model) {
    return directory.resolve(".locks").resolve(model.folder());
  }

  /** The folder of empty files that stand for what a commit is known not to have. */
  Path knownMissing(HubModel model, String commit) {
    return folder(model).resolve(".no_exist").resolve(commit);
  }

  /** Whether a snapshot has all that a model is read from. */
  static boolean isWhole(Path snapshot) {
    try {
      Path transformer = snapshot.resolve(SentenceModules.read(snapshot).transformer());
      return Files.exists(transformer.resolve("config.json"))
          && Files.exists(transformer.resolve("tokenizer.json"))
          && Checkpoint.weightFiles(transformer).stream().allMatch(Files::exists);
    } catch (UserError e) {
      return false; // whoever opens it tells what is wrong
    }
  }

  /**
   * Whether it is known how a model makes a sentence's vector: a program that reads transformers
   * alone caches no modules.json of a sentence encoder, and then the cache does not tell whether
   * there is one.
   */
  boolean knowsModules(HubModel model, Path snapshot) {
    return Files.exists(snapshot.resolve("modules.json"))
        || Files.exists(
            knownMissing(model, String.valueOf(snapshot.getFileName())).resolve("modules.json"));
  }

  /**
   * The model's directory at its revision; null where the cache has none.
   *
   * @throws UserError where several commits begin as the revision does; where the cache is damaged,
   *     or a link in it leaves the model's folder
   */
  @Nullable Path find(HubModel model) {
    Path folder = folder(model);
    String commit = commit(model);
    if (commit == null) {
      return null;
    }
    Path snapshot = folder.resolve(SNAPSHOTS).resolve(commit);
    if (!Files.isDirectory(snapshot)) {
      return null;
    }
    try {
      requireInside(folder, snapshot);
    } catch (IOException e) {
      throw UserError.reading(snapshot, e);
    }
    return snapshot;
  }

  /** A commit is taken as it is, then a branch or tag, then the first digits of a commit. */
  private @Nullable String commit(HubModel model) {
    String revision = model.revision();
    if (HubModel.isCommit(revision)) {
      return revision;
    }
    Path folder = folder(model);
    Path reference = folder.resolve(REFS).resolve(revision);
    if (Files.isRegularFile(reference)) {
      requireReal(reference, List.of(folder));
      String commit = RegularFile.readText(reference, MOST_OF_A_REFERENCE).strip();
      if (!HubModel.isCommit(commit)) {
        throw new UserError(
            reference.toString(),
            "holds no commit",
            "40 hexadecimal digits",
            "Delete the file and fetch the model again");
      }
      return commit;
    }
    return ABBREVIATED.matcher(revision).matches() ? whole(folder, revision) : null;
  }

  private static @Nullable String whole(Path folder, String beginning) {
    Path snapshots = folder.resolve(SNAPSHOTS);
    if (!Files.isDirectory(snapshots)) {
      return null;
    }
    List<String> commits;
    try (Stream<Path> entries = Files.list(snapshots)) {
      commits =
          entries
              .map(entry -> String.valueOf(entry.getFileName()))
              .filter(name -> HubModel.isCommit(name) && name.startsWith(beginning))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw UserError.reading(snapshots, e);
    }
    if (commits.size() > 1) {
      throw new UserError(
          snapshots.toString(),
          "has " + commits.size() + " commits that begin with " + beginning,
          "the beginning of one commit",
          "Name more digits, as of " + commits.get(0));
    }
    return commits.isEmpty() ? null : commits.get(0);
  }

  /** Refuses a snapshot that has a link out of its model's folder, or one to a directory. */
  static void requireInside(Path folder, Path snapshot) throws IOException {
    List<Path> allowed = List.of(folder, folder.resolve(BLOBS));
    requireReal(snapshot, List.of(folder));
    try (Stream<Path> files = Files.walk(snapshot)) {
      for (Path file : files.filter(Files::isSymbolicLink).toList()) {
        if (Files.isDirectory(file)) {
          throw new UserError(
              file.toString(),
              "links to a directory",
              "links to files, in the model's own blobs",
              "Delete the model's folder and fetch it again");
        }
        requireReal(file, allowed);
      }
    }
  }

  /** Refuses what lies really, all links followed, in none of some directories. */
  private static void requireReal(Path path, List<Path> directories) {
    try {
      Path real = path.toRealPath();
      for (Path directory : directories) {
        if (Files.exists(directory) && real.startsWith(directory.toRealPath())) {
          return;
        }
      }
    } catch (NoSuchFileException e) {
      return; // A link to nothing leads nowhere; who needs the file tells that it is missing.
    } catch (IOException e) {
      throw UserError.reading(path, e);
    }
    throw new UserError(
        path.toString(),
        Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            ? "lies outside of its model's folder"
            : "links to a file outside of its model's folder",
        "links into the model's own blobs",
        "Delete the model's folder and fetch it again");
  }
}
