package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.Evidence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frozen list of types and the sentences that carry it, over sentences of a tiny model. */
class ReferenceTextTest {
  private static final int SENTENCES = 300;

  @TempDir static Path directory;
  private static Encoder encoder;
  private static PartOfSpeech tagger;
  private static GroupedCorpus corpus;
  private static ReferenceText reference;

  @BeforeAll
  static void choose() {
    encoder = TinyModel.open(TinyModel.write(directory, 1), 1);
    tagger = PartOfSpeech.english();
    List<String> sentences = TinyModel.sentences(1200, 4);
    List<Integer> rows = IntStream.range(0, sentences.size()).map(i -> i / 2).boxed().toList();
    corpus = GroupedCorpus.of("tiny", sentences, rows);
    reference = choose(SENTENCES, 1);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static ReferenceText choose(int sentences, long seed) {
    return ReferenceText.of(encoder, corpus, tagger, ReferenceText.Settings.of(sentences, seed));
  }

  private static int group(String sentence) {
    return corpus.groups().get(corpus.corpus().sentences().indexOf(sentence));
  }

  @Test
  void everyTypeHasAsManyOccurrencesEachTheFirstInAGroupOfItsOwn() {
    Map<Integer, Set<Integer>> groupsOf = new HashMap<>();
    for (int i = 0; i < reference.sentences().size(); i++) {
      int[] ids = reference.text().sentences().get(i);
      int group = group(reference.sentences().get(i));
      for (int k = 0; k < reference.typesIn(i).length; k++) {
        int type = reference.typesIn(i)[k];
        int position = reference.positionsIn(i)[k];
        String token = reference.types().get(type).token();
        assertThat(encoder.tokenizer().token(ids[position])).isEqualTo(token);
        assertThat(IntStream.range(0, position).map(t -> ids[t])).doesNotContain(ids[position]);
        assertThat(groupsOf.computeIfAbsent(type, unused -> new HashSet<>()).add(group))
            .as("%s again in a group", token)
            .isTrue();
      }
    }
    assertThat(groupsOf).hasSameSizeAs(reference.types());
    assertThat(reference.types()).extracting(Evidence.Type::groups).containsOnly(10);
    groupsOf.values().forEach(groups -> assertThat(groups).hasSize(10));
  }

  @Test
  void theClassesStandTogetherAndWhatIsMissingIsTold() {
    List<String> classes = reference.types().stream().map(Evidence.Type::wordClass).toList();
    int content = reference.contentTypes();
    assertThat(classes.subList(0, content)).containsOnly("content").hasSize(30);
    assertThat(classes.subList(content, classes.size())).containsOnly("function");
    // The vocabulary has not as many function words.
    assertThat(reference.missing())
        .containsExactly(
            "function types in 10 or more groups: " + (classes.size() - content) + " of 30");
    assertThat(reference.types())
        .extracting(Evidence.Type::token)
        .contains("the", "cat")
        .doesNotContain("[CLS]", "[SEP]");
  }

  @Test
  void sizeAndGroupsAreAsWanted() {
    assertThat(reference.sentences()).hasSizeLessThanOrEqualTo(SENTENCES).doesNotHaveDuplicates();
    assertThat(reference.description().groups()).isEqualTo(256);
    assertThat(reference.description().sentences()).isEqualTo(reference.sentences().size());
    assertThat(reference.description().sha256())
        .isEqualTo(Corpus.of("tiny", reference.sentences(), 0).sha256());
    ReferenceText few = choose(40, 1);
    assertThat(few.sentences()).hasSizeLessThanOrEqualTo(40);
    assertThat(few.missing())
        .anySatisfy(what -> assertThat(what).startsWith("content types in 10 or more groups: "))
        .anySatisfy(what -> assertThat(what).startsWith("groups of sentences: "));
  }

  @Test
  void aGroupLiesInOneBlockAndBlocksAreEven() {
    Map<Integer, Integer> blockOf = new HashMap<>();
    int[] sizes = new int[reference.description().blocks()];
    for (int i = 0; i < reference.sentences().size(); i++) {
      int block = reference.block(i);
      sizes[block]++;
      assertThat(blockOf.merge(group(reference.sentences().get(i)), block, (a, b) -> a))
          .isEqualTo(block);
    }
    assertThat(sizes).hasSize(ReferenceText.BLOCKS);
    int largest = IntStream.of(sizes).max().orElseThrow();
    assertThat(largest - IntStream.of(sizes).min().orElseThrow()).isLessThanOrEqualTo(1);
  }

  @Test
  void aPartHasFewerTypesInFewerGroupsAndKeepsTheirPlaces() {
    ReferenceText part = reference.part(SENTENCES, 12, 4, 1);
    assertThat(part.sentences()).isSubsetOf(reference.sentences()).doesNotHaveDuplicates();
    assertThat(part.contentTypes()).isEqualTo(12);
    assertThat(part.types()).extracting(Evidence.Type::groups).containsOnly(4);
    assertThat(part.description().sha256())
        .isEqualTo(Corpus.of("tiny", part.sentences(), 0).sha256());
    assertThat(part.labellings()).isEmpty();
    int[] seen = new int[part.types().size()];
    for (int i = 0; i < part.sentences().size(); i++) {
      int whole = reference.sentences().indexOf(part.sentences().get(i));
      assertThat(part.block(i)).isEqualTo(reference.block(whole));
      assertThat(part.text().sentences().get(i)).isEqualTo(reference.text().sentences().get(whole));
      for (int k = 0; k < part.typesIn(i).length; k++) {
        Evidence.Type type = part.types().get(part.typesIn(i)[k]);
        seen[part.typesIn(i)[k]]++;
        int token = part.text().sentences().get(i)[part.positionsIn(i)[k]];
        assertThat(encoder.tokenizer().token(token)).isEqualTo(type.token());
      }
    }
    assertThat(seen).containsOnly(4);
    assertThat(reference.part(SENTENCES, 12, 4, 1).sentences()).isEqualTo(part.sentences());
    assertThat(reference.part(SENTENCES, 12, 4, 2).types()).isNotEqualTo(part.types());
    assertThat(reference.part(7, 12, 4, 1).sentences()).hasSize(7);
  }

  /** Sentences that differ in case alone are one to the model. */
  @Test
  void ofTheSameTokensOneSentenceIsTaken() {
    List<String> sentences = List.of("the dog runs .", "The Dog runs .", "a cat eats the fish .");
    ReferenceText few =
        ReferenceText.of(
            encoder,
            GroupedCorpus.of("copies", sentences, List.of(0, 1, 2)),
            tagger,
            ReferenceText.Settings.of(SENTENCES, 1));
    assertThat(few.sentences()).containsExactly("the dog runs .", "a cat eats the fish .");
    assertThat(few.types()).isEmpty();
    assertThat(few.missing())
        .containsExactly(
            "content types in 10 or more groups: 0 of 30",
            "function types in 10 or more groups: 0 of 30",
            "groups of sentences: 2 of 100");
    assertThat(few.labellings()).isEmpty();
    Evidence.State state =
        ReferenceVectors.of(encoder, Pooling.MEAN, few).measure(Evidence.BEFORE, 0);
    assertThat(state.permutedContrasts()).isNull();
    assertThat(state.estimates())
        .filteredOn(each -> each.key().equals(Estimand.CONTENT_TYPE_CORRELATION.key()))
        .extracting(Evidence.Estimate::value)
        .containsOnlyNulls();
  }

  @Test
  void theSeedAloneDecides() {
    ReferenceText again = choose(SENTENCES, 1);
    assertThat(again.sentences()).isEqualTo(reference.sentences());
    assertThat(again.types()).isEqualTo(reference.types());
    for (int i = 0; i < again.sentences().size(); i++) {
      assertThat(again.block(i)).isEqualTo(reference.block(i));
      assertThat(again.typesIn(i)).isEqualTo(reference.typesIn(i));
    }
    assertThat(choose(SENTENCES, 2).sentences()).isNotEqualTo(reference.sentences());
  }

  @Test
  void labelsAreExchangedAndAsManyOfEach() {
    List<boolean[]> labellings = reference.labellings();
    assertThat(labellings).hasSize(ReferenceText.PERMUTATIONS);
    Set<List<Boolean>> different = new HashSet<>();
    for (boolean[] labels : labellings) {
      List<Boolean> list = new ArrayList<>();
      for (boolean label : labels) {
        list.add(label);
      }
      assertThat(list).hasSameSizeAs(reference.types());
      assertThat(list.stream().filter(label -> label)).hasSize(reference.contentTypes());
      different.add(list);
    }
    assertThat(different).hasSizeGreaterThan(ReferenceText.PERMUTATIONS / 2);
  }
}
