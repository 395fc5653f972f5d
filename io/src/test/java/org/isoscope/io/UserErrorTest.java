package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The one line that a person reads. */
final class UserErrorTest {
  private static final Path FILE = Path.of("some", "file.txt");

  @Test
  void saysWhereWhatExpectedAndRemedy() {
    Throwable cause = new IOException();
    UserError error = new UserError("a.csv:3", "has 2 columns", "3 columns", "Mend it", cause);
    assertThat(error)
        .hasMessage("a.csv:3: has 2 columns; expected 3 columns. Mend it.")
        .hasCause(cause);
  }

  @Test
  void isOneLine() {
    assertThat(new UserError("f", "says\n  one\r\ntwo ", "three", "Go\u2028on"))
        .hasMessage("f: says one two ; expected three. Go on.");
  }

  @Test
  void tellsWhyAFileCannotBeRead() {
    assertThat(UserError.reading(FILE, new NoSuchFileException("x")))
        .hasMessage(FILE + ": does not exist; expected a readable file. Check the path.");
    assertThat(UserError.reading(FILE, new FileNotFoundException("x")))
        .hasMessageStartingWith(FILE + ": does not exist;");
    assertThat(UserError.reading(FILE, new AccessDeniedException("x")))
        .hasMessageStartingWith(FILE + ": may not be read;");
    assertThat(UserError.reading(FILE, new MalformedInputException(1)))
        .hasMessageStartingWith(FILE + ": is not UTF-8;");
    assertThat(UserError.reading(FILE, new FileSystemException("x", null, "Is a directory")))
        .hasMessageStartingWith(FILE + ": cannot be read: Is a directory;");
    assertThat(UserError.reading(FILE, new IOException()))
        .hasMessageStartingWith(FILE + ": cannot be read: IOException;");
  }

  @Test
  void tellsWhyAFileCannotBeWritten() {
    assertThat(UserError.writing(FILE, new FileSystemException("x", null, "No space left")))
        .hasMessageStartingWith(FILE + ": cannot be written: No space left; expected a writable");
    assertThat(UserError.writing(FILE, new AccessDeniedException("x")))
        .hasMessageStartingWith(FILE + ": cannot be written: permission denied;");
  }

  @Test
  void aSentenceMayFollow() {
    UserError error = new UserError("disk", "is full", "free space", "Free some");
    assertThat(error.and("The rest\nis safe"))
        .hasMessage("disk: is full; expected free space. Free some. The rest is safe.")
        .hasCause(error);
  }
}
