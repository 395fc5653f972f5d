package org.isoscope.io;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What comes from elsewhere, as a message for a person can hold it. */
public final class Wording {
  /** What libraries add for those who call them: settings, classes, places in the source. */
  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(
          "( \\((record start|start marker|of type|use |enable |to enable|disable |\\d+, from"
              + "|through reference|for Object starting)"
              + "|: (enable|use) `|\\. |\\R|\\bat \\[Source).*",
          Pattern.DOTALL);

  /** Names of classes in quotes of the library's own. */
  private static final Pattern CLASS = Pattern.compile(" (of type|as) `[\\w.$<>,\\[\\]]+`");

  private static final Pattern LIMIT =
      Pattern.compile(" \\(`[\\w.]+` value\\)|, from `[\\w.()]+`|`[\\w]+\\.[\\w.]+\\(\\)`");

  private Wording() {}

  /** What a library says is wrong, without what only a programmer can use. */
  public static String plain(@Nullable String message) {
    if (message == null) {
      return "it cannot be read";
    }
    String plain = FOR_PROGRAMMERS.matcher(message).replaceFirst("");
    return LIMIT.matcher(CLASS.matcher(plain).replaceAll("")).replaceAll("").strip();
  }

  /**
   * A text whose every character shows: control characters, and those that turn the direction of
   * writing, so that a terminal shows something other than what is there, become escapes such as
   * {@code \u202e}. Line ends stay.
   */
  public static String visible(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t') || turns(c)) {
        visible.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        visible.append(c);
      }
    }
    return visible.toString();
  }

  /** Whether a character is one of the bidirectional controls (Unicode Annex 9, section 2). */
  private static boolean turns(char c) {
    return c == '\u061C'
        || c == '\u200E'
        || c == '\u200F'
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
