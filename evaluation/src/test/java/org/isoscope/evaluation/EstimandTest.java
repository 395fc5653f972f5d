package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.isoscope.results.EstimandFigures;
import org.isoscope.results.Figure;
import org.junit.jupiter.api.Test;

class EstimandTest {
  /** What is measured and what is told of it have the same keys, in the same order. */
  @Test
  void everyEstimandIsInTheCatalogue() {
    assertThat(EstimandFigures.ALL.stream().map(Figure::key))
        .containsExactlyElementsOf(Arrays.stream(Estimand.values()).map(Estimand::key).toList());
  }
}
