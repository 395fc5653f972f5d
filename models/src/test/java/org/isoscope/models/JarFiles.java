package org.isoscope.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.TinyBert;

/** Jars with {@link TinyBert} in the forms in which models are published. */
final class JarFiles {
  private JarFiles() {}

  static Path onnx(Path jar) throws IOException {
    return jar(
        jar,
        Map.of(
            "README",
            text("a model"),
            "tiny.onnx",
            OnnxFiles.bytes(OnnxFiles.graph(OnnxFiles.Linear.FOLDED, "")),
            "tiny-tokenizer.json",
            text("{\"version\": \"1.0\"}")));
  }

  /** A SavedModel in a zip whose entries are stored, as one entry of the jar. */
  static Path savedModel(Path jar, Path scratch) throws IOException {
    Path index = scratch.resolve("index");
    Path data = scratch.resolve("data");
    TensorFlowFiles.write(index, data, "module/");
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(inner)) {
      zip.setMethod(ZipOutputStream.STORED);
      stored(zip, "assets/vocab.txt", text(String.join("\n", TensorFlowFiles.VOCABULARY) + "\n"));
      stored(zip, "saved_model.pb", new byte[10]);
      stored(zip, "variables/variables.data-00000-of-00001", Files.readAllBytes(data));
      stored(zip, "variables/variables.index", Files.readAllBytes(index));
    }
    return jar(jar, Map.of("com/tiny/tiny-uncased", inner.toByteArray(), "README", text("x")));
  }

  static Path layout(Path jar, Path scratch) throws IOException {
    Path weights = scratch.resolve("model.safetensors");
    Safetensors.write(weights, Map.of(), TinyBert.entries());
    return jar(
        jar,
        Map.of(
            "model/config.json",
            text(TinyBert.CONFIG.toJson()),
            "model/tokenizer.json",
            text("{}"),
            "model/1_Pooling/config.json",
            text("{\"pooling_mode_cls_token\": true}"),
            "model/sentence_bert_config.json",
            text("{\"max_seq_length\": 7}"),
            "model/model.safetensors",
            Files.readAllBytes(weights),
            "model/pytorch_model.bin",
            new byte[3]));
  }

  static Path jar(Path jar, Map<String, byte[]> entries) throws IOException {
    Files.createDirectories(jar.toAbsolutePath().getParent());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return jar;
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void stored(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
  }
}
