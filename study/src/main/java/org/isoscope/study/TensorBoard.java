package org.isoscope.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isoscope.results.Evaluation;
import org.isoscope.results.EventFile;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerFigures;
import org.isoscope.results.SentenceSpace;
import org.isoscope.results.SentenceSpaceFigures;
import org.isoscope.results.StepMetrics;
import org.isoscope.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * A training as TensorBoard shows it. Tags: {@code loss}, {@code learning_rate}, {@code
 * gradient_norm}, {@code tokens_per_second} and, where it is measured, {@code mean_cosine} at every
 * step; at a probe the layers, {@code geometry/layer_03/anisotropy} and the like, the sentences'
 * embeddings, {@code sentence_space/mean_cosine} and {@code sentence_space/layer_03/lidar} and the
 * like, what claims are about, {@code estimands/anisotropy} and the like, and the sampled pairs,
 * {@code sts_probe/SET/spearman} and {@code pearson}; {@code sts/SET/...} of whole sets that are
 * evaluated in the loop; and {@code held_out/recall_at_1} and every other {@link
 * org.isoscope.evaluation.RankingMeasure} of the rows held out, before, meanwhile and after. What
 * is undefined is left out.
 */
public final class TensorBoard implements TrainingRun.Listener {
  private final EventFile file;

  public TensorBoard(EventFile file) {
    this.file = file;
  }

  @Override
  public void step(StepMetrics metrics) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("loss", metrics.loss());
    scalars.put("learning_rate", metrics.learningRate());
    scalars.put("gradient_norm", metrics.gradientNorm());
    scalars.put("tokens_per_second", metrics.tokens() / metrics.seconds());
    put(scalars, "mean_cosine", metrics.meanCosine());
    file.write(metrics.step(), scalars);
  }

  @Override
  public void probe(Geometry geometry) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    for (Geometry.Layer layer : geometry.layers()) {
      String group = "geometry/" + tag(layer.layer());
      for (Figure<Geometry.Layer> figure : LayerFigures.ALL) {
        put(scalars, group + figure.tag(), figure.of(layer));
      }
    }
    if (geometry.sentenceSpace() != null) {
      put(scalars, geometry.sentenceSpace());
    }
    if (geometry.estimands() != null) {
      geometry
          .estimands()
          .forEach((key, value) -> put(scalars, "estimands/" + key.replace('-', '_'), value));
    }
    if (geometry.evaluation() != null) {
      put(scalars, "sts_probe/", geometry.evaluation());
    }
    file.write(geometry.step() == null ? 0 : geometry.step(), scalars);
  }

  @Override
  public void evaluation(List<Evaluation.Set> sets) {
    if (!sets.isEmpty()) {
      Map<String, Double> scalars = new LinkedHashMap<>();
      put(scalars, "sts/", sets);
      Integer step = sets.get(0).step();
      file.write(step == null ? 0 : step, scalars);
    }
  }

  @Override
  public void search(Evaluation.Retrieval found) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    if (found.measures() != null) {
      found
          .measures()
          .forEach(
              measure ->
                  scalars.put(
                      "held_out/" + measure.name().toLowerCase(Locale.ROOT).replace("@", "_at_"),
                      measure.value()));
    }
    file.write(found.step() == null ? 0 : found.step(), scalars);
  }

  private static void put(Map<String, Double> scalars, SentenceSpace space) {
    for (Figure<SentenceSpace> figure : SentenceSpaceFigures.ALL) {
      put(scalars, "sentence_space/" + figure.tag(), figure.of(space));
    }
    for (SentenceSpace.Layer layer : space.layers()) {
      for (Figure<SentenceSpace.Layer> figure : SentenceSpaceFigures.OF_LAYERS) {
        put(scalars, "sentence_space/" + tag(layer.layer()) + figure.tag(), figure.of(layer));
      }
    }
  }

  private static String tag(int layer) {
    return String.format(Locale.ROOT, "layer_%02d/", layer);
  }

  /** By the file's name; by its whole path where two files have one name. */
  private static void put(Map<String, Double> scalars, String group, List<Evaluation.Set> sets) {
    List<String> names = sets.stream().map(set -> lastName(set.name())).toList();
    for (int i = 0; i < sets.size(); i++) {
      Evaluation.Set set = sets.get(i);
      boolean only = names.indexOf(names.get(i)) == names.lastIndexOf(names.get(i));
      String tag = group + (only ? names.get(i) : set.name());
      put(scalars, tag + "/spearman", set.spearman());
      put(scalars, tag + "/pearson", set.pearson());
    }
  }

  private static String lastName(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  private static void put(Map<String, Double> scalars, String tag, @Nullable Double value) {
    if (value != null) {
      scalars.put(tag, value);
    }
  }
}
