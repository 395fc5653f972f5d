package org.isoscope.report;

/**
 * HTML as it is written: markup comes from this program's own literals, everything else goes
 * through {@link #text}, which escapes it. What is escaped is safe in elements and in quoted
 * attributes, not in scripts.
 */
final class Html {
  private final StringBuilder out = new StringBuilder();

  /** Appends markup, which must be a literal of this program or made by this class. */
  Html markup(String literal) {
    out.append(literal);
    return this;
  }

  /** Appends text, escaped. */
  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** Appends an element without attributes that holds text only. */
  Html element(String name, String text) {
    return markup("<" + name + ">").text(text).markup("</" + name + ">");
  }

  /** Escapes what HTML gives a meaning, and drops the characters that it does not allow. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        case '\t', '\n' -> escaped.append(c);
        default -> escaped.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }

  /** What was written. */
  @Override
  public String toString() {
    return out.toString();
  }
}
