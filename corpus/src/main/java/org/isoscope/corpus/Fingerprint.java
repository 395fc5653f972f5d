package org.isoscope.corpus;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of lines of text: each in UTF-8, followed by a line feed. */
public final class Fingerprint {
  private final MessageDigest digest;

  /** Of no line yet. */
  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a line. */
  public void add(String line) {
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
  }

  /** The digest of all lines added, in 64 lower-case hexadecimal digits; ends it. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
