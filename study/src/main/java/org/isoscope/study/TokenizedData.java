package org.isoscope.study;

import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.isoscope.encoder.Encoder;
import org.isoscope.training.TrainingItems;

/**
 * The data of a training, read and tokenized: what trainings that differ in other things have in
 * common. For any threads.
 *
 * @param items owned by this
 * @param rows of each data set which rows are items
 * @param told what a training's record is told of the data
 */
record TokenizedData(
    TrainingItems items, List<BitSet> rows, List<BiConsumer<RunRecord, Encoder>> told)
    implements AutoCloseable {

  /** Says what was read, left out and cut. */
  void tell(RunRecord record, Encoder encoder) {
    told.forEach(each -> each.accept(record, encoder));
  }

  @Override
  public void close() {
    items.close();
  }
}
