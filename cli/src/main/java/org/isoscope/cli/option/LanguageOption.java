package org.isoscope.cli.option;

import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.study.JobListener;
import org.isoscope.study.Taggers;
import picocli.CommandLine.Option;

/** In which language words are tagged. */
public final class LanguageOption {
  @Option(
      names = "--language",
      paramLabel = "L",
      defaultValue = "en",
      description =
          "Language of the text, for the word classes, by its ISO 639 code, such as de, fr,"
              + " it, es: models of Apache OpenNLP are fetched from Maven Central for it. Default:"
              + " ${DEFAULT-VALUE}.")
  public String language;

  /** The tagger. */
  public PartOfSpeech tagger(JobListener listener) {
    return Taggers.of(language, listener);
  }
}
