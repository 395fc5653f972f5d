package org.isoscope.sentence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptsTest {
  private static final Prompts E5 =
      new Prompts(Map.of("query", "query: ", "passage", "passage: "), null);

  @TempDir Path directory;

  private Path file() {
    return directory.resolve(Prompts.FILE);
  }

  private Prompts read(String json) throws IOException {
    Files.writeString(file(), json);
    return Prompts.read(file());
  }

  /** prompts, default; then the text of encode, of queries, of documents. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | null | '' | '' | ''",
        "{\"query\": \"q \", \"document\": \"d \"} | null | '' | 'q ' | 'd '",
        "{\"query\": \"q \", \"passage\": \"p \"} | null | '' | 'q ' | 'p '",
        "{\"corpus\": \"c \", \"passage\": \"p \"} | null | '' | '' | 'p '",
        "{\"corpus\": \"c \"} | null | '' | '' | 'c '",
        "{\"document\": \"\", \"passage\": \"p \"} | null | '' | '' | ''",
        "{\"query\": null, \"other\": \"o \"} | \"other\" | 'o ' | '' | ''",
        "{\"query\": \"q \"} | \"query\" | 'q ' | 'q ' | ''"
      })
  void theNamesDecideWhichIsUsed(
      String prompts, String defaultName, String text, String query, String document)
      throws IOException {
    Prompts read =
        read("{\"prompts\": " + prompts + ", \"default_prompt_name\": " + defaultName + "}");

    assertThat(read.text()).isEqualTo(text);
    assertThat(read.query()).isEqualTo(query);
    assertThat(read.document()).isEqualTo(document);
  }

  @Test
  void aDirectoryWithoutTheFileHasNone() {
    assertThat(Prompts.read(file())).isEqualTo(Prompts.NONE);
    assertThat(Prompts.NONE.isEmpty()).isTrue();
    assertThat(new Prompts(Map.of("query", ""), null).isEmpty()).isTrue();
    assertThat(E5.isEmpty()).isFalse();
  }

  /** sentence-transformers finds no prompt for documents that has another name alone. */
  @Test
  void thePromptOfDocumentsIsWrittenUnderItsFirstName() {
    E5.write(file(), "cosine");

    Prompts read = Prompts.read(file());
    assertThat(read.texts())
        .containsEntry("document", "passage: ")
        .containsAllEntriesOf(E5.texts());
    read.write(file(), "cosine");
    assertThat(Prompts.read(file())).isEqualTo(read);
  }

  @Test
  void aNameMeansItsPromptAndAnyOtherTextItself() {
    assertThat(E5.textOf("query")).isEqualTo("query: ");
    assertThat(E5.textOf("passage")).isEqualTo("passage: ");
    assertThat(E5.textOf("document")).as("by another name").isEqualTo("passage: ");
    assertThat(E5.textOf("ask: ")).isEqualTo("ask: ");
    assertThat(Prompts.NONE.textOf("query")).as("every model has the name").isEmpty();
  }

  @Test
  void whatIsChosenTakesThePlaceOfTheModels() {
    assertThat(PromptChoice.OF_THE_MODEL.in(E5)).isEqualTo(E5);

    Prompts one = PromptChoice.all("passage").in(E5);
    assertThat(one.text()).isEqualTo("passage: ");
    assertThat(one.query()).isEqualTo("passage: ");
    assertThat(one.document()).isEqualTo("passage: ");

    Prompts none = PromptChoice.all("").in(E5);
    assertThat(none.text() + none.query() + none.document()).isEmpty();
    assertThat(PromptChoice.all("").in(Prompts.NONE)).isEqualTo(Prompts.NONE);

    Prompts query = new PromptChoice(null, "ask: ", null).in(E5);
    assertThat(query.text()).isEmpty();
    assertThat(query.query()).isEqualTo("ask: ");
    assertThat(query.document()).isEqualTo("passage: ");

    Prompts mixed = new PromptChoice("all: ", null, "").in(E5);
    assertThat(mixed.text()).isEqualTo("all: ");
    assertThat(mixed.query()).isEqualTo("all: ");
    assertThat(mixed.document()).isEmpty();
  }

  @Test
  void theDefaultPromptStaysWhereAnotherOfItsNameChanges() {
    Prompts prompts = new Prompts(Map.of("query", "q "), "query").withQuery("ask: ");

    assertThat(prompts.query()).isEqualTo("ask: ");
    assertThat(prompts.text()).isEqualTo("q ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | holds no JSON object",
        "{ | is not JSON",
        "{\"prompts\": {\"q\": 3}} | prompts: does not hold texts",
        "{\"default_prompt_name\": \"q\"} | default_prompt_name: names no prompt: q",
        "{\"prompts\": {\"q\": \"a\", \"q\": \"b\"}} | is not JSON"
      })
  void refusesAFileThatSaysSomethingElse(String json, String told) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file().toString())
        .hasMessageContaining(told);
  }
}
