package org.isoscope.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.isoscope.encoder.checkpoint.BertParameters;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Safetensors;

/** A random BERT of a few kilobytes in a directory, and texts of the words that it knows. */
final class SmallModel {
  private static final List<String> WORDS =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "cat", "dog", "bird", "sees",
          "hears", "likes", "old", "young", "red", "green", "house", "river", "near", "in", "and",
          "not", ".", "boat", "child");

  private static final int CLS = 2;
  private static final int SEP = 3;
  private static final double SPREAD = 0.2;

  /** All sizes differ, so that no two can be taken for each other. */
  static final EncoderConfig CONFIG =
      new EncoderConfig(WORDS.size(), 24, 3, 4, 40, "gelu", 1e-12, 32, 2, 0.1, 0.1);

  private SmallModel() {}

  /** Writes the model into a new directory. */
  static Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), CONFIG.toJson());
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer());
    Random random = new Random(7);
    List<Safetensors.Entry> entries = new ArrayList<>();
    BertParameters.shapes(CONFIG)
        .forEach(
            (name, shape) -> {
              int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
              float[] values = new float[size];
              for (int i = 0; i < size; i++) {
                float around = name.endsWith("LayerNorm.weight") ? 1 : 0;
                values[i] = (float) (around + SPREAD * random.nextGaussian());
              }
              entries.add(
                  new Safetensors.Entry(
                      name, Arrays.stream(shape).boxed().toList(), () -> FloatBuffer.wrap(values)));
            });
    Safetensors.write(directory.resolve("model.safetensors"), Map.of(), entries);
    return directory;
  }

  /** Sentences of the model's words, all different. */
  static List<String> sentences(int count) {
    List<String> subjects = List.of("the cat", "a dog", "the old bird", "a young child");
    List<String> verbs = List.of("sees", "hears", "likes");
    List<String> objects =
        List.of("the red house", "a green river", "the boat", "a cat and a dog", "the child");
    List<String> places = List.of("near the river", "in the house", "not in a boat");
    List<String> all = new ArrayList<>();
    for (String place : places) {
      for (String object : objects) {
        for (String verb : verbs) {
          for (String subject : subjects) {
            all.add(subject + " " + verb + " " + object + " " + place + ".");
          }
        }
      }
    }
    // Neighbours share most words; a stride that has no factor in common spreads them.
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> all.get(i * 37 % all.size()))
        .toList();
  }

  /** Writes a .txt of sentences. */
  static Path text(Path file, int count) throws IOException {
    return Files.write(file, sentences(count));
  }

  /** Writes a .csv of two sentences and a score, 0 to 5. */
  static Path scoredPairs(Path file, int count) throws IOException {
    List<String> sentences = sentences(2 * count);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(sentences.get(i) + "," + sentences.get(count + i) + "," + i % 11 / 2.0);
    }
    return Files.write(file, lines);
  }

  private static String tokenizer() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    var added = json.putArray("added_tokens");
    for (int id = 0; id < 5; id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", WORDS.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .putNull("strip_accents")
        .put("lowercase", true);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode post = json.putObject("post_processor");
    post.put("type", "BertProcessing");
    post.putArray("sep").add("[SEP]").add(SEP);
    post.putArray("cls").add("[CLS]").add(CLS);
    json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model = json.putObject("model");
    model.put("type", "WordPiece");
    model.put("unk_token", "[UNK]");
    model.put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < WORDS.size(); id++) {
      vocabulary.put(WORDS.get(id), id);
    }
    return json.toPrettyString();
  }
}
