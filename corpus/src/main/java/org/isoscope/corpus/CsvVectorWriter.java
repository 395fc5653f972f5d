package org.isoscope.corpus;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of a table; with the texts a header, as their column has to be told from the elements. */
final class CsvVectorWriter extends VectorWriter {
  private final CsvWriter csv;
  private final List<String> beside;

  CsvVectorWriter(String name, Path file, List<String> beside) throws IOException {
    super(name);
    this.beside = beside;
    this.csv =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.LF)
            .build(
                file,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
    if (!beside.isEmpty()) {
      List<String> header = new ArrayList<>(beside);
      header.add("vector");
      csv.writeRecord(header);
    }
  }

  @Override
  void row(List<?> values, float[] vector) {
    if (!beside.isEmpty()) {
      List<String> row = new ArrayList<>();
      values.forEach(value -> row.add(String.valueOf(value)));
      row.add(Arrays.toString(vector));
      csv.writeRecord(row);
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
