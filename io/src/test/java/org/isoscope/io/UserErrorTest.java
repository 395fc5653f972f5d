package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
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

  @Test
  void aParameterIsNamedAsTheProgramsUsersKnowIt() {
    UserError error =
        UserError.parameter(
            "batchSize", 1, "is out of range", "at least 2", "Choose another value");
    assertThat(error)
        .hasMessage("batchSize 1: is out of range; expected at least 2. Choose another value.");
    assertThat(error.parameter()).isEqualTo("batchSize");
    assertThat(error.and("All is\nwell").message(name -> "--" + name))
        .isEqualTo(
            "--batchSize 1: is out of range; expected at least 2. Choose another value. All is"
                + " well.");
    UserError empty = UserError.parameter("column", "", "is empty", "a name", "Name a column");
    assertThat(empty.message(name -> "its column"))
        .isEqualTo("its column: is empty; expected a name. Name a column.");
  }

  @Test
  void soAreOthersWithinTheText() {
    UserError error =
        new UserError(
            UserError.name("steps") + " and " + UserError.name("epochs"),
            "exclude each other",
            "one $1 of {both}",
            "Leave out " + UserError.name("maxLength"));

    assertThat(error)
        .hasMessage(
            "steps and epochs: exclude each other; expected one $1 of {both}. Leave out maxLength.");
    assertThat(error.message(name -> "--" + name + "$"))
        .isEqualTo(
            "--steps$ and --epochs$: exclude each other; expected one $1 of {both}. Leave out"
                + " --maxLength$.");
    assertThat(error.where()).isEqualTo("steps and epochs");
    assertThat(error.remedy()).isEqualTo("Leave out maxLength");
    assertThat(error.parameter()).isNull();
    assertThat(UserError.parameter("out", "d", "is full", "space", "Free some").where())
        .isEqualTo("out d");
  }

  @Test
  void itsPartsCanBeRead() {
    UserError error = new UserError("disk", "is full", "free space", "Free some");
    for (UserError each : List.of(error, error.and("The rest is safe"))) {
      assertThat(each.parameter()).isNull();
      assertThat(each.where()).isEqualTo("disk");
      assertThat(each.what()).isEqualTo("is full");
      assertThat(each.expected()).isEqualTo("free space");
      assertThat(each.remedy()).isEqualTo("Free some");
      assertThat(each.message(name -> "--" + name)).isEqualTo(each.getMessage());
    }
    assertThat(error.and("One").and("Two"))
        .hasMessage("disk: is full; expected free space. Free some. One. Two.");
  }

  @Test
  void aNumberInItsRangeIsNoError() {
    UserError.requireRange("steps", 1, true, "at least 1");
    assertThatThrownBy(() -> UserError.requireRange("steps", 0, false, "at least 1"))
        .hasMessage("steps 0: is out of range; expected at least 1. Choose another value.");
    assertThatThrownBy(() -> UserError.requireRange("rate", Double.POSITIVE_INFINITY, true, "some"))
        .isInstanceOf(UserError.class);
  }
}
