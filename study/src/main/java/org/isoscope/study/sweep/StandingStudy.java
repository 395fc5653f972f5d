package org.isoscope.study.sweep;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isoscope.study.NamedTraining;

/**
 * The standing study of {@code isoscope reproduce}: vanilla bert-base-uncased over temperatures,
 * batch sizes and poolings, with the controls, fixed beforehand.
 */
public final class StandingStudy {
  private StandingStudy() {}

  /**
   * Its specification.
   *
   * @param quick whether the short one, of some twenty minutes on two cores; else a night
   * @param data settings that take the place of the study's own: text, pairs, sts and the like
   */
  public static SweepSpec spec(boolean quick, Map<String, Object> data) {
    String name = quick ? "reproduce-quick.yaml" : "reproduce.yaml";
    SweepSpec study = SweepSpec.parse(text(name), name, NamedTraining.settings());
    Map<String, Object> settings = new LinkedHashMap<>(study.settings());
    if (data.containsKey("pairs")) {
      settings.remove("text");
    }
    settings.putAll(data);
    return new SweepSpec(
        settings,
        study.grid(),
        study.runs(),
        study.seeds(),
        study.keepModels(),
        study.jobs(),
        study.threads());
  }

  /** Both specifications, as they are written down. */
  static List<String> names() {
    return List.of("reproduce-quick.yaml", "reproduce.yaml");
  }

  static String text(String name) {
    try (InputStream in = StandingStudy.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
