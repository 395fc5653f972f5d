package org.isoscope.study.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.isoscope.corpus.VectorFile;
import org.isoscope.study.JobListener;
import org.jspecify.annotations.Nullable;

/** The vectors of a file, with the id and the text beside them where there are any. */
record FileRows(VectorFile file, JobListener listener) implements VectorRows {
  /** Rows handed out at a time. */
  private static final int BLOCK = 4096;

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public int dimension() {
    return file.dimension();
  }

  @Override
  public void forEachBlock(Consumer<float[]> block) {
    int d = file.dimension();
    float[] rows = new float[BLOCK * d];
    int[] filled = new int[1];
    LongConsumer done = listener.vectors("reading " + file.name());
    file.forEach(
        (row, index) -> {
          Math.toIntExact(index);
          System.arraycopy(row, 0, rows, filled[0]++ * d, d);
          if (filled[0] == BLOCK) {
            block.accept(rows);
            filled[0] = 0;
            done.accept(index + 1);
          }
        });
    if (filled[0] > 0) {
      block.accept(Arrays.copyOf(rows, filled[0] * d));
    }
  }

  /** All rows, as they stand in the file. */
  float[] all() {
    List<float[]> blocks = new ArrayList<>();
    forEachBlock(block -> blocks.add(block.clone()));
    int elements = blocks.stream().mapToInt(block -> block.length).reduce(0, Math::addExact);
    float[] all = new float[elements];
    int at = 0;
    for (float[] block : blocks) {
      System.arraycopy(block, 0, all, at, block.length);
      at += block.length;
    }
    return all;
  }

  @Override
  public Map<Integer, FoundRow> find(Set<Integer> rows) {
    Map<Integer, FoundRow> found = new HashMap<>();
    int id = file.beside().indexOf("id");
    int text = file.beside().indexOf("text");
    if (id < 0 && text < 0) {
      rows.forEach(row -> found.put(row, new FoundRow(row, null, null)));
      return found;
    }
    file.forEachBeside(
        (row, index, beside) -> {
          int number = (int) index;
          if (rows.contains(number)) {
            found.put(number, new FoundRow(number, value(beside, id), value(beside, text)));
          }
        });
    return found;
  }

  private static @Nullable String value(List<Object> beside, int place) {
    return place < 0 ? null : String.valueOf(beside.get(place));
  }
}
