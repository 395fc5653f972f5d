package org.isoscope.models;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.TransferEvent;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A jar by its Maven coordinate, resolved as Maven itself would: the local repository first, then
 * the remote ones, with the mirrors, proxies and credentials of the user's and the installation's
 * {@code settings.xml}. Only the jar itself, none of its dependencies.
 *
 * @param group the group id
 * @param artifact the artifact id
 * @param version a single version, no range
 */
record MavenArtifact(String group, String artifact, String version) {
  private static final Pattern COORDINATE =
      Pattern.compile("([A-Za-z0-9_.-]+):([A-Za-z0-9_.-]+):([A-Za-z0-9_.+-]+)");
  private static final long MEGABYTE = 1_000_000;

  /** Downloads of at least this size tell how far they are. */
  private static final long LARGE = 100 * MEGABYTE;

  /**
   * Parses {@code group:artifact:version}.
   *
   * @throws UserError when it is none
   */
  static MavenArtifact parse(String coordinate) {
    Matcher matcher = COORDINATE.matcher(coordinate);
    if (!matcher.matches()) {
      throw new UserError(
          "maven:" + coordinate,
          "is no Maven coordinate",
          "maven:group:artifact:version",
          "Correct the model's name");
    }
    return new MavenArtifact(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /** {@code group:artifact:version}. */
  String coordinate() {
    return group + ":" + artifact + ":" + version;
  }

  /**
   * The jar in the local repository, fetched into it where it is not there.
   *
   * @param progress gets a line when a download starts, and of a large one every tenth
   * @throws UserError when it cannot be had
   */
  Path fetch(Consumer<String> progress) {
    ContextOverrides.Builder settings = ContextOverrides.create().withUserSettings(true);
    settings.offline(Boolean.getBoolean(ModelSource.OFFLINE));
    mavenHome(System.getenv("MAVEN_HOME"), System.getenv("M2_HOME"), System.getenv("PATH"))
        .ifPresent(settings::withMavenSystemHomeOverride);
    String localRepository = System.getProperty("maven.repo.local");
    if (localRepository != null) {
      settings.withLocalRepositoryOverride(Path.of(localRepository));
    }
    return fetch(settings, progress);
  }

  /** As {@link #fetch(Consumer)}, with settings of the caller's. */
  Path fetch(ContextOverrides.Builder settings, Consumer<String> progress) {
    ContextOverrides overrides = settings.transferListener(new Told(progress)).build();
    try (Context context = Runtimes.INSTANCE.getRuntime().create(overrides)) {
      ArtifactRequest request =
          new ArtifactRequest(
              new DefaultArtifact(coordinate()), context.remoteRepositories(), null);
      File file =
          context
              .repositorySystem()
              .resolveArtifact(context.repositorySystemSession(), request)
              .getArtifact()
              .getFile();
      return file.toPath();
    } catch (ArtifactResolutionException e) {
      throw unresolved(e);
    }
  }

  /**
   * Maven's installation, which may have settings of its own: where the environment says, else
   * where the {@code mvn} on the path lies.
   */
  static Optional<Path> mavenHome(
      @Nullable String mavenHome, @Nullable String m2Home, @Nullable String path) {
    List<Path> candidates = new ArrayList<>();
    try {
      if (mavenHome != null && !mavenHome.isEmpty()) {
        candidates.add(Path.of(mavenHome));
      }
      if (m2Home != null && !m2Home.isEmpty()) {
        candidates.add(Path.of(m2Home));
      }
      if (path != null) {
        for (String directory : path.split(Pattern.quote(File.pathSeparator), -1)) {
          Path mvn = Path.of(directory, "mvn");
          if (!directory.isEmpty() && Files.isExecutable(mvn)) {
            Path bin = mvn.toRealPath().getParent();
            Path home = bin == null ? null : bin.getParent();
            if (home != null) {
              candidates.add(home);
              candidates.add(home.resolve("libexec")); // Homebrew's layout
            }
            break;
          }
        }
      }
    } catch (InvalidPathException | IOException e) {
      // A path that is none has no Maven; the user's own settings still count.
    }
    return candidates.stream()
        .filter(home -> Files.exists(home.resolve("conf").resolve("settings.xml")))
        .findFirst();
  }

  private UserError unresolved(ArtifactResolutionException e) {
    Throwable cause = e;
    Throwable root = e;
    boolean notFound = false;
    while (cause != null) {
      notFound |= cause instanceof ArtifactNotFoundException;
      root = cause;
      cause = cause.getCause() == cause ? null : cause.getCause();
    }
    String where = "maven:" + coordinate();
    if (notFound) {
      return new UserError(
          where,
          "was not found (" + e.getMessage() + ")",
          "an artifact of Maven Central or of a repository in settings.xml",
          "Check the coordinate; these are known to work: " + ModelSource.shortNames(),
          e);
    }
    String reason = root.getMessage() == null ? "" : ": " + root.getMessage();
    return new UserError(
        where,
        "cannot be fetched: " + root.getClass().getSimpleName() + reason,
        "access to Maven Central or to a mirror set in settings.xml",
        "Check the network and the proxy settings in settings.xml, then try again",
        e);
  }

  /** Turns the resolver's events into lines for a person; says nothing of small files. */
  private static final class Told extends AbstractTransferListener {
    private final Consumer<String> progress;
    private int tenths;

    Told(Consumer<String> progress) {
      this.progress = progress;
    }

    @Override
    public void transferStarted(TransferEvent event) {
      String name = name(event);
      if (name.endsWith(".jar")) {
        tenths = 0;
        long bytes = event.getResource().getContentLength();
        progress.accept("Fetching " + name + (bytes > 0 ? " (" + megabytes(bytes) + ")" : ""));
      }
    }

    @Override
    public void transferProgressed(TransferEvent event) {
      long bytes = event.getResource().getContentLength();
      if (bytes >= LARGE && name(event).endsWith(".jar")) {
        int done = (int) (event.getTransferredBytes() * 10 / bytes);
        if (done > tenths) {
          tenths = done;
          progress.accept(
              "Fetching " + name(event) + ": " + done * 10 + " % of " + megabytes(bytes));
        }
      }
    }

    private static String name(TransferEvent event) {
      String path = event.getResource().getResourceName();
      return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String megabytes(long bytes) {
      return Math.round((double) bytes / MEGABYTE) + " MB";
    }
  }
}
