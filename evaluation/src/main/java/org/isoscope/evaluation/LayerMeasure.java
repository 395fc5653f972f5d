package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.LargestActivation;
import org.isoscope.geometry.MatrixEntropy;
import org.isoscope.geometry.NormVariation;
import org.isoscope.geometry.SecondOrderUniformity;
import org.isoscope.geometry.SentenceCorrelation;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerFigures;
import org.jspecify.annotations.Nullable;

/**
 * A measure of a layer beyond those of {@link org.isoscope.geometry.LayerGeometry}. Named in {@link
 * #ALL}, it is taken at every probe of a training and by every analysis, and its figures are told
 * wherever those of the catalogue are.
 *
 * @param everyLayer whether it is cheap enough for every layer; the last one alone otherwise
 * @param empty makes an accumulator for a dimension
 * @param read makes one of what was written
 * @param feed gives it a sentence
 * @param figures of the catalogue that its result has
 */
record LayerMeasure<A extends Accumulator<A, R>, R>(
    boolean everyLayer,
    IntFunction<A> empty,
    Read<A> read,
    Feed<A> feed,
    Map<Figure<Geometry.Layer>, Function<R, @Nullable Double>> figures) {

  static final List<LayerMeasure<?, ?>> ALL =
      List.of(
          new LayerMeasure<SentenceCorrelation, SentenceCorrelation.Result>(
              true,
              SentenceCorrelation::new,
              SentenceCorrelation::read,
              bySentence(SentenceCorrelation::addSentence),
              Map.of(
                  LayerFigures.WITHIN_SENTENCE_COSINE,
                  SentenceCorrelation.Result::withinSentenceCosine,
                  LayerFigures.SENTENCE_CORRELATION,
                  SentenceCorrelation.Result::sentenceCorrelation)),
          new LayerMeasure<NormVariation, NormVariation.Result>(
              true,
              NormVariation::new,
              NormVariation::read,
              byToken(NormVariation::add),
              Map.of(LayerFigures.NORM_VARIATION, NormVariation.Result::normVariation)),
          new LayerMeasure<LargestActivation, LargestActivation.Result>(
              true,
              LargestActivation::new,
              LargestActivation::read,
              byToken(LargestActivation::add),
              Map.of(LayerFigures.LARGEST_ACTIVATION, LargestActivation.Result::largestOverMedian)),
          new LayerMeasure<SecondOrderUniformity, SecondOrderUniformity.Result>(
              false, // as dear as IsoScore, which costs more than all others together
              SecondOrderUniformity::new,
              SecondOrderUniformity::read,
              byToken(SecondOrderUniformity::add),
              Map.of(
                  LayerFigures.SECOND_ORDER_UNIFORMITY,
                  SecondOrderUniformity.Result::secondOrderUniformity)),
          new LayerMeasure<MatrixEntropy, MatrixEntropy.Result>(
              true,
              MatrixEntropy::new,
              MatrixEntropy::read,
              bySentence(MatrixEntropy::addSentence),
              Map.of(LayerFigures.MATRIX_ENTROPY, MatrixEntropy.Result::matrixEntropy)));

  /** Gives an accumulator one sentence's tokens. */
  interface Feed<A> {
    /**
     * Adds them.
     *
     * @param states of the tokens, {@code [count, dimension]} from {@code offset}
     */
    void addSentence(A accumulator, float[] states, int offset, int count, int dimension);
  }

  /** Reads an accumulator that was written. */
  interface Read<A> {
    /**
     * Reads it.
     *
     * @throws IOException where the bytes are not the state of one
     */
    A from(DataInput in) throws IOException;
  }

  /** Takes a sentence whole. */
  private interface OfSentence<A> {
    void add(A accumulator, float[] states, int offset, int count);
  }

  /** Takes one token. */
  private interface OfToken<A> {
    void add(A accumulator, float[] states, int offset);
  }

  private static <A> Feed<A> bySentence(OfSentence<A> feed) {
    return (accumulator, states, offset, count, dimension) ->
        feed.add(accumulator, states, offset, count);
  }

  private static <A> Feed<A> byToken(OfToken<A> feed) {
    return (accumulator, states, offset, count, dimension) -> {
      for (int t = 0; t < count; t++) {
        feed.add(accumulator, states, offset + t * dimension);
      }
    };
  }

  /** Makes an empty accumulator of this measure. */
  Running<A, R> start(int dimension) {
    return new Running<>(this, dimension, empty.apply(dimension));
  }

  /** Reads an accumulator of this measure. */
  Running<A, R> read(DataInput in, int dimension) throws IOException {
    return new Running<>(this, dimension, read.from(in));
  }

  /**
   * A measure being taken of one layer.
   *
   * @param measure taken
   * @param dimension of the tokens
   * @param accumulator of it
   */
  record Running<A extends Accumulator<A, R>, R>(
      LayerMeasure<A, R> measure, int dimension, A accumulator) {
    void addSentence(float[] states, int offset, int count) {
      measure.feed.addSentence(accumulator, states, offset, count, dimension);
    }

    /** Takes in another of the same measure. */
    @SuppressWarnings("unchecked") // accumulators of one measure are of one class
    void merge(Running<?, ?> other) {
      accumulator.merge((A) other.accumulator);
    }

    /** Puts the figures under their keys. */
    void result(Map<String, @Nullable Double> figures) {
      R result = accumulator.result();
      measure.figures.forEach((figure, of) -> figures.put(figure.key(), of.apply(result)));
    }
  }
}
