package org.isoscope.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.isoscope.results.Comparison;
import org.isoscope.results.Geometry;
import org.isoscope.results.TestedTypes;
import org.jspecify.annotations.Nullable;

/** Each token type's change, tested where it was, or its self-similarity. */
final class TypesSection implements Section {
  /** Beyond this many token types, the rarer are left out, or of one model those in the middle. */
  private static final int MOST_TYPES = 3000;

  /**
   * Token types.
   *
   * @param tested those tested for a change, the largest rise first; null where none was
   * @param total how many others there are, those left out included
   * @param types the others. Where two models were compared these have no rank: the most frequent
   *     comes first, with the 95 % interval of the change, null where there is none. Of one model
   *     {@code before} and {@code change} are null, {@code after} is its self-similarity, and the
   *     most self-similar comes first
   */
  record Changes(@Nullable Tested tested, long total, List<Type> types) {}

  record Tested(
      int tests,
      double falseDiscoveryRate,
      int correlationChanged,
      int similarityChanged,
      List<TestedType> types) {}

  record TestedType(
      String token,
      String wordClass,
      int groups,
      TestedChange correlation,
      TestedChange similarity) {}

  record TestedChange(double measured, double estimate, double low, double high, double qValue) {}

  record Type(
      String token,
      long occurrences,
      @Nullable Double before,
      double after,
      @Nullable Double change,
      @Nullable Double low,
      @Nullable Double high) {}

  @Override
  public String id() {
    return "changes";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    List<@Nullable Changes> data = new ArrayList<>();
    results.forEach(result -> data.add(changes(result)));
    return data.stream().noneMatch(Objects::nonNull)
        ? Optional.empty()
        : Optional.of(
            Content.drawn(
                "Token types",
                "<p class=\"explained\"></p>\n<div class=\"controls\"></div>\n<div"
                    + " class=\"wide\"></div>\n<div class=\"scroll tall\" tabindex=\"0\""
                    + " role=\"region\" aria-labelledby=\"changes-title\"><table><caption></caption>"
                    + "<thead></thead><tbody></tbody></table></div>\n<details class=\"others\""
                    + " hidden><summary>Other token types of the text: adjusted self-similarity, not"
                    + " tested and not ranked</summary>\n<div class=\"scroll tall\" tabindex=\"0\""
                    + " role=\"region\" aria-label=\"Other token types\"><table><caption></caption>"
                    + "<thead></thead><tbody></tbody></table></div>\n</details>\n",
                data));
  }

  private static @Nullable Changes changes(Result result) {
    List<Type> types = new ArrayList<>();
    TestedTypes tested = result.comparison().map(Comparison::testedTypes).orElse(null);
    if (result.comparison().isPresent()) {
      Set<String> known =
          tested == null
              ? Set.of()
              : tested.types().stream().map(TestedTypes.Type::token).collect(Collectors.toSet());
      for (Comparison.TypeChange c : result.comparison().get().selfSimilarityChange()) {
        if (known.contains(c.token())) {
          continue;
        }
        types.add(
            new Type(
                c.token(),
                c.occurrences(),
                NumberText.embedded(c.before()),
                NumberText.embedded(c.after()),
                NumberText.embedded(c.change()),
                c.interval() == null ? null : NumberText.embedded(c.interval().low()),
                c.interval() == null ? null : NumberText.embedded(c.interval().high())));
      }
      types.sort(Comparator.comparingLong(Type::occurrences).reversed());
    } else if (result.states().size() == 1) {
      List<Geometry.TokenType> measured = result.states().get(0).geometry().types();
      for (Geometry.TokenType t : measured == null ? List.<Geometry.TokenType>of() : measured) {
        types.add(
            new Type(
                t.token(),
                t.occurrences(),
                null,
                NumberText.embedded(t.selfSimilarity()),
                null,
                null,
                null));
      }
      types.sort(Comparator.comparingDouble(Type::after).reversed());
    }
    Tested ranked = tested == null || tested.types().isEmpty() ? null : tested(tested);
    if (types.isEmpty() && ranked == null) {
      return null;
    }
    int total = types.size();
    if (total > MOST_TYPES && result.comparison().isPresent()) {
      types.subList(MOST_TYPES, total).clear();
    } else if (total > MOST_TYPES) {
      types.subList(MOST_TYPES / 2, total - MOST_TYPES / 2).clear();
    }
    return new Changes(ranked, total, types);
  }

  private static Tested tested(TestedTypes types) {
    return new Tested(
        types.tested(),
        types.falseDiscoveryRate(),
        types.typeCorrelationChanged(),
        types.adjustedSelfSimilarityChanged(),
        types.types().stream()
            .map(
                type ->
                    new TestedType(
                        type.token(),
                        type.wordClass(),
                        type.groups(),
                        tested(type.typeCorrelation()),
                        tested(type.adjustedSelfSimilarity())))
            .toList());
  }

  private static TestedChange tested(TestedTypes.Change change) {
    return new TestedChange(
        NumberText.embedded(change.measured()),
        NumberText.embedded(change.estimate()),
        NumberText.embedded(change.interval().low()),
        NumberText.embedded(change.interval().high()),
        NumberText.embedded(change.qValue()));
  }
}
