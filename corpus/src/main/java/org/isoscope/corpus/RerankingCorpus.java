package org.isoscope.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Queries, each with documents of its own to be put in order, some right and some wrong, in the
 * order in which they were found.
 *
 * @param name what the user called them: a path
 * @param sha256 fingerprint: the SHA-256 of the queries in UTF-8, for each the query and a line for
 *     each document (1 where it is right, else 0, a tab, its text), each followed by a line feed,
 *     in hexadecimal
 * @param queries at least one
 * @param unjudged how many other queries were left out, since they have no right or no wrong
 *     document: there is nothing to put in order
 * @param skipped how many blank lines, rows with a blank cell, and blank documents were left out
 * @param columns which columns of a file they are; null: of none, as where each line has lists
 */
public record RerankingCorpus(
    String name,
    String sha256,
    List<Query> queries,
    int unjudged,
    long skipped,
    @Nullable ColumnChoice columns) {

  /** Fields of a line with lists, as MTEB and sentence-transformers call them. */
  private static final List<String> FIELDS = List.of("query", "positive", "negative");

  /** Copies the list. */
  public RerankingCorpus {
    queries = List.copyOf(queries);
    if (queries.isEmpty()) {
      throw new IllegalArgumentException("no query in " + name);
    }
  }

  /**
   * A query with its documents.
   *
   * @param text not blank
   * @param positives right documents, at least one, not blank
   * @param negatives wrong documents, at least one, not blank
   */
  public record Query(String text, List<String> positives, List<String> negatives) {
    /** Copies the lists. */
    public Query {
      positives = List.copyOf(positives);
      negatives = List.copyOf(negatives);
      if (positives.isEmpty() || negatives.isEmpty()) {
        throw new IllegalArgumentException("no right or no wrong document of " + text);
      }
    }

    /** Its right documents, then the wrong ones. */
    public List<String> documents() {
      return Stream.concat(positives.stream(), negatives.stream()).toList();
    }
  }

  /** Documents of a query while they are gathered. */
  private record Documents(List<String> positives, List<String> negatives) {
    Documents() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * Reads queries with their documents, in one of two forms: a .jsonl of which each line is a query
   * with a list of right and a list of wrong documents ({@code query}, {@code positive}, {@code
   * negative}, or what is asked; a document alone may stand for its list); or rows of a .csv, .tsv,
   * .jsonl or .parquet as {@link LabelledPairCorpus} reads them: query, document and its label,
   * rows of equal queries being one query.
   *
   * @throws UserError if the text cannot be read, is malformed, lacks a column, does not tell which
   *     columns are meant, has another label, or no query with documents of both kinds
   */
  public static RerankingCorpus read(String name, Columns columns) {
    LabelledPairCorpus.requireFile(name);
    InputFile file = InputFile.of(name, columns.format());
    List<String> fields = columns.columns().isEmpty() ? FIELDS : columns.columns();
    boolean lists = file.format().equals("jsonl") && fields.size() == 3 && hasLists(file, fields);
    return lists ? ofLists(file, fields) : ofRows(name, columns);
  }

  /** The text of each query. */
  public List<String> queryTexts() {
    return queries.stream().map(Query::text).toList();
  }

  /** All queries and documents. */
  public List<String> texts() {
    return Stream.concat(queryTexts().stream(), documents().stream()).toList();
  }

  /** The documents of each query, one query after another. */
  public List<String> documents() {
    return queries.stream().flatMap(query -> query.documents().stream()).toList();
  }

  /** Whether the first line has lists, or both kinds of documents. */
  private static boolean hasLists(InputFile file, List<String> fields) {
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        if (!Rows.strip(text).isEmpty()) {
          JsonNode node = Rows.json(file.at(line), text, "an object with " + fields);
          return node.path(fields.get(1)).isArray()
              || node.path(fields.get(2)).isArray()
              || (fields.equals(FIELDS) && node.has(fields.get(1)) && node.has(fields.get(2)));
        }
      }
      return false;
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
  }

  private static RerankingCorpus ofLists(InputFile file, List<String> fields) {
    String expected = "an object with " + String.join(", ", fields);
    List<Query> queries = new ArrayList<>();
    int unjudged = 0;
    long skipped = 0;
    try (BufferedReader in = Utf8Reader.open(file)) {
      long line = 0;
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        String place = file.at(++line);
        if (Rows.strip(text).isEmpty()) {
          skipped++;
          continue;
        }
        JsonNode object = Rows.json(place, text, expected);
        if (!object.isObject()) {
          throw new UserError(place, "is no JSON object", expected, "Mend this line");
        }
        String query = Rows.jsonValue(place, object, fields.get(0));
        Documents documents = new Documents();
        skipped += add(place, object, fields.get(1), documents.positives());
        skipped += add(place, object, fields.get(2), documents.negatives());
        if (query.isEmpty()) {
          skipped++;
        } else if (!add(query, documents, queries)) {
          unjudged++;
        }
      }
    } catch (IOException e) {
      throw UserError.reading(file.path(), e);
    }
    return of(file.name(), queries, unjudged, skipped, null);
  }

  /**
   * Adds the documents of a field.
   *
   * @return how many were left out
   */
  private static int add(String place, JsonNode object, String field, List<String> documents) {
    JsonNode list = object.path(field);
    if (!list.isArray()) {
      String alone = Rows.jsonValue(place, object, field);
      return addUnlessBlank(alone, documents);
    }
    int blank = 0;
    for (JsonNode each : list) {
      if (!each.isTextual()) {
        throw new UserError(
            place,
            "field " + Rows.shown(field) + " holds what is no text",
            "a list of strings",
            "Mend this line");
      }
      blank += addUnlessBlank(Rows.strip(Rows.wellFormed(place, each.textValue())), documents);
    }
    return blank;
  }

  private static int addUnlessBlank(String document, List<String> documents) {
    if (document.isEmpty()) {
      return 1;
    }
    documents.add(document);
    return 0;
  }

  private static RerankingCorpus ofRows(String name, Columns columns) {
    ColumnChoice choice = LabelledPairCorpus.choose(name, columns);
    Map<String, Documents> found = new LinkedHashMap<>();
    long skipped =
        Rows.readWhole(
            choice,
            "labelled document",
            "at least one row of a query, a document and a label",
            (place, values, group) -> {
              Documents of = found.computeIfAbsent(values.get(0), unused -> new Documents());
              boolean right = LabelledPairCorpus.isRelated(place, values.get(2));
              (right ? of.positives() : of.negatives()).add(values.get(1));
            });
    List<Query> queries = new ArrayList<>();
    found.forEach((query, documents) -> add(query, documents, queries));
    return of(name, queries, found.size() - queries.size(), skipped, choice);
  }

  /** Adds a query that has documents of both kinds; says whether it has. */
  private static boolean add(String query, Documents documents, List<Query> queries) {
    if (documents.positives().isEmpty() || documents.negatives().isEmpty()) {
      return false;
    }
    queries.add(new Query(query, documents.positives(), documents.negatives()));
    return true;
  }

  private static RerankingCorpus of(
      String name,
      List<Query> queries,
      int unjudged,
      long skipped,
      @Nullable ColumnChoice columns) {
    if (queries.isEmpty()) {
      throw new UserError(
          name,
          "has no query with both right and wrong documents",
          "queries, each with documents of both kinds",
          "Check the file");
    }
    Fingerprint fingerprint = new Fingerprint();
    for (Query query : queries) {
      fingerprint.add(query.text());
      query.positives().forEach(document -> fingerprint.add("1\t" + document));
      query.negatives().forEach(document -> fingerprint.add("0\t" + document));
    }
    return new RerankingCorpus(name, fingerprint.hex(), queries, unjudged, skipped, columns);
  }
}
