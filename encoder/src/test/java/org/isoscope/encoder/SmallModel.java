package org.isoscope.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.checkpoint.EncoderConfig;

/** A random BERT of a few kilobytes in a directory, and texts of the words that it knows. */
public final class SmallModel {
  /** All sizes differ, so that no two can be taken for each other. */
  public static final EncoderConfig CONFIG =
      new EncoderConfig(TinyModel.VOCABULARY.size(), 24, 3, 4, 40, "gelu", 1e-12, 32, 2, 0.1, 0.1);

  private SmallModel() {}

  /** Writes the model into a new directory. */
  public static Path write(Path directory) {
    return TinyModel.write(directory, 7, CONFIG);
  }

  /** Sentences of the model's words, all different. */
  public static List<String> sentences(int count) {
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
  public static Path text(Path file, int count) throws IOException {
    return Files.write(file, sentences(count));
  }

  /** Writes a .csv of two sentences and a score, 0 to 5. */
  public static Path scoredPairs(Path file, int count) throws IOException {
    List<String> sentences = sentences(2 * count);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(sentences.get(i) + "," + sentences.get(count + i) + "," + i % 11 / 2.0);
    }
    return Files.write(file, lines);
  }
}
