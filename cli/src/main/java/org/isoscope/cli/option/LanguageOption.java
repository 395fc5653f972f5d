package org.isoscope.cli.option;

import java.util.regex.Pattern;
import org.isoscope.cli.print.Progress;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.checkpoint.ModelSource;
import org.isoscope.io.UserError;
import picocli.CommandLine.Option;

/** In which language words are tagged. */
public final class LanguageOption {
  private static final Pattern CODE = Pattern.compile("[a-z]{2,3}");

  /** OpenNLP's models, of the version whose English ones are on the class path. */
  private static final String COORDINATE = "org.apache.opennlp:opennlp-models-%s-%s:1.3.0";

  @Option(
      names = "--language",
      paramLabel = "L",
      defaultValue = "en",
      description =
          "Of the text, for the word classes, by its ISO 639 code, such as de, fr, it, es: models of"
              + " Apache OpenNLP are fetched from Maven Central for it. Default:"
              + " ${DEFAULT-VALUE}.")
  public String language;

  /**
   * The tagger.
   *
   * @throws UserError when there are no models of the language, or they cannot be fetched
   */
  public PartOfSpeech tagger(Progress progress) {
    if (language.equals("en")) {
      return PartOfSpeech.english();
    }
    if (!CODE.matcher(language).matches()) {
      throw new UserError(
          "--language " + language,
          "is no language code",
          "an ISO 639 code of two or three letters, such as de",
          "Choose one that Apache OpenNLP has models of");
    }
    try {
      return PartOfSpeech.of(
          ModelSource.jar(String.format(COORDINATE, "tokenizer", language), progress::say),
          ModelSource.jar(String.format(COORDINATE, "pos", language), progress::say));
    } catch (UserError e) {
      throw e.and("Apache OpenNLP may have no models for --language " + language);
    }
  }
}
