package org.isoscope.cli;

import java.util.List;
import java.util.Locale;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.results.Geometry;

/** Findings as lines for people. */
final class DiagnosisText {
  private DiagnosisText() {}

  static String of(SpaceGeometry.Result space) {
    return text("Diagnosis", Diagnosis.of(space));
  }

  /**
   * The findings on what a model's last layer gives.
   *
   * @param dimension of the layer
   */
  static String ofLastLayer(Geometry geometry, int dimension) {
    Geometry.Layer layer = geometry.layers().get(geometry.layers().size() - 1);
    Diagnosis.Figures figures =
        new Diagnosis.Figures(
            geometry.corpus().tokens(),
            geometry.corpus().sentences(),
            dimension,
            0,
            layer.anisotropy(),
            Diagnosis.Figures.centroidShare(layer.centroidNorm(), layer.meanNorm()),
            null,
            layer.rogueDimensions().stream()
                .map(d -> new RogueDimensions.Share(d.dimension(), d.share(), null))
                .toList(),
            layer.isoScore(),
            layer.debiasedIsoScore(),
            List.of());
    return text("Diagnosis of the tokens of layer " + layer.layer(), Diagnosis.of(figures));
  }

  private static String text(String title, List<Diagnosis.Finding> findings) {
    StringBuilder text = new StringBuilder(title);
    if (findings.isEmpty()) {
      return text.append(": nothing stands out.\n").toString();
    }
    text.append(":\n");
    for (Diagnosis.Finding finding : findings) {
      text.append("  ")
          .append(finding.severity().name().toLowerCase(Locale.ROOT))
          .append(": ")
          .append(finding)
          .append('\n');
    }
    return text.toString();
  }
}
