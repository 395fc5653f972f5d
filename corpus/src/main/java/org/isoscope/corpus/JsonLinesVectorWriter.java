package org.isoscope.corpus;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON object a line. */
final class JsonLinesVectorWriter extends VectorWriter {
  private final JsonGenerator json;
  private final List<String> beside;
  private final @Nullable PrintWriter silent; // keeps its errors to itself

  JsonLinesVectorWriter(String name, Path file, List<String> beside) throws IOException {
    super(name);
    this.beside = beside;
    this.silent = null;
    this.json =
        lines()
            .build()
            .createGenerator(
                Files.newOutputStream(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                JsonEncoding.UTF8);
  }

  JsonLinesVectorWriter(String name, Writer out, List<String> beside) throws IOException {
    super(name);
    this.beside = beside;
    this.silent = out instanceof PrintWriter printer ? printer : null;
    this.json =
        lines()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build()
            .createGenerator(out);
  }

  private static JsonFactoryBuilder lines() {
    return ((JsonFactoryBuilder) JsonFactory.builder()).rootValueSeparator("\n");
  }

  @Override
  boolean failed() {
    return silent != null && silent.checkError();
  }

  @Override
  void row(List<?> values, float[] vector) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < beside.size(); i++) {
      json.writeFieldName(beside.get(i));
      if (values.get(i) instanceof Number number) {
        json.writeNumber(number.toString());
      } else {
        json.writeString(String.valueOf(values.get(i)));
      }
    }
    json.writeArrayFieldStart("vector");
    for (float element : vector) {
      json.writeNumber(element);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  @Override
  void end() throws IOException {
    if (rows() > 0) {
      json.writeRaw('\n');
    }
    json.close();
  }
}
