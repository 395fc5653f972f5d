package org.isoscope.study;

import java.util.List;
import java.util.function.LongConsumer;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.StepMetrics;

/** Is told what a job does, as it does it. Nothing need be listened to. */
public interface JobListener {
  /** Listens to nothing. */
  JobListener SILENT = new JobListener() {};

  /** What is going on, in a sentence. */
  default void say(String message) {}

  /** Something that a reader of the figures should know; it is kept in {@code run.json} too. */
  default void note(String note) {}

  /**
   * A pass over so many tokens begins.
   *
   * @return is told the tokens of each piece that is done, by any thread
   */
  default LongConsumer pass(long tokens) {
    return done -> {};
  }

  /**
   * Vectors of a file are gone through, of which nobody knows how many there are.
   *
   * @param doing what is done with them, as "measuring"
   * @return is told how many have been, by one thread
   */
  default LongConsumer vectors(String doing) {
    return done -> {};
  }

  /**
   * A comparison of so many pairs begins.
   *
   * @return is told the pairs of each piece that is done, by any thread
   */
  default LongConsumer pairs(long pairs) {
    return done -> {};
  }

  /**
   * A step of a training was taken.
   *
   * @param steps how many there will be
   */
  default void step(StepMetrics metrics, int steps) {}

  /** A probe of a training was taken. */
  default void probe(Geometry geometry) {}

  /** Whole sets were evaluated in the course of a training. */
  default void evaluation(List<Evaluation.Set> sets) {}

  /** The queries that were held out were searched in the course of a training. */
  default void search(Evaluation.Retrieval found) {}
}
