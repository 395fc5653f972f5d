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
import org.jspecify.annotations.Nullable;

/** A JSON object a line. */
final class JsonLinesVectorWriter extends VectorWriter {
  private final JsonGenerator json;
  private final boolean withText;
  private final @Nullable PrintWriter silent; // keeps its errors to itself

  JsonLinesVectorWriter(String name, Path file, boolean withText) throws IOException {
    super(name);
    this.withText = withText;
    this.silent = null;
    this.json =
        lines()
            .build()
            .createGenerator(
                Files.newOutputStream(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                JsonEncoding.UTF8);
  }

  JsonLinesVectorWriter(String name, Writer out, boolean withText) throws IOException {
    super(name);
    this.withText = withText;
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
  void row(String text, float[] vector) throws IOException {
    json.writeStartObject();
    if (withText) {
      json.writeStringField("text", text);
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
