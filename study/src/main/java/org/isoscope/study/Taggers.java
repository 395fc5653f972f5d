package org.isoscope.study;

import java.util.regex.Pattern;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.io.UserError;
import org.isoscope.models.ModelSource;

/** Part-of-speech taggers by language. */
public final class Taggers {
  private static final Pattern CODE = Pattern.compile("[a-z]{2,3}");

  /** OpenNLP's models, of the version whose English ones are on the class path. */
  private static final String COORDINATE = "org.apache.opennlp:opennlp-models-%s-%s:1.3.0";

  private Taggers() {}

  /**
   * The tagger of a language; other than for English its models are fetched from Maven Central.
   *
   * @param language its ISO 639 code
   * @throws UserError when there are no models of the language, or they cannot be fetched
   */
  public static PartOfSpeech of(String language, JobListener listener) {
    if (language.equals("en")) {
      return PartOfSpeech.english();
    }
    if (!CODE.matcher(language).matches()) {
      throw UserError.parameter(
          "language",
          language,
          "is no language code",
          "an ISO 639 code of two or three letters, such as de",
          "Choose one that Apache OpenNLP has models of");
    }
    try {
      return PartOfSpeech.of(
          ModelSource.jar(String.format(COORDINATE, "tokenizer", language), listener::say),
          ModelSource.jar(String.format(COORDINATE, "pos", language), listener::say));
    } catch (UserError e) {
      throw e.and("Apache OpenNLP may have no models for the language " + language);
    }
  }
}
