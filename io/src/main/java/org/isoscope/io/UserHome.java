package org.isoscope.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user's own directory. A user that the system has no entry for, as in a container that runs
 * under a bare number, has none: Java calls it "?", which would be a directory in the working
 * directory.
 */
public final class UserHome {
  private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

  private UserHome() {}

  /**
   * The directory of {@code user.home}; where that is none, of {@code $HOME}; where that cannot be
   * written to, one for this user alone among the temporary files.
   *
   * @throws UserError where there is no place at all
   */
  public static Path directory() {
    return directory(
        System.getProperty("user.home"),
        System.getenv("HOME"),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  static Path directory(@Nullable String home, @Nullable String variable, Path temporary) {
    if (home != null && Path.of(home).isAbsolute()) {
      return Path.of(home);
    }
    if (variable != null
        && Path.of(variable).isAbsolute()
        && Files.isDirectory(Path.of(variable))
        && Files.isWritable(Path.of(variable))) {
      return Path.of(variable);
    }
    try {
      return own(temporary);
    } catch (IOException e) {
      throw UserError.writing(temporary, e);
    }
  }

  /** The same one each time, unless another user was there first. */
  private static Path own(Path temporary) throws IOException {
    Path probe = Files.createTempFile(temporary, "isoscope", null);
    boolean posix;
    Object user;
    try {
      posix = Files.getFileStore(probe).supportsFileAttributeView("posix");
      user = posix ? Files.getAttribute(probe, "unix:uid") : System.getProperty("user.name");
    } finally {
      Files.delete(probe);
    }
    if (!posix) {
      return Files.createDirectories(temporary.resolve("isoscope-home"));
    }
    FileAttribute<?> own = PosixFilePermissions.asFileAttribute(OWN);
    Path directory = temporary.resolve("isoscope-" + user);
    try {
      return Files.createDirectory(directory, own);
    } catch (FileAlreadyExistsException e) {
      boolean mine =
          Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
              && user.equals(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS))
              && OWN.equals(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS));
      return mine ? directory : Files.createTempDirectory(temporary, "isoscope", own);
    }
  }
}
