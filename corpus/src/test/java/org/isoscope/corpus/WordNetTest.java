package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.isoscope.corpus.WordNet.GlossExample;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class WordNetTest {
  private static WordNet wordNet;

  @BeforeAll
  static void load() {
    wordNet = WordNet.load();
  }

  @Test
  void countsEverySynsetOnce() {
    // 82,192 nouns + 13,789 verbs + 18,185 adjectives + 3,625 adverbs, as in the four data files.
    assertThat(wordNet.glosses()).hasSize(117_791);
    assertThat(wordNet.examples()).hasSize(48_552);
    assertThat(wordNet.glossExamplePairs()).hasSize(33_002);
  }

  @Test
  void ordersSynsetsByPartOfSpeechThenOffset() {
    List<String> ids = wordNet.glossExamplePairs().stream().map(GlossExample::synset).toList();

    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("\\d{8}-[nvar]"));
    assertThat(ids)
        .isSortedAccordingTo(
            (a, b) -> {
              int byPart =
                  Integer.compare("nvar".indexOf(a.charAt(9)), "nvar".indexOf(b.charAt(9)));
              return byPart != 0 ? byPart : a.compareTo(b);
            });
    assertThat(wordNet.glosses().get(0))
        .isEqualTo(
            "that which is perceived or known or inferred to have its own distinct existence"
                + " (living or nonliving)");
  }

  @Test
  void leavesNothingOfTheNotation() {
    assertThat(wordNet.examples())
        .allMatch(e -> e.matches("[^\"`]+"), "no quote or backtick")
        .noneMatch(e -> e.contains("  "))
        .noneMatch(e -> e.startsWith("..") || !e.equals(e.strip()));
    assertThat(wordNet.glosses())
        .noneMatch(String::isBlank)
        .noneMatch(g -> g.contains("`") || g.contains("  "))
        .noneMatch(g -> g.matches(".*[;:, ]"));
    // A quote within a definition is part of it; there are few.
    assertThat(wordNet.glosses().stream().filter(g -> g.contains("\""))).hasSize(12);
  }

  @Test
  void separatesDefinitionAndFirstExample() {
    assertThat(pair("00001740-r"))
        .isEqualTo(
            new GlossExample(
                "00001740-r", "without musical accompaniment", "they performed a cappella"));
  }

  @Test
  void keepsSemicolonsOfADefinition() {
    assertThat(pair("00001885-r").definition())
        .isEqualTo(
            "in the Christian era; used before dates after the supposed year Christ was born");
  }

  @Test
  void endsADefinitionAtAColonToo() {
    assertThat(pair("00348809-a").definition())
        .isEqualTo("incapable of being changed or moved or undone; e.g. \"frozen prices\"");
    assertThat(pair("00197334-n").definition())
        .isEqualTo("the act of putting one thing or person in the place of another");
  }

  @Test
  void dropsAuthorsAndRemarks() {
    assertThat(wordNet.examples())
        .contains("would have scarce arrived before she would have found some excuse to leave")
        .contains("These things befell")
        .noneMatch(e -> e.contains("W.B.Yeats") || e.contains("(Santayana)"));
  }

  @Test
  void dropsAQuotedWordThatIsSpokenAbout() {
    // (of color) discolored by impurities; ...; "dirty" is often used in combination; "a dirty ..."
    assertThat(wordNet.examples())
        .contains("a dirty (or dingy) white")
        .noneMatch(e -> e.startsWith("is often used in combination"));
    assertThat(wordNet.glossExamplePairs())
        .filteredOn(p -> p.definition().startsWith("(of color) discolored by impurities"))
        .extracting(GlossExample::example)
        .containsExactly("a dirty (or dingy) white");
  }

  @Test
  void makesPlainApostrophesAndDropsLeadingDots() {
    assertThat(wordNet.examples())
        .contains("'pis aller' is French for 'worst going'")
        .contains("catapulted Einstein to the pinnacle of fame");
  }

  @Test
  void namesThreeCorpora() {
    assertThat(Corpus.read("wordnet:examples", Columns.DEFAULT).sentences())
        .isEqualTo(wordNet.examples());
    assertThat(Corpus.read("wordnet:glosses", Columns.DEFAULT).sentences())
        .isEqualTo(wordNet.glosses());
    assertThat(PairCorpus.read("wordnet:gloss-example", Columns.DEFAULT).pairs())
        .hasSameSizeAs(wordNet.glossExamplePairs())
        .startsWith(
            new PairCorpus.Pair(
                wordNet.glossExamplePairs().get(0).definition(),
                wordNet.glossExamplePairs().get(0).example()));
  }

  @Test
  void refusesOtherNamesAndColumns() {
    assertThatThrownBy(() -> Corpus.read("wordnet:words", Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "wordnet:words: is no text of WordNet; expected wordnet:examples or wordnet:glosses."
                + " Name one of these, or a file.");
    assertThatThrownBy(() -> PairCorpus.read("wordnet:glosses", Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "wordnet:glosses: are no pairs of WordNet; expected wordnet:gloss-example."
                + " Name that, or a file of pairs.");
    assertThatThrownBy(() -> ScoredPairCorpus.read("wordnet:gloss-example", Columns.DEFAULT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "wordnet:gloss-example: has no scores; expected a .csv, .tsv, .jsonl or .parquet of scored"
                + " pairs. Name such a file.");
    assertThatThrownBy(() -> Corpus.read("wordnet:examples", Columns.of("2")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "wordnet:examples: has neither columns nor a header; expected a .csv, .tsv or .jsonl."
                + " Leave out the columns and the header.");
  }

  private static GlossExample pair(String synset) {
    return wordNet.glossExamplePairs().stream()
        .filter(p -> p.synset().equals(synset))
        .findFirst()
        .orElseThrow();
  }
}
