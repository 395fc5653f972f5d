package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.LabelledCorpus;
import org.isoscope.corpus.LabelledPairCorpus;
import org.isoscope.corpus.RerankingCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.Evaluation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pair classification and reranking equal sentence-transformers' evaluators, and clustering
 * scikit-learn's, over the same model and files. Runs where the environment variable {@code PYTHON}
 * names an interpreter that has them.
 */
class TasksPeerTest {
  private static final int ITEMS = 300;

  /** Two programs' cosines differ by some 1e-7, so that a few neighbours change places. */
  private static final double NEIGHBOURS_CHANGE_PLACES = 2e-4;

  /** A mean of two cosines in single precision. */
  private static final double COSINE = 1e-5;

  @TempDir Path directory;

  @Test
  void everyFigureEqualsItsPeer() throws Exception {
    String python = PythonPeer.assumed();
    inputs();
    Path model = directory.resolve("model");
    Evaluation.PairClassification pairs;
    Evaluation.Clustering clusters;
    Evaluation.Reranking reranking;
    try (Encoder encoder = TinyModel.open(TinyModel.write(directory.resolve("source"), 3), 2)) {
      encoder.save(model, Pooling.MEAN);
      List<Pooling> mean = List.of(Pooling.MEAN);
      Columns columns = Columns.DEFAULT;
      pairs =
          PairClassification.evaluate(
                  encoder, LabelledPairCorpus.read(file("pairs.csv"), columns), mean)
              .get(0);
      clusters =
          Clustering.evaluate(encoder, LabelledCorpus.read(file("texts.csv"), columns), mean, 1)
              .get(0);
      reranking =
          Reranking.evaluate(encoder, RerankingCorpus.read(file("queries.jsonl"), columns), mean)
              .get(0);
    }

    JsonNode peer =
        PythonPeer.run(
            python,
            directory,
            "tasks/tasks.py",
            model.toString(),
            file("pairs.csv"),
            file("queries.jsonl"),
            file("texts.csv"));

    assertRanks(pairs.measures().get(0).value(), peer, "cosine_ap");
    assertRanks(pairs.measures().get(1).value(), peer, "roc_auc");
    assertRanks(pairs.f1(), peer, "cosine_f1");
    assertRanks(pairs.precision(), peer, "cosine_precision");
    assertRanks(pairs.recall(), peer, "cosine_recall");
    assertRanks(pairs.accuracy(), peer, "cosine_accuracy");
    assertThat(pairs.f1Threshold())
        .isCloseTo(peer.get("cosine_f1_threshold").doubleValue(), within(COSINE));
    assertThat(pairs.accuracyThreshold())
        .isCloseTo(peer.get("cosine_accuracy_threshold").doubleValue(), within(COSINE));
    assertRanks(reranking.measures().get(0).value(), peer, "map");
    assertRanks(reranking.measures().get(1).value(), peer, "mrr@10");
    assertRanks(reranking.measures().get(2).value(), peer, "ndcg@10");
    assertRanks(clusters.vMeasure(), peer, "v_measure");
    assertRanks(clusters.homogeneity(), peer, "homogeneity");
    assertRanks(clusters.completeness(), peer, "completeness");
  }

  private static void assertRanks(double found, JsonNode peer, String name) {
    assertThat(found)
        .as(name)
        .isBetween(0.05, 0.99) // neither chance nor all
        .isCloseTo(peer.get(name).doubleValue(), within(NEIGHBOURS_CHANGE_PLACES));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /**
   * A text's relatives are texts with another end or another first word, some of them unlike it.
   */
  private void inputs() throws Exception {
    List<String> sentences =
        new ArrayList<>(
            new LinkedHashSet<>(TinyModel.sentences(4 * ITEMS, 5))
                .stream().filter(sentence -> !sentence.contains(",")).toList());
    Random random = new Random(2);
    StringBuilder pairs = new StringBuilder("text1,text2,label\n");
    StringBuilder queries = new StringBuilder();
    StringBuilder texts = new StringBuilder("text,label\n");
    List<String> topics = List.of("a river and a boat", "the old book !", "he runs , eats , plays");
    for (int i = 0; i < ITEMS; i++) {
      String sentence = sentences.get(i);
      String relative =
          sentence.replaceFirst("^\\S+ \\S+", random.nextBoolean() ? "music" : "fast food");
      boolean related = random.nextInt(3) == 0;
      String other = related ? relative : sentences.get((i + 7) % ITEMS);
      pairs.append(
          sentence + "," + other + "," + (related == random.nextInt(8) > 0 ? 1 : 0) + "\n");
      String negatives =
          random
              .ints(ITEMS, 2 * ITEMS)
              .distinct()
              .limit(12)
              .mapToObj(n -> "\"" + sentences.get(n) + "\"")
              .collect(Collectors.joining(", "));
      queries.append(
          String.format(
              "{\"query\": \"%s\", \"positive\": [\"%s\", \"%s\"], \"negative\": [%s]}\n",
              sentence, relative, sentences.get((i + 31) % ITEMS), negatives));
      int topic = random.nextInt(topics.size());
      int label = random.nextInt(5) == 0 ? random.nextInt(topics.size()) : topic;
      String[] words = sentence.split(" ");
      texts.append(
          "\"" + topics.get(topic) + " " + words[0] + " " + words[1] + "\"," + label + "\n");
    }
    Files.writeString(directory.resolve("pairs.csv"), pairs);
    Files.writeString(directory.resolve("queries.jsonl"), queries);
    Files.writeString(directory.resolve("texts.csv"), texts);
  }
}
