package org.isoscope.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.isoscope.io.UserError;

/**
 * Decodes a file as UTF-8, strictly, and knows the line it is in: bytes that are not UTF-8 and
 * lines that are too long become errors that name file and line. A byte-order mark at the start is
 * dropped. Lines end in LF, CR or CR LF. A file whose name ends in {@code .gz} or {@code .zst} is
 * decompressed on the way.
 */
final class Utf8Reader extends Reader {
  /** A longer line is no sentence, and would only fill the memory. */
  static final int MAX_LINE_CHARS = 1 << 20;

  private static final String GZIP = ".gz";
  private static final String ZSTANDARD = ".zst";

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final InputFile file;
  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private boolean atEnd;
  private boolean atStart = true;
  private boolean afterCarriageReturn;
  private long line = 1;
  private int charsInLine;

  private Utf8Reader(InputFile file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /**
   * Opens a file. The buffer around this reader also guarantees that it is never asked for less
   * than a whole surrogate pair.
   *
   * @throws UserError if there is no such file, it is a directory or may not be read
   */
  static BufferedReader open(InputFile file) {
    if (Files.isDirectory(file.path())) {
      throw new UserError(
          file.name(), "is a directory", "a text file", "Name a file in it instead");
    }
    try {
      return new BufferedReader(new Utf8Reader(file, decompressed(file.path())), 1 << 16);
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
  }

  private static InputStream decompressed(Path file) throws IOException {
    String lower = file.toString().toLowerCase(Locale.ROOT);
    InputStream in = Files.newInputStream(file);
    try {
      return lower.endsWith(GZIP)
          ? new GZIPInputStream(in, 1 << 16)
          : lower.endsWith(ZSTANDARD) ? new ZstdInputStream(in) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** The extension that tells the format of a text, in lower case, with the compression's. */
  static String extensions(String name) {
    String format = extension(name);
    String lower = name.toLowerCase(Locale.ROOT);
    return format + lower.substring(lower.lastIndexOf(format) + format.length());
  }

  /** The extension that tells the format of a text, in lower case: without the compression's. */
  static String extension(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String compression : List.of(GZIP, ZSTANDARD)) {
      if (lower.endsWith(compression)) {
        lower = lower.substring(0, lower.length() - compression.length());
        break;
      }
    }
    return lower.substring(lower.lastIndexOf('.') + 1);
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    CharBuffer out = CharBuffer.wrap(target, offset, length);
    while (true) {
      CoderResult result = decoder.decode(bytes, out, atEnd);
      int begin = offset;
      int end = out.position();
      if (atStart && end > begin) {
        atStart = false;
        if (target[begin] == BYTE_ORDER_MARK) {
          System.arraycopy(target, begin + 1, target, begin, --end - begin);
        }
      }
      countLines(target, begin, end);
      if (result.isError()) {
        throw new UserError(
            file.at(line),
            "is not UTF-8",
            "UTF-8 text",
            "Convert the file, for example with iconv -t UTF-8");
      }
      if (end > begin) {
        return end - begin;
      }
      if (atEnd) {
        return -1;
      }
      out.position(offset);
      fill();
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (n < 0) {
      atEnd = true;
    } else {
      bytes.position(bytes.position() + n);
    }
    bytes.flip();
  }

  private void countLines(char[] text, int begin, int end) {
    for (int i = begin; i < end; i++) {
      char c = text[i];
      if (c == '\n' || c == '\r') {
        if (c == '\r' || !afterCarriageReturn) {
          line++;
        }
        charsInLine = 0;
      } else if (++charsInLine > MAX_LINE_CHARS) {
        throw new UserError(
            file.at(line),
            "is longer than " + MAX_LINE_CHARS + " characters",
            "a sentence a line",
            "Split the text into sentences");
      }
      afterCarriageReturn = c == '\r';
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
