package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.encoder.checkpoint.ModelFinder;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service that gives the encoder models by their names. */
class NamedModelsTest {
  @TempDir private Path directory;

  @Test
  void isFoundWhereItIsOnTheClassPath() {
    assertThat(ModelFinder.installed()).isInstanceOf(NamedModels.class);
    assertThatThrownBy(() -> TorchSentenceEncoder.open("no-such-model"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("model no-such-model: is neither a directory nor");
  }

  @Test
  void takesADirectoryAsItIs() {
    TinyModel.write(directory, 1);

    assertThat(ModelFinder.installed().find(directory.toString())).isEqualTo(directory);
  }
}
