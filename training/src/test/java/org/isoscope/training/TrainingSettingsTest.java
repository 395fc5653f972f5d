package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How to train, as a value. */
final class TrainingSettingsTest {
  private static final TrainingSettings DEFAULTS = TrainingSettings.defaults();

  /** For each component another value than the default. */
  private static final Map<String, Object> OTHERS =
      Map.ofEntries(
          Map.entry("steps", 7),
          Map.entry("batchSize", 8),
          Map.entry("microBatchSize", 9),
          Map.entry("accumulate", 2),
          Map.entry("noDuplicates", true),
          Map.entry("objective", new CoSent(0.1)),
          Map.entry("pooling", Pooling.CLS),
          Map.entry("learningRate", 1e-4),
          Map.entry("schedule", Schedule.COSINE),
          Map.entry("warmUp", 0.2),
          Map.entry("layerRates", new LayerRates(0.5, true, 1)),
          Map.entry("weightDecay", 0.5),
          Map.entry("maxGradientNorm", 3.0),
          Map.entry("averageDecay", 0.9),
          Map.entry("dropout", 0.2),
          Map.entry("sameMask", true),
          Map.entry("head", Head.MLP),
          Map.entry("augmentation", new Augmentation.Crop(0.1)),
          Map.entry("shufflePositives", true),
          Map.entry("randomInitialization", true),
          Map.entry("seed", new Seed(1)));

  @Test
  void everyComponentCanBeChangedAlone() throws ReflectiveOperationException {
    RecordComponent[] components = TrainingSettings.class.getRecordComponents();
    assertThat(components).extracting(RecordComponent::getName).hasSameElementsAs(OTHERS.keySet());
    for (RecordComponent component : components) {
      String name = component.getName();
      Object other = OTHERS.get(name);
      Object changed =
          TrainingSettings.class
              .getMethod(
                  "with"
                      + name.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                      + name.substring(1),
                  component.getType())
              .invoke(DEFAULTS, other);
      List<String> differing = new ArrayList<>();
      for (RecordComponent each : components) {
        Object was = each.getAccessor().invoke(DEFAULTS);
        Object is = each.getAccessor().invoke(changed);
        if (was == null ? is != null : !was.equals(is)) {
          differing.add(each.getName());
        }
      }
      assertThat(differing).containsExactly(name);
      assertThat(component.getAccessor().invoke(changed)).isEqualTo(other);
    }
  }

  record Mistake(String message, Supplier<?> settings) {
    @Override
    public String toString() {
      return message;
    }
  }

