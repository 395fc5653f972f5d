package org.isoscope.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.Setting;
import org.junit.jupiter.api.Test;

/**
 * What stands in docs: the schema that is made of the settings, and a specification of its form.
 */
final class SweepSchemaTest {
  private static final List<Setting> SETTINGS = NamedTraining.settings();
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void theSchemaInDocsIsTheOneOfTheSettings() throws IOException {
    String made = SweepSchema.of(SETTINGS);
    Path copy = Files.writeString(Path.of("target", "sweep.schema.json"), made);

    assertThat(DOCS.resolve("sweep.schema.json"))
        .as("copy study/" + copy + " to docs where a setting changed")
        .usingCharset("UTF-8")
        .hasContent(made);
  }

  @Test
  void theSpecificationInDocsIsFourRuns() {
    SweepSpec spec = SweepSpec.read(DOCS.resolve("sweep.yaml"), SETTINGS);

    assertThat(SweepPlan.of(spec, settings -> "", "1").runs())
        .extracting(PlannedRun::id)
        .containsExactly(
            "temperature=0.05/seed-1",
            "temperature=0.05/seed-2",
            "temperature=0.5/seed-1",
            "temperature=0.5/seed-2");
  }
}
