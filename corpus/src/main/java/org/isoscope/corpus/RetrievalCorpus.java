package org.isoscope.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;

/**
 * Queries, documents, and which documents are right for which query. Texts are kept in memory: some
 * hundred bytes a document.
 *
 * @param name what the user called it: the path of the pairs or of the relevance judgments
 * @param sha256 fingerprint: the SHA-256 of the documents and then, for each query, the query and a
 *     line for each right document (its number from 0, a tab, its grade as {@link Double#toString}
 *     writes it), in UTF-8, each followed by a line feed, in hexadecimal
 * @param queries at least one
 * @param documents at least one
 * @param relevant for each query the grades of its right documents by their numbers, at least one,
 *     each greater than 0
 * @param groups for each query the number of the group that it belongs to: queries of one group are
 *     not independent of each other
 * @param unjudged how many other queries were left out, since no document is right for them
 */
public record RetrievalCorpus(
    String name,
    String sha256,
    List<String> queries,
    List<String> documents,
    List<Map<Integer, Double>> relevant,
    List<Integer> groups,
    int unjudged) {

  /** Columns of a file of relevance judgments. */
  private static final List<String> JUDGMENT = List.of("query-id", "corpus-id", "score");

  /** Copies the lists. */
  public RetrievalCorpus {
    queries = List.copyOf(queries);
    documents = List.copyOf(documents);
    relevant = relevant.stream().map(Collections::unmodifiableMap).toList();
    groups = List.copyOf(groups);
    if (queries.isEmpty() || documents.isEmpty()) {
      throw new IllegalArgumentException("no query or no document in " + name);
    }
    if (relevant.size() != queries.size() || groups.size() != queries.size()) {
      throw new IllegalArgumentException(
          queries.size()
              + " queries, "
              + relevant.size()
              + " judged, "
              + groups.size()
              + " groups");
    }
    for (Map<Integer, Double> right : relevant) {
      if (right.isEmpty()) {
        throw new IllegalArgumentException("a query without a right document in " + name);
      }
      for (Map.Entry<Integer, Double> entry : right.entrySet()) {
        if (entry.getKey() < 0 || entry.getKey() >= documents.size() || !(entry.getValue() > 0)) {
          throw new IllegalArgumentException("no right document: " + entry);
        }
      }
    }
  }

  private static RetrievalCorpus of(
      String name,
      List<String> queries,
      List<String> documents,
      List<Map<Integer, Double>> relevant,
      List<Integer> groups,
      int unjudged) {
    Fingerprint fingerprint = new Fingerprint();
    documents.forEach(fingerprint::add);
    for (int q = 0; q < queries.size(); q++) {
      fingerprint.add(queries.get(q));
      relevant.get(q).forEach((document, grade) -> fingerprint.add(document + "\t" + grade));
    }
    return new RetrievalCorpus(
        name, fingerprint.hex(), queries, documents, relevant, groups, unjudged);
  }

  /**
   * The first text of each pair is a query, the second a right answer to it, of grade 1. Equal
   * queries are one, with several right answers; so are equal answers one document. Hard negatives
   * are documents too. A query's groups, where its pairs are of several, are one group.
   */
  public static RetrievalCorpus of(PairCorpus pairs) {
    Map<String, Integer> queries = new LinkedHashMap<>();
    Map<String, Integer> documents = new LinkedHashMap<>();
    List<Map<Integer, Double>> relevant = new ArrayList<>();
    List<Integer> first = new ArrayList<>(); // of each query the group of its first pair
    DisjointSets sets =
        new DisjointSets(pairs.groups().stream().mapToInt(group -> group + 1).max().orElse(0));
    for (int i = 0; i < pairs.pairs().size(); i++) {
      PairCorpus.Pair pair = pairs.pairs().get(i);
      int query = queries.computeIfAbsent(pair.first(), unused -> relevant.size());
      if (query == relevant.size()) {
        relevant.add(new LinkedHashMap<>());
        first.add(pairs.groups().get(i));
      }
      sets.join(first.get(query), pairs.groups().get(i));
      relevant.get(query).put(number(documents, pair.second()), 1.0);
      pair.negatives().forEach(negative -> number(documents, negative));
    }
    return of(
        pairs.name(),
        List.copyOf(queries.keySet()),
        List.copyOf(documents.keySet()),
        relevant,
        first.stream().map(sets::find).toList(),
        0);
  }

  /**
   * The same with further documents, which are right for no query. One that is equal to a document
   * that is there, or to an earlier one of these, is left out.
   */
  public RetrievalCorpus withDocuments(List<String> further) {
    Set<String> known = new HashSet<>(documents);
    List<String> all = new ArrayList<>(documents);
    further.stream().filter(known::add).forEach(all::add);
    return of(name, queries, all, relevant, groups, unjudged);
  }

  private static int number(Map<String, Integer> numbers, String text) {
    return numbers.computeIfAbsent(text, unused -> numbers.size());
  }

  /**
   * Reads a test collection as BEIR (Thakur et al. 2021, arXiv 2104.08663) lays it out. A document
   * is its title, a blank and its text; each query is a group. Documents of equal text but
   * different ids are different, and a document with a query's own id is like any other, as
   * sentence-transformers has it. A query without a judgment above 0 is left out and counted.
   *
   * @param queries a .jsonl of {@code _id} and {@code text}; .gz and .zst are decompressed
   * @param corpus a .jsonl of {@code _id}, {@code text} and, if there is one, {@code title}
   * @param qrels a .tsv, .csv or .jsonl of {@code query-id}, {@code corpus-id} and {@code score}
   *     with a header: a document is right for a query where the score, its grade, is above 0
   * @throws UserError where a file cannot be read or is malformed, an id comes twice or is not
   *     there, a score is no number, or nothing is judged right
   */
  public static RetrievalCorpus read(String queries, String corpus, String qrels) {
    Map<String, Integer> queryNumbers = new HashMap<>();
    List<String> allQueries = texts(queries, queryNumbers);
    Map<String, Integer> documentNumbers = new HashMap<>();
    List<String> documents = texts(corpus, documentNumbers);
    List<Map<Integer, Double>> judged = new ArrayList<>();
    allQueries.forEach(query -> judged.add(new LinkedHashMap<>()));
    Columns columns = new Columns(JUDGMENT, Columns.Header.YES).withSetting("qrels");
    ColumnChoice choice = ScoredPairCorpus.choose(qrels, columns);
    Rows.read(
        choice,
        (place, values, group) -> {
          if (values.isEmpty()) {
            return; // a blank line
          }
          int query = known(place, "query", values.get(0), queryNumbers, queries);
          int document = known(place, "document", values.get(1), documentNumbers, corpus);
          double grade = ScoredPairCorpus.score(place, values.get(2));
          Double before = judged.get(query).putIfAbsent(document, grade);
          if (before != null && before != grade) {
            throw new UserError(
                place,
                "judges query "
                    + Rows.shown(values.get(0))
                    + " and document "
                    + Rows.shown(values.get(1))
                    + " otherwise than a row above",
                "one score of a query and a document",
                "Remove one of the rows");
          }
        });
    List<String> kept = new ArrayList<>();
    List<Map<Integer, Double>> relevant = new ArrayList<>();
    for (int q = 0; q < judged.size(); q++) {
      judged.get(q).values().removeIf(grade -> !(grade > 0));
      if (!judged.get(q).isEmpty()) {
        kept.add(allQueries.get(q));
        relevant.add(judged.get(q));
      }
    }
    if (kept.isEmpty()) {
      throw new UserError(
          qrels,
          "judges no document right for a query",
          "at least one row with a score above 0",
          "Check the file");
    }
    return of(
        qrels,
        kept,
        documents,
        relevant,
        IntStream.range(0, kept.size()).boxed().toList(),
        allQueries.size() - kept.size());
  }

  private static int known(
      String place, String what, String id, Map<String, Integer> numbers, String file) {
    Integer number = numbers.get(id);
    if (number == null) {
      throw new UserError(
          place,
          "names " + what + " " + Rows.shown(id) + ", which is not in " + file,
          "the _id of a " + what + " in that file",
          "Check that the files belong together");
    }
    return number;
  }

  /** The texts of a file in their order, with their titles. */
  private static List<String> texts(String name, Map<String, Integer> numbers) {
    InputFile file = InputFile.of(name, null);
    if (!file.format().equals("jsonl")) {
      throw new UserError(
          name, "is no .jsonl", "an object a line with _id and text", "Name such a file");
    }
    List<String> texts = new ArrayList<>();
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        String place = file.at(++line);
        if (Rows.strip(text).isEmpty()) {
          continue;
        }
        JsonNode object = Rows.json(place, text, "an object with _id and text");
        if (!object.isObject()) {
          throw new UserError(
              place, "is no JSON object", "an object with _id and text", "Mend this line");
        }
        String id = Rows.jsonValue(place, object, "_id");
        if (numbers.putIfAbsent(id, texts.size()) != null) {
          throw new UserError(
              place,
              "has the _id " + Rows.shown(id) + " of a line above",
              "an _id of its own",
              "Remove one of the lines");
        }
        String title = object.hasNonNull("title") ? Rows.jsonValue(place, object, "title") : "";
        texts.add(Rows.strip(title + " " + Rows.jsonValue(place, object, "text")));
      }
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
    if (texts.isEmpty()) {
      throw new UserError(
          name, "has no text", "at least one line with _id and text", "Check the file");
    }
    return texts;
  }
}
