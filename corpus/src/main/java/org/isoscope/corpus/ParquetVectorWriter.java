package org.isoscope.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** A Parquet file; lists are nested as its specification has them, in three levels. */
final class ParquetVectorWriter extends VectorWriter {
  private static final String TEXT = "required binary %s (STRING); ";
  private static final String VECTOR =
      "required group vector (LIST) { repeated group list { required float element; } } ";

  private final MessageType schema;
  private final List<String> beside;
  private final ParquetWriter<Group> parquet;

  ParquetVectorWriter(String name, Path file, List<String> beside) throws IOException {
    super(name);
    this.beside = beside;
    this.schema =
        MessageTypeParser.parseMessageType(
            "message vectors { "
                + beside.stream().map(TEXT::formatted).collect(Collectors.joining())
                + VECTOR
                + "}");
    this.parquet =
        ParquetTable.builder(file, schema)
            .withDictionaryEncoding("vector.list.element", false) // hardly a value comes twice
            .build();
  }

  @Override
  void row(List<?> values, float[] vector) throws IOException {
    Group row = new SimpleGroup(schema);
    for (int i = 0; i < beside.size(); i++) {
      row.add(beside.get(i), String.valueOf(values.get(i)));
    }
    Group list = row.addGroup("vector");
    for (float element : vector) {
      list.addGroup(0).add(0, element);
    }
    parquet.write(row);
  }

  @Override
  void end() throws IOException {
    parquet.close();
  }
}
