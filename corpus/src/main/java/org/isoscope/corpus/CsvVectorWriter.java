package org.isoscope.corpus;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Rows of a table; with the texts a header, as their column has to be told from the elements. */
final class CsvVectorWriter extends VectorWriter {
  private final CsvWriter csv;
  private final boolean withText;

  CsvVectorWriter(String name, Path file, boolean withText) throws IOException {
    super(name);
    this.withText = withText;
    this.csv =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.LF)
            .build(
                file,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
    if (withText) {
      csv.writeRecord("text", "vector");
    }
  }

  @Override
  void row(String text, float[] vector) {
    if (withText) {
      csv.writeRecord(text, Arrays.toString(vector));
      return;
    }
    String[] cells = new String[vector.length];
    for (int j = 0; j < cells.length; j++) {
      cells[j] = Float.toString(vector[j]);
    }
    csv.writeRecord(cells);
  }

  @Override
  void end() throws IOException {
    csv.close();
  }
}
