package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserHomeTest {
  @TempDir Path work;

  @Test
  void isTheUsersWhereThereIsOne() {
    Path home = work.resolve("home");
    assertThat(UserHome.directory(home.toString(), null, work)).isEqualTo(home);
  }

  @Test
  void isTheVariablesWhereTheSystemKnowsNone() throws IOException {
    Path home = Files.createDirectory(work.resolve("home"));
    for (String unknown : new String[] {"?", "", null}) {
      assertThat(UserHome.directory(unknown, home.toString(), work)).isEqualTo(home);
    }
  }

  @Test
  void isOneOfItsOwnWhereThereIsNone() throws IOException {
    assumeTrue(File.separatorChar == '/', "skipped: no owners as POSIX has them");
    Path first = UserHome.directory("?", null, work);
    assertThat(first.getParent()).isEqualTo(work);
    assertThat(UserHome.directory("?", work.resolve("none").toString(), work)).isEqualTo(first);
    assertThat(UserHome.directory("?", "?", work)).isEqualTo(first);

    Files.setPosixFilePermissions(first, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(UserHome.directory("?", null, work))
        .as("another user may have put something there")
        .isNotEqualTo(first)
        .hasParent(work);
  }
}
