package org.isoscope.models;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;

/**
 * A model of the Hugging Face hub by its name there: {@code org/name}, {@code hf:org/name}, {@code
 * hf:name} for one without an organisation, each also with {@code @revision}.
 *
 * @param name {@code org/name} or {@code name}
 * @param revision a branch, a tag, or a commit, whole or its first digits
 */
public record HubModel(String name, String revision) {
  /** The branch that is meant where none is named. */
  public static final String MAIN = "main";

  static final String PREFIX = "hf:";

  private static final String PART = "[A-Za-z0-9_][A-Za-z0-9._-]{0,95}";
  private static final String NAME = "(?:" + PART + "/)?" + PART;
  private static final Pattern NAMED = Pattern.compile("(" + NAME + ")(?:@(.*))?", Pattern.DOTALL);
  private static final Pattern REVISION =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*");
  private static final int LONGEST_REVISION = 200;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * Checks both: they become names of files.
   *
   * @throws UserError where the hub has no such names
   */
  public HubModel {
    if (!isName(name)) {
      throw new UserError(
          "model " + PREFIX + name,
          "is no name of the Hugging Face hub",
          "org/name, of letters, digits, and . _ - between them",
          "Correct the model's name");
    }
    if (revision.length() > LONGEST_REVISION
        || !REVISION.matcher(revision).matches()
        || revision.contains("..")) {
      throw new UserError(
          "model " + PREFIX + name + "@" + revision,
          "names no revision",
          "a branch, a tag or a commit, of letters, digits, and . _ + - / between them",
          "Correct what is behind the @");
    }
  }

  /**
   * The model that a name means.
   *
   * @param text {@code hf:} and a name, or a name with exactly one slash, each also with a revision
   * @return nothing where it is the name of something else
   * @throws UserError where it begins with {@code hf:} and is no name, or has no good revision
   */
  public static Optional<HubModel> of(String text) {
    boolean prefixed = text.startsWith(PREFIX);
    String rest = prefixed ? text.substring(PREFIX.length()) : text;
    Matcher named = NAMED.matcher(rest);
    if (!named.matches()) {
      return prefixed ? Optional.of(new HubModel(rest, MAIN)) : Optional.empty(); // which refuses
    }
    String name = named.group(1);
    if (!prefixed && (name.indexOf('/') < 0 || !isName(name))) {
      return Optional.empty();
    }
    return Optional.of(new HubModel(name, named.group(2) == null ? MAIN : named.group(2)));
  }

  /** The cache has -- for the slash, so that a name with it could be another's. */
  private static boolean isName(String name) {
    return name.matches(NAME)
        && !name.contains("..")
        && !name.contains("--")
        && !name.matches(".*[.-](/.*)?|.*\\.git");
  }

  /** {@code hf:org/name@revision}, which {@link #of} takes. */
  @Override
  public String toString() {
    return PREFIX + name + "@" + revision;
  }

  /**
   * The commit at which the model was found.
   *
   * @param directory that {@link ModelSource#resolve} gave for it
   * @return nothing where that is no snapshot of this model, but a directory of the same name
   */
  public Optional<String> commit(Path directory) {
    Path absolute = directory.toAbsolutePath();
    String commit = String.valueOf(absolute.getFileName());
    return isCommit(commit) && absolute.endsWith(Path.of(folder(), HubCache.SNAPSHOTS, commit))
        ? Optional.of(commit)
        : Optional.empty();
  }

  /** The name of its folder in the cache. */
  String folder() {
    return "models--" + name.replace("/", "--");
  }

  /** Whether a text is a whole commit: 40 hexadecimal digits. */
  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }
}
