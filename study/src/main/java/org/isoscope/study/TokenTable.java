package org.isoscope.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.isoscope.corpus.ParquetTable;
import org.isoscope.corpus.ParquetTable.Column;
import org.isoscope.corpus.ParquetTable.Kind;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;

/**
 * Where tokens lie, as a table for programs that show points with their texts: a row a token, view
 * and sentence of each result directory.
 *
 * <table>
 *   <caption>Columns</caption>
 *   <tr><th>column</th><th>of {@link TokenView}</th></tr>
 *   <tr><td>x, y</td><td>the token's position; DOUBLE</td></tr>
 *   <tr><td>text</td><td>the token as the vocabulary writes it</td></tr>
 *   <tr><td>sentence, sentence_index</td><td>its sentence's text, and which it is, from 0</td></tr>
 *   <tr><td>class</td><td>its word class; null where not tagged</td></tr>
 *   <tr><td>step, label</td><td>of the view; step null outside a training</td></tr>
 *   <tr><td>layer</td><td>whose vectors were projected</td></tr>
 *   <tr><td>run</td><td>the directory as it was named; only of several directories</td></tr>
 * </table>
 *
 * <p>Every directory has a projection of its own: x and y of two of them are not comparable.
 */
public final class TokenTable {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("x", Kind.DOUBLE, false),
          new Column("y", Kind.DOUBLE, false),
          new Column("text", Kind.STRING, false),
          new Column("sentence", Kind.STRING, false),
          new Column("sentence_index", Kind.INT, false),
          new Column("class", Kind.STRING, true),
          new Column("step", Kind.INT, true),
          new Column("label", Kind.STRING, false),
          new Column("layer", Kind.INT, false));

  private final Map<Path, TokenView> views; // that have positions
  private final boolean several;

  private TokenTable(Map<Path, TokenView> views, boolean several) {
    this.views = views;
    this.several = several;
  }

  /**
   * Reads the views of result directories.
   *
   * @param tell told, in a sentence, of each directory that has no positions and is left out
   * @throws UserError where none has, or one cannot be read
   */
  public static TokenTable read(List<ResultDirectory> directories, Consumer<String> tell) {
    Map<Path, TokenView> views = new LinkedHashMap<>();
    List<Path> without = new ArrayList<>();
    for (ResultDirectory directory : directories) {
      TokenView view = directory.tokens().orElse(null);
      if (view == null || view.projection() == null) {
        without.add(directory.path());
      } else {
        views.put(directory.path(), view);
      }
    }
    if (views.isEmpty()) {
      throw new UserError(
          String.join(", ", without.stream().map(Path::toString).toList()),
          without.size() == 1
              ? "has no positions of tokens"
              : "have no positions of tokens, none of them",
          "a tokens.json with positions, as train and analyze of a model write it, and compare of"
              + " two models of one shape",
          "Run the command that made it again, or of a sweep name the directory of a run");
    }
    without.forEach(path -> tell.accept(path + " has no positions of tokens and is left out"));
    return new TokenTable(views, directories.size() > 1);
  }

  /**
   * Writes the table.
   *
   * @param target a {@code .parquet}; appears whole or not at all, replaced where it is there
   * @throws UserError when it cannot be written
   */
  public void write(Path target) {
    List<Column> columns = new ArrayList<>(COLUMNS);
    if (several) {
      columns.add(new Column("run", Kind.STRING, false));
    }
    ParquetTable.write(
        target, columns, table -> views.forEach((path, view) -> add(table, path.toString(), view)));
  }

  private void add(ParquetTable table, String run, TokenView tokens) {
    int layer = Objects.requireNonNull(tokens.projection()).layer();
    for (int s = 0; s < tokens.sentences().size(); s++) {
      TokenView.Sentence sentence = tokens.sentences().get(s);
      List<String> classes = sentence.wordClasses();
      for (TokenView.View view : sentence.views()) {
        List<List<Double>> positions = view.positions();
        for (int t = 0; positions != null && t < positions.size(); t++) {
          List<@Nullable Object> row = new ArrayList<>(positions.get(t)); // x, y
          row.add(sentence.tokens().get(t));
          row.add(sentence.text());
          row.add(s);
          row.add(classes == null ? null : classes.get(t));
          row.add(view.step());
          row.add(view.label());
          row.add(layer);
          if (several) {
            row.add(run);
          }
          table.add(row);
        }
      }
    }
  }
}
