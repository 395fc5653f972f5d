package org.isoscope.encoder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.sentence.Prompts;
import org.isoscope.torch.Precision;

/**
 * A random encoder, BERT unless told otherwise, of a hundred kilobytes, made from a seed: a
 * checkpoint directory in Hugging Face layout with a WordPiece tokenizer, and sentences of its
 * words. For the tests of this module and, as its test-jar, of those above it.
 */
public final class TinyModel {
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private static final List<String> WORDS =
      Arrays.asList(
          ("the a of and to in is on with for not by at from as it was are this that man woman cat"
                  + " dog bird fish horse child house river tree boat road city book music water fire"
                  + " food day night red green blue old young small large fast slow sees hears likes"
                  + " reads plays runs eats holds finds makes")
              .split(" "));

  private static final List<String> PIECES =
      List.of("##ing", "##ed", "##er", "##ly", ".", ",", "?", "!");

  private static final double SPREAD = 0.25;

  /** The vocabulary, in the order of the ids. */
  public static final List<String> VOCABULARY = vocabulary();

  /** Sizes that differ from each other, so that none can be taken for another. */
  public static final EncoderConfig CONFIG =
      new EncoderConfig(VOCABULARY.size(), 32, 3, 4, 48, "gelu", 1e-12, 64, 2, 0.1, 0.1);

  private TinyModel() {}

  /**
   * Writes the model.
   *
   * @param directory made if missing
   * @param seed of the weights
   * @return {@code directory}
   */
  public static Path write(Path directory, long seed) {
    return write(directory, seed, CONFIG);
  }

  /** As the other, with another configuration (the vocabulary stays, so its size must too). */
  public static Path write(Path directory, long seed, EncoderConfig config) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("config.json"), config.toJson());
      Files.writeString(directory.resolve("tokenizer.json"), tokenizer().toPrettyString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Safetensors.write(
        directory.resolve("model.safetensors"), Map.of("format", "pt"), entries(seed, config));
    return directory;
  }

  /** As the first, of a model that drops nothing. */
  public static Path writeWithoutDropout(Path directory, long seed) {
    return write(
        directory,
        seed,
        new EncoderConfig(VOCABULARY.size(), 32, 3, 4, 48, "gelu", 1e-12, 64, 2, 0, 0));
  }

  /** Every parameter with random values: gaussian, of norms' weights around 1. */
  public static List<Safetensors.Entry> entries(long seed, EncoderConfig config) {
    Random random = new Random(seed);
    List<Safetensors.Entry> entries = new ArrayList<>();
    config
        .shapes()
        .forEach(
            (name, shape) -> {
              int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
              float[] values = new float[size];
              float centre = name.matches("(?i).*norm\\.weight") ? 1 : 0;
              for (int i = 0; i < size; i++) {
                values[i] = (float) (centre + SPREAD * random.nextGaussian());
              }
              entries.add(
                  new Safetensors.Entry(
                      name, Arrays.stream(shape).boxed().toList(), () -> FloatBuffer.wrap(values)));
            });
    return entries;
  }

  /**
   * Writes what lies between its texts and its vectors, and random parameters for it.
   *
   * @param model its directory
   * @param seed of the parameters
   * @return {@code model}
   */
  public static Path write(Path model, SentenceModules modules, long seed) {
    modules.write(model, CONFIG.hiddenSize());
    Random random = new Random(seed);
    for (SentenceLayer layer : modules.layers()) {
      List<Safetensors.Entry> entries = new ArrayList<>();
      layer
          .shapes()
          .forEach(
              (name, shape) -> {
                float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
                for (int i = 0; i < values.length; i++) {
                  values[i] = (float) (SPREAD * random.nextGaussian());
                }
                entries.add(
                    new Safetensors.Entry(
                        name.substring(layer.parameter("").length()),
                        Arrays.stream(shape).boxed().toList(),
                        () -> FloatBuffer.wrap(values)));
              });
      if (!entries.isEmpty()) {
        Safetensors.write(
            model.resolve(layer.path()).resolve("model.safetensors"),
            Map.of("format", "pt"),
            entries);
      }
    }
    return model;
  }

  /** Two poolings, a linear layer from both to 12 dimensions, its norm, and length 1 at last. */
  public static SentenceModules modules() {
    return new SentenceModules(
        "",
        "cls+mean",
        true,
        List.of(
            new SentenceLayer.Dense("2_Dense", 64, 12, true, SentenceLayer.Activation.TANH),
            new SentenceLayer.LayerNorm("3_LayerNorm", 12)),
        true,
        0,
        false,
        new Prompts(Map.of("query", "the cat "), "query"),
        "cosine");
  }

  /** Opens it whole, in fp32. */
  public static Encoder open(Path directory, int threads) {
    return Encoder.open(directory, new Encoder.Settings(0, 0, threads, Precision.FP32));
  }

  /**
   * Sentences of 2 to 12 of its words, the first words of the vocabulary the most frequent, ending
   * in a full stop.
   */
  public static List<String> sentences(int count, long seed) {
    Random random = new Random(seed);
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>();
      for (int left = 2 + random.nextInt(11); left > 0; left--) {
        double share = random.nextDouble();
        words.add(WORDS.get((int) (WORDS.size() * share * share)));
      }
      sentences.add(String.join(" ", words) + " .");
    }
    return sentences;
  }

  /** The content of its {@code tokenizer.json}, to be changed at will. */
  public static ObjectNode tokenizer() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (String token : SPECIAL) {
      added
          .addObject()
          .put("id", VOCABULARY.indexOf(token))
          .put("content", token)
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
    ObjectNode post = json.putObject("post_processor").put("type", "BertProcessing");
    post.putArray("sep").add("[SEP]").add(VOCABULARY.indexOf("[SEP]"));
    post.putArray("cls").add("[CLS]").add(VOCABULARY.indexOf("[CLS]"));
    json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model =
        json.putObject("model")
            .put("type", "WordPiece")
            .put("unk_token", "[UNK]")
            .put("continuing_subword_prefix", "##")
            .put("max_input_chars_per_word", 100);
    ObjectNode vocab = model.putObject("vocab");
    for (int id = 0; id < VOCABULARY.size(); id++) {
      vocab.put(VOCABULARY.get(id), id);
    }
    return json;
  }

  private static List<String> vocabulary() {
    List<String> vocabulary = new ArrayList<>(SPECIAL);
    vocabulary.addAll(WORDS);
    for (char c = 'a'; c <= 'z'; c++) {
      if (!vocabulary.contains(String.valueOf(c))) {
        vocabulary.add(String.valueOf(c));
      }
      vocabulary.add("##" + c);
    }
    vocabulary.addAll(PIECES);
    return List.copyOf(vocabulary);
  }
}
