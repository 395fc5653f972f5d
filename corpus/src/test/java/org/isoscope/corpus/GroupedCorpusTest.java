package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which sentences depend on each other. */
final class GroupedCorpusTest {
  @TempDir Path directory;

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  @Test
  void aRowIsAGroupAndALineIsOne() throws IOException {
    String table = file("rows.tsv", "a cat sat\ta dog ran\n\nthe sun\t\nred fish\tblue birds\n");
    GroupedCorpus rows = GroupedCorpus.of(Corpus.read(table, Columns.of("1", "2")));

    assertThat(rows.corpus().sentences())
        .containsExactly("a cat sat", "a dog ran", "the sun", "red fish", "blue birds");
    assertThat(rows.groups()).containsExactly(0, 0, 1, 2, 2);
    assertThat(rows.groupCount()).isEqualTo(3);
    assertThat(rows.corpus()).isEqualTo(Corpus.read(table, Columns.of("1", "2")));

    GroupedCorpus lines =
        GroupedCorpus.of(Corpus.read(file("lines.txt", "one\ntwo\nthree\n"), Columns.DEFAULT));
    assertThat(lines.groups()).containsExactly(0, 1, 2);
  }

  @Test
  void aNamedColumnTellsTheGroup() throws IOException {
    String table =
        file(
            "documents.csv", "text,document\nfirst one,d1\nother two,d2\nthird three,d1\nx,\ny,\n");

    Corpus read = Corpus.read(table, Columns.DEFAULT.withGroup("document"));
    assertThat(read.groups()).containsExactly(0, 1, 0, 2, 3);
    assertThat(GroupedCorpus.of(read).groups()).isEqualTo(read.groups());
    assertThat(GroupedCorpus.of(read.part(1, 2, 4)).groups())
        .as("of some of them")
        .containsExactly(0, 1, 2);
    assertThat(GroupedCorpus.of(read.part(0, 2, 3)).groups()).containsExactly(0, 0, 1);
    assertThatThrownBy(() -> Corpus.read(table, Columns.of("text").withGroup("chapter")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("chapter");
  }

  @Test
  void theExamplesOfASynsetAreAGroup() {
    GroupedCorpus examples = GroupedCorpus.of(Corpus.read("wordnet:examples", Columns.DEFAULT));
    WordNet wordNet = WordNet.load();
    int first = 0;
    while (!wordNet.exampleSynsets().get(first).equals(wordNet.exampleSynsets().get(first + 1))) {
      first++;
    }
    List<String> sentences = examples.corpus().sentences();
    int one = sentences.indexOf(wordNet.examples().get(first));
    int other = sentences.indexOf(wordNet.examples().get(first + 1));

    assertThat(examples.groups().get(one)).isEqualTo(examples.groups().get(other));
    assertThat(sentences).doesNotHaveDuplicates();
    assertThat(sentences.size() + examples.repeated()).isEqualTo(wordNet.examples().size());
    assertThat(examples.groupCount())
        .isLessThan(new HashSet<>(wordNet.exampleSynsets()).size())
        .isGreaterThan(20_000);
  }

  @Test
  void nearCopiesJoinTheirGroups() {
    GroupedCorpus corpus =
        GroupedCorpus.of(
            "text",
            List.of(
                "A man is playing the guitar on a stage.",
                "something else entirely",
                "a man is playing THE guitar, on the stage now!", // 7 of 8 words
                "a man is playing", // 4 of 7
                "Something else; entirely",
                "...",
                "?!",
                "something else entirely"),
            List.of(0, 1, 2, 3, 4, 5, 6, 7));

    assertThat(corpus.groups()).containsExactly(0, 1, 0, 2, 1, 3, 4);
    assertThat(corpus.repeated()).isEqualTo(1);
  }

  /** All pairs compared, of a text with few words so that there are many near copies. */
  @Test
  void everyNearCopyIsFound() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<String> sentences = new ArrayList<>();
      List<Integer> keys = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        List<String> words = new ArrayList<>();
        for (int left = 1 + random.nextInt(9); left > 0; left--) {
          words.add("w" + random.nextInt(14));
        }
        sentences.add(String.join(i % 2 == 0 ? " " : ", ", words));
        keys.add(i);
      }
      DisjointSets expected = new DisjointSets(sentences.size());
      for (int i = 0; i < sentences.size(); i++) {
        for (int k = 0; k < i; k++) {
          if (jaccard(sentences.get(i), sentences.get(k)) >= 0.8) {
            expected.join(i, k);
          }
        }
      }
      DisjointSets found = new DisjointSets(sentences.size());
      NearCopies.join(sentences, found);
      for (int i = 0; i < sentences.size(); i++) {
        assertThat(found.find(i)).as("seed %d, sentence %d", seed, i).isEqualTo(expected.find(i));
      }
    }
  }

  private static double jaccard(String a, String b) {
    Set<String> union = new HashSet<>(Arrays.asList(a.toLowerCase(Locale.ROOT).split("\\W+")));
    Set<String> other = new HashSet<>(Arrays.asList(b.toLowerCase(Locale.ROOT).split("\\W+")));
    Set<String> both = new HashSet<>(union);
    both.retainAll(other);
    union.addAll(other);
    return both.size() / (double) union.size();
  }

  @Test
  void pairsThatShareATextOrANearCopyAreAGroup() {
    PairCorpus pairs =
        PairCorpus.of(
            "faq",
            List.of(
                new PairCorpus.Pair("no paper in the tray", "fill tray two of the printer"),
                new PairCorpus.Pair("it does not print", "fill tray two of the printer"),
                new PairCorpus.Pair("my password is lost", "ask the desk for another one"),
                new PairCorpus.Pair("It does not print!", "switch the thing on"),
                new PairCorpus.Pair("the screen is dark", "turn it to the light")));
    assertThat(GroupedCorpus.ofPairs(pairs)).containsExactly(0, 0, 2, 0, 4);
    assertThat(GroupedCorpus.ofPairs(pairs, List.of("a", "b", "c", "d", "c")))
        .containsExactly(0, 0, 2, 0, 2);
  }

  @Test
  void repeatedSentencesHaveTheGroupOfTheFirst() {
    GroupedCorpus grouped =
        GroupedCorpus.of("t", List.of("one thing", "two others", "one thing"), List.of(1, 2, 3));
    assertThat(grouped.groupsOf(List.of("two others", "one thing", "one thing")))
        .containsExactly(1, 0, 0);
    assertThatThrownBy(() -> grouped.groupsOf(List.of("three")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
