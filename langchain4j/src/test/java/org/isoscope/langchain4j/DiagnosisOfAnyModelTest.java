package org.isoscope.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.SpaceGeometry;
import org.junit.jupiter.api.Test;

/**
 * The example of docs/temperature-and-threshold.md: the vectors of any LangChain4j model,
 * diagnosed.
 */
class DiagnosisOfAnyModelTest {

  /** Embeds every text into a narrow cone around one dimension. */
  private static final class Narrow implements EmbeddingModel {
    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
      List<Embedding> embeddings = new ArrayList<>();
      for (TextSegment segment : segments) {
        Random random = new Random(segment.text().hashCode());
        float[] vector = new float[16];
        for (int j = 0; j < vector.length; j++) {
          vector[j] = (float) random.nextGaussian() + (j == 7 ? 20 : 0);
        }
        embeddings.add(Embedding.from(vector));
      }
      return Response.from(embeddings);
    }

    @Override
    public int dimension() {
      return 16;
    }
  }

  @Test
  void fiveLinesTellWhatIsWrong() {
    EmbeddingModel model = new Narrow();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      texts.add("text " + i);
    }

    SpaceGeometry geometry = SpaceGeometry.of(model.dimension());
    for (String text : texts) {
      geometry.add(model.embed(text).content().vector());
    }
    List<Diagnosis.Symptom> findings = Diagnosis.of(geometry.result());

    assertThat(findings)
        .extracting(Diagnosis.Symptom::toString)
        .anyMatch(told -> told.contains("narrow cone"))
        .anyMatch(told -> told.contains("Dimension 7"));
  }
}