  static List<Mistake> mistakes() {
    return List.of(
        new Mistake("steps 0: is out of range; expected at least 1", () -> DEFAULTS.withSteps(0)),
        new Mistake("batchSize 1: is out of range", () -> DEFAULTS.withBatchSize(1)),
        new Mistake("microBatchSize -1: is out of range", () -> DEFAULTS.withMicroBatchSize(-1)),
        new Mistake("accumulate 0: is out of range", () -> DEFAULTS.withAccumulate(0)),
        new Mistake("learningRate 0.0: is out of range", () -> DEFAULTS.withLearningRate(0)),
        new Mistake(
            "learningRate Infinity: is out of range",
            () -> DEFAULTS.withLearningRate(Double.POSITIVE_INFINITY)),
        new Mistake("warmUp 1.0: is out of range", () -> DEFAULTS.withWarmUp(1)),
        new Mistake("weightDecay -0.1: is out of range", () -> DEFAULTS.withWeightDecay(-0.1)),
        new Mistake("maxGradientNorm 0.0: is out of range", () -> DEFAULTS.withMaxGradientNorm(0)),
        new Mistake("averageDecay 1.0: is out of range", () -> DEFAULTS.withAverageDecay(1)),
        new Mistake("layerDecay 0.0: is out of range", () -> new LayerRates(0, false, 0)),
        new Mistake("frozenLayers -1: is out of range", () -> new LayerRates(1, false, -1)),
        new Mistake("temperature NaN: is out of range", () -> new InfoNce(Double.NaN)),
        new Mistake(
            "temperature 0.001: is out of range; expected at least 0.01",
            () -> new InfoNce(InfoNce.Similarity.DOT, 0.001, true, false, 1)),
        new Mistake(
            "hardNegativeWeight 0.0: is out of range",
            () -> new InfoNce(InfoNce.Similarity.DOT, 1, false, false, 0)),
        new Mistake("temperature -1.0: is out of range", () -> new CoSent(-1)),
        new Mistake("margin 0.0: is out of range", () -> new Triplet(Triplet.Distance.COSINE, 0)),
        new Mistake(
            "matryoshka 0: is out of range",
            () -> new Matryoshka(new InfoNce(1), List.of(0), List.of(1.0))),
        new Mistake(
            "weights 0.0: is out of range",
            () -> new Matryoshka(new InfoNce(1), List.of(1), List.of(0.0))),
        new Mistake(
            "schedule steep: is not a schedule; expected linear, cosine or constant. Choose one.",
            () -> Schedule.parse("steep")),
        new Mistake("dropout 1.0: is out of range", () -> DEFAULTS.withDropout(1.0)),
        new Mistake(
            "sameMask true: leaves a positive equal to its anchor, which shuffled positives are"
                + " not",
            () -> DEFAULTS.withSameMask(true).withShufflePositives(true)),
        new Mistake(
            "sameMask true: leaves a positive equal to its anchor, which augmented ones are not",
            () -> DEFAULTS.withSameMask(true).withAugmentation(new Augmentation.Crop(0.1))),
        new Mistake(
            "head cap: is not a head; expected none or mlp. Choose one.", () -> Head.parse("cap")),
        new Mistake(
            "augmentation 1.0: is out of range; expected a share of the words",
            () -> Augmentation.parse("crop:1")),
        new Mistake("augmentation 0.0: is out of range", () -> new Augmentation.WordDeletion(0)),
        new Mistake("augmentation crop: is no augmentation", () -> Augmentation.parse("crop")),
        new Mistake(
            "augmentation delete:x: is no augmentation; expected none, or crop or delete with a"
                + " share of the words, such as crop:0.1 or delete:0.1. Choose one.",
            () -> Augmentation.parse("delete:x")));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aValueOutOfItsRangeIsNamed(Mistake mistake) {
    assertThatThrownBy(mistake.settings()::get)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(mistake.message())
        .extracting(error -> ((UserError) error).parameter())
        .isEqualTo(mistake.message().split(" ")[0]);
  }

  /** At either end of its range a number is taken. */
  @Test
  void theBoundsBelongToTheRanges() {
    double most = TrainingSettings.MOST;
    for (double temperature : new double[] {InfoNce.LEAST_TEMPERATURE, most}) {
      assertThat(new InfoNce(temperature).temperature()).isEqualTo(temperature);
      assertThat(new CoSent(temperature).temperature()).isEqualTo(temperature);
    }
    InfoNce.Similarity dot = InfoNce.Similarity.DOT;
    assertThat(new InfoNce(dot, InfoNce.LEAST_LEARNED, true, false, most).hardNegativeWeight())
        .isEqualTo(most);
    assertThat(new Triplet(Triplet.Distance.COSINE, most).margin()).isEqualTo(most);
    assertThat(new Matryoshka(new InfoNce(1), List.of(1), List.of(most)).weights())
        .containsExactly(most);
    assertThat(new LayerRates(1, false, 0)).isEqualTo(LayerRates.ALL);
  }

  /** What a person reads of an objective: its name, and what is not as it is by default. */
  @Test
  void anObjectiveDescribesItself() {
    assertThat(new InfoNce(0.05).description()).isEqualTo("InfoNCE of cosines, temperature 0.05");
    assertThat(new InfoNce(InfoNce.Similarity.DOT, 0.5, true, true, 2).description())
        .isEqualTo(
            "symmetric InfoNCE of scalar products, temperature 0.5 (learned), hard negatives"
                + " weighted 2.0");
    assertThat(new CoSent(0.05).description()).isEqualTo("CoSENT, temperature 0.05");
    assertThat(new Triplet(Triplet.Distance.EUCLIDEAN, 5).description())
        .isEqualTo("triplet loss, euclidean distance, margin 5.0");
    assertThat(new Matryoshka(new CoSent(1), List.of(8, 4), List.of(1.0, 1.0)).description())
        .isEqualTo("CoSENT, temperature 1.0, at dimensions 8, 4");
    assertThat(new GlobalOrthogonalRegularization().description())
        .isEqualTo("global orthogonal regularization");
  }

  @Test
  void everySchedulesNameIsRead() {
    for (Schedule schedule : Schedule.values()) {
      assertThat(Schedule.parse(schedule.label())).isEqualTo(schedule);
    }
  }

  @Test
  void everyHeadsAndAugmentationsNameIsRead() {
    for (Head head : Head.values()) {
      assertThat(Head.parse(head.label())).isEqualTo(head);
    }
    for (Augmentation augmentation :
        List.of(
            new Augmentation.None(),
            new Augmentation.Crop(0.25),
            new Augmentation.WordDeletion(0.1))) {
      assertThat(Augmentation.parse(augmentation.label())).isEqualTo(augmentation);
    }
    assertThat(Augmentation.parse("DELETE:.5")).isEqualTo(new Augmentation.WordDeletion(0.5));
  }
}
