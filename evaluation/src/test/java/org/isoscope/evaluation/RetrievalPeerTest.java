package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.Evaluation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every figure equals that of sentence-transformers' InformationRetrievalEvaluator over the same
 * model and files: those kept in {@code retrieval/figures.json}, as {@code retrieval/retrieval.py}
 * printed them, and, where the environment variable {@code PYTHON} names an interpreter that has
 * it, those that it prints now.
 */
class RetrievalPeerTest {
  private static final int QUERIES = 500;

  /**
   * Two programs' vectors differ by rounding, some 1e-7 of a cosine. Of 500 queries one or two may
   * have a right and a wrong document that much apart, which then change places.
   */
  private static final double NEIGHBOURS_CHANGE_PLACES = 0.5 / QUERIES;

  @TempDir Path directory;

  @Test
  void everyFigureEqualsThoseKept() throws Exception {
    try (InputStream in = RetrievalPeerTest.class.getResourceAsStream("retrieval/figures.json")) {
      assertEqual(found(), new ObjectMapper().readTree(in));
    }
  }

  @Test
  void everyFigureEqualsSentenceTransformers() throws Exception {
    String python = PythonPeer.assumed();

    Evaluation.Retrieval found = found();

    assertEqual(
        found,
        PythonPeer.run(
            python,
            directory,
            "retrieval/retrieval.py",
            file("model"),
            file("queries.jsonl"),
            file("corpus.jsonl"),
            file("qrels.tsv")));
  }

  private Evaluation.Retrieval found() throws Exception {
    collection();
    try (Encoder encoder = TinyModel.open(TinyModel.write(directory.resolve("source"), 3), 2)) {
      encoder.save(directory.resolve("model"), Pooling.MEAN);
      RetrievalCorpus corpus =
          RetrievalCorpus.read(file("queries.jsonl"), file("corpus.jsonl"), file("qrels.tsv"));
      return Retrieval.of(encoder, corpus, Pooling.MEAN).figures(null);
    }
  }

  private static void assertEqual(Evaluation.Retrieval found, JsonNode expected) {
    assertThat(found.queries()).isEqualTo(QUERIES);
    assertThat(found.measures()).hasSize(RankingMeasure.values().length);
    for (Evaluation.Measure measure : found.measures()) {
      String name = measure.name().toLowerCase(Locale.ROOT);
      assertThat(expected.has(name)).as(name).isTrue();
      assertThat(measure.value())
          .as(name)
          .isBetween(0.05, 0.95) // neither chance nor all
          .isCloseTo(expected.get(name).doubleValue(), within(NEIGHBOURS_CHANGE_PLACES));
    }
    assertThat(found.accuracy())
        .isCloseTo(expected.get("accuracy@1").doubleValue(), within(NEIGHBOURS_CHANGE_PLACES));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /** Each query has one to three right documents, of which some are near it and some are not. */
  private void collection() throws Exception {
    Set<String> distinct = new LinkedHashSet<>(TinyModel.sentences(6 * QUERIES, 5));
    List<String> sentences = new ArrayList<>(distinct);
    List<String> documents = new ArrayList<>();
    StringBuilder queries = new StringBuilder();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    Random random = new Random(1);
    for (int q = 0; q < QUERIES; q++) {
      String query = sentences.get(q);
      queries.append(String.format("{\"_id\": \"q%03d\", \"text\": \"%s\"}\n", q, query));
      List<String> candidates =
          List.of(
              sentences.get(QUERIES + q),
              query.replaceFirst("\\S+ \\.$", "."),
              query.replaceFirst("^\\S+", "music"));
      for (int i = 0; i < candidates.size(); i++) {
        String candidate = candidates.get(i);
        if (distinct.add(candidate) || i == 0) {
          int score = i == 0 || random.nextBoolean() ? 1 : 0;
          qrels.append(String.format("q%03d\td%04d\t%d\n", q, documents.size(), score));
          documents.add(candidate);
        }
      }
    }
    StringBuilder corpus = new StringBuilder();
    for (int d = 0; d < documents.size(); d++) {
      corpus.append(
          String.format(
              "{\"_id\": \"d%04d\", \"title\": \"%s\", \"text\": \"%s\"}\n",
              d, d % 7 == 0 ? "the city" : "", documents.get(d)));
    }
    Files.writeString(directory.resolve("queries.jsonl"), queries);
    Files.writeString(directory.resolve("corpus.jsonl"), corpus);
    Files.writeString(directory.resolve("qrels.tsv"), qrels);
  }
}
