package org.isoscope.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.Claim;
import org.isoscope.results.Claims.Control;
import org.isoscope.results.Claims.LevelInterval;
import org.jspecify.annotations.Nullable;

/**
 * What the evidence says of each of the paper's claims: by arm, each claim with its verdict, the
 * evidence that it rests on, the paper's own estimand and the controls.
 */
final class ClaimsSection implements Section {
  private static final String NONE = "\u2013";

  /** Claims of how a setting moves figures have this id, and the setting in place of an arm's. */
  private static final String ABLATION = "ablation";

  private static final String SETTING = "setting";

  /** The claim over all arms together. */
  private static final String OVER_ARMS = "isotropy-quality";

  /** The claims of so many arms have a card each; those of all have a line. */
  private static final int MOST_CARDS = 30;

  /** The claims of so many arms are shown at once, those of others when they are asked for. */
  private static final int MOST_OPEN = 2;

  private static final String INTRODUCTION =
      "<p>The paper\u2019s claims as hypotheses that were fixed beforehand. The verdict rests on the"
          + " estimand that is named first; the paper\u2019s own stands below it. Intervals are drawn"
          + " one in another, 75, 95 and 99 % where they are known. The line is no effect, the"
          + " broken line the smallest effect that counts; shaded is what is too small to"
          + " count.</p>\n";

  @Override
  public String id() {
    return "claims";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      String name = results.size() == 1 ? "" : result.name();
      if (result.claims().isPresent() && !result.claims().get().claims().isEmpty()) {
        arms(html, name, result, result.claims().get().claims());
      } else if (result.claims().isPresent() || result.sweep().isPresent()) {
        if (!name.isEmpty()) {
          heading(html, name);
        }
        html.element(
                "p",
                result.claims().isPresent()
                    ? "No training has left evidence that could be judged."
                    : "Nothing is judged yet.")
            .markup("\n");
      }
    }
    return html.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(Content.plain("Claims", INTRODUCTION + html));
  }

  private static void arms(Html html, String name, Result result, List<Claim> claims) {
    // All settings of the one arm there is tell it apart from none.
    boolean alone =
        result.sweep().isEmpty() && claims.stream().map(Claim::arm).distinct().count() == 1;
    Map<String, List<Claim>> arms =
        claims.stream()
            .collect(
                Collectors.groupingBy(
                    claim ->
                        (name.isEmpty() ? "" : name + ": ") + (alone ? "This run" : words(claim)),
                    LinkedHashMap::new,
                    Collectors.toCollection(ArrayList::new)));
    int shown = 0;
    for (Map.Entry<String, List<Claim>> arm : arms.entrySet()) {
      if (shown++ >= MOST_CARDS) {
        break;
      }
      if (shown <= MOST_OPEN) {
        heading(html, arm.getKey());
        cards(html, arm.getValue());
      } else {
        html.markup("<details class=\"arm\"><summary><bdi>")
            .text(arm.getKey())
            .markup("</bdi> <span class=\"evidence\">")
            .text(counts(arm.getValue()))
            .markup("</span></summary>\n");
        cards(html, arm.getValue());
        html.markup("</details>\n");
      }
    }
    if (result.sweep().isPresent()) {
      html.markup("<details><summary>")
          .text(
              arms.size() <= MOST_CARDS
                  ? "Every claim in a line"
                  : "Every claim in a line: of "
                      + NumberText.count(arms.size())
                      + " arms the first "
                      + MOST_CARDS
                      + " have cards")
          .markup("</summary>\n")
          .markup(overview(arms))
          .markup("</details>\n");
    }
  }

  private static void cards(Html html, List<Claim> claims) {
    html.markup("<div class=\"cards\">\n");
    claims.forEach(claim -> claim(html, claim));
    html.markup("</div>\n");
  }

  /** How many claims have each verdict, in words. */
  private static String counts(List<Claim> claims) {
    return Arrays.stream(Claims.Verdict.values())
        .map(
            verdict -> {
              long count = claims.stream().filter(claim -> claim.verdict() == verdict).count();
              return count == 0
                  ? ""
                  : words(verdict).toLowerCase(Locale.ROOT) + ": " + NumberText.count(count);
            })
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /** A line a claim, for the reader of many. */
  private static String overview(Map<String, List<Claim>> arms) {
    HtmlTable table =
        new HtmlTable(
            "Every claim in a line; what it rests on follows",
            List.of("Claim", "Arm", "Verdict"),
            List.of("Effect", "95 % interval", "Seeds"));
    arms.forEach(
        (arm, claims) ->
            claims.forEach(
                claim ->
                    table.row(
                        List.of(claim.title(), arm, words(claim.verdict())),
                        List.of(
                            difference(claim.effect()),
                            range(claim.interval()),
                            NumberText.count(claim.evidence().seeds())))));
    return table.toString();
  }

  private static void heading(Html html, String text) {
    html.markup("<h3><bdi>").text(text).markup("</bdi></h3>\n");
  }

  /** The settings that tell an arm apart. */
  private static String words(Claim claim) {
    Map<String, Object> arm = claim.arm();
    if (claim.id().equals(ABLATION) && arm.containsKey(SETTING)) {
      return "Along " + Result.plain(arm.get(SETTING));
    }
    if (claim.id().equals(OVER_ARMS)) {
      return "Over all arms";
    }
    return arm.isEmpty()
        ? "With the settings of all runs"
        : arm.entrySet().stream()
            .map(setting -> setting.getKey() + " " + Result.plain(setting.getValue()))
            .collect(Collectors.joining(", "));
  }

  private static void claim(Html html, Claim claim) {
    html.markup("<article class=\"claim ")
        .markup(style(claim.verdict()))
        .markup("\">\n<h4><bdi>")
        .text(claim.title())
        .markup("</bdi></h4>\n<p class=\"judged\"><b class=\"")
        .markup(style(claim.verdict()))
        .markup("\">")
        .text(words(claim.verdict()))
        .markup("</b></p>\n")
        .markup(pictures(claim))
        .markup("<p>")
        .text(claim.reason())
        .markup("</p>\n<p class=\"evidence\">")
        .text(evidence(claim))
        .markup("</p>\n<details><summary>")
        .text(
            "All figures"
                + (claim.controls().isEmpty()
                    ? ""
                    : " and " + counted(claim.controls().size(), "control")))
        .markup("</summary>\n");
    html.element("p", effect(claim));
    figures(html, claim);
    controls(html, claim);
    html.markup("</details>\n</article>\n");
  }

  /** The effect with its intervals, the control directly below, then what is between them. */
  private static String pictures(Claim claim) {
    EffectBars bars = bars(claim);
    Html html = new Html();
    html.markup("<table class=\"bars\"><tbody>\n");
    if (claim.id().equals(ABLATION)) {
      claim.besides().stream()
          .filter(ClaimsSection::isArm)
          .forEach(
              figure ->
                  picture(
                      html,
                      place(figure),
                      figure.effect(),
                      bars.of(figure.effect(), listed(figure.interval()))));
    } else {
      picture(html, "Effect", claim.effect(), bars.of(claim.effect(), intervals(claim)));
    }
    Control control = claim.control();
    if (control != null) {
      picture(
          html,
          "Control: " + control.name(),
          control.effect(),
          bars.of(control.effect(), listed(control.interval())));
      picture(
          html,
          "Difference",
          control.difference(),
          bars.of(control.difference(), listed(control.differenceInterval())));
    }
    return html.markup("</tbody></table>\n").toString();
  }

  /** Where along the setting an arm stands: what follows the estimand's name. */
  private static String place(Claims.Figure figure) {
    int at = figure.estimand().indexOf(" at ");
    return at < 0 ? figure.estimand() : figure.estimand().substring(at + " at ".length());
  }

  private static void picture(Html html, String name, @Nullable Double effect, String bar) {
    html.markup("<tr><th scope=\"row\"><bdi>")
        .text(name)
        .markup("</bdi></th><td class=\"number\">")
        .text(difference(effect))
        .markup("</td><td class=\"bar\">")
        .markup(bar)
        .markup("</td></tr>\n");
  }

  private static String words(Claims.Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> "Holds";
      case DOES_NOT_HOLD -> "Does not hold";
      case NOT_ENOUGH_EVIDENCE -> "Not enough evidence";
    };
  }

  private static String style(Claims.Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> "holds";
      case DOES_NOT_HOLD -> "fails";
      case NOT_ENOUGH_EVIDENCE -> "open";
    };
  }

  private static String effect(Claim claim) {
    return (claim.id().equals(ABLATION)
            ? "Trend "
            : claim.id().equals(OVER_ARMS) ? "Correlation " : "Effect ")
        + difference(claim.effect())
        + (claim.interval() == null
            ? ""
            : ", " + percent(claim.interval()) + " interval " + range(claim.interval()))
        + claim.intervals().stream()
            .map(interval -> "; " + percent(interval) + ": " + range(interval))
            .collect(Collectors.joining())
        + ".";
  }

  private static String evidence(Claim claim) {
    Claims.Amount amount = claim.evidence();
    Double p = claim.pValue();
    Double adjusted = claim.adjustedPValue();
    return counted(amount.seeds(), "seed")
        + ", "
        + counted(amount.sentences(), "sentence")
        + " in "
        + counted(amount.groups(), "independent group")
        + (amount.types() == 0 ? "" : ", " + counted(amount.types(), "token type") + " a class")
        + (claim.margin() == 0
            ? ""
            : ". Smallest effect that counts: " + difference(claim.margin()))
        + (p == null ? "" : ". p " + NumberText.probability(p))
        + (adjusted == null
            ? ""
            : ", after Holm\u2019s adjustment " + NumberText.probability(adjusted))
        + ".";
  }

  private static String counted(long count, String noun) {
    return NumberText.count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  private static String difference(@Nullable Double value) {
    return value == null ? "undefined" : NumberText.signed(NumberText.figure(value));
  }

  private static String range(@Nullable LevelInterval interval) {
    return interval == null ? NONE : NumberText.range(interval.low(), interval.high());
  }

  private static String percent(LevelInterval interval) {
    return NumberText.rate(interval.level());
  }

  // ---- the figures side by side

  /** What decides, what the paper has, and the control that says most against it. */
  private static void figures(Html html, Claim claim) {
    html.markup(
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"estimands\"><thead><tr><th"
            + " scope=\"col\">Estimand</th><th scope=\"col\" class=\"number\">Effect</th><th"
            + " scope=\"col\" class=\"number\">95 % interval</th></tr></thead>\n<tbody>\n");
    boolean ablation = claim.id().equals(ABLATION);
    row(
        html,
        ablation ? "The trend" : "What decides",
        claim.estimand(),
        claim.effect(),
        claim.interval());
    if (claim.paper() != null) {
      figure(html, "The paper\u2019s own", claim.paper());
    }
    Control control = claim.control();
    if (control != null) {
      row(
          html,
          "The control that says most against it",
          control.name() + ", which " + part(control) + "; in it the claim " + alone(control),
          control.effect(),
          control.interval());
      row(
          html,
          "The difference to it",
          "the effect in this arm minus that in the control",
          control.difference(),
          control.differenceInterval());
    }
    for (Claims.Figure figure : claim.besides()) {
      figure(html, ablation ? "" : "Beside it", figure);
    }
    html.markup("</tbody></table></div>\n");
  }

  /**
   * Beside a trend: an arm's effect, rather than a difference of two trends, which has its ends.
   */
  private static boolean isArm(Claims.Figure figure) {
    return figure.before() == null && figure.after() == null;
  }

  private static void figure(Html html, String title, Claims.Figure figure) {
    Double before = figure.before();
    Double after = figure.after();
    String course =
        before == null || after == null
            ? ""
            : ", from " + NumberText.figure(before) + " to " + NumberText.figure(after);
    if (title.isEmpty()) {
      row(html, figure.estimand(), "", figure.effect(), figure.interval());
    } else {
      row(html, title, figure.estimand() + course, figure.effect(), figure.interval());
    }
  }

  private static void row(
      Html html,
      String title,
      String meaning,
      @Nullable Double effect,
      @Nullable LevelInterval interval) {
    html.markup("<tr><th scope=\"row\"><bdi>")
        .text(title)
        .markup("</bdi><span class=\"meaning\"><bdi>")
        .text(meaning)
        .markup("</bdi></span></th><td class=\"number\">")
        .text(difference(effect))
        .markup("</td><td class=\"number\">")
        .text(range(interval))
        .markup("</td></tr>\n");
  }

  private static String part(Control control) {
    return control.blocks() ? "blocks" : "attributes";
  }

  /** What the claim's rule says of the control, whose seeds it does not count. */
  private static String alone(Control control) {
    return switch (control.verdict()) {
      case HOLDS -> "holds";
      case DOES_NOT_HOLD -> "does not hold";
      case NOT_ENOUGH_EVIDENCE -> "is not decided";
    };
  }

  /** The widest first. */
  private static List<LevelInterval> intervals(Claim claim) {
    List<LevelInterval> all = new ArrayList<>(claim.intervals());
    all.addAll(listed(claim.interval()));
    all.sort(Comparator.comparingDouble(LevelInterval::level).reversed());
    return all;
  }

  private static List<LevelInterval> listed(@Nullable LevelInterval interval) {
    return interval == null ? List.of() : List.of(interval);
  }

  /** A scale for all that is drawn of a claim. */
  private static EffectBars bars(Claim claim) {
    List<LevelInterval> drawn = new ArrayList<>();
    if (claim.id().equals(ABLATION)) {
      claim.besides().stream()
          .filter(ClaimsSection::isArm)
          .forEach(figure -> add(drawn, figure.effect(), figure.interval()));
    } else {
      add(drawn, claim.effect(), claim.interval());
      drawn.addAll(claim.intervals());
      if (claim.control() != null) {
        add(drawn, claim.control().effect(), claim.control().interval());
        add(drawn, claim.control().difference(), claim.control().differenceInterval());
      }
    }
    return EffectBars.over(claim.margin(), drawn);
  }

  private static void add(
      List<LevelInterval> drawn, @Nullable Double effect, @Nullable LevelInterval interval) {
    if (effect != null) {
      drawn.add(new LevelInterval(0, effect, effect));
    }
    drawn.addAll(listed(interval));
  }

  // ---- controls

  /** All of them: those that block a verdict, then those that tell where an effect comes from. */
  private static void controls(Html html, Claim claim) {
    if (claim.controls().isEmpty()) {
      return;
    }
    HtmlTable table =
        new HtmlTable(
            "Where a control that blocks shows the claim, the claim is not the training\u2019s; one that"
                + " attributes tells where an effect comes from",
            List.of("Control", "Part", "In it the claim"),
            List.of("Effect", "95 % interval", "Difference to it", "95 % interval"));
    claim.controls().stream()
        .sorted(Comparator.comparing(control -> !control.blocks()))
        .forEach(
            control ->
                table.row(
                    List.of(control.name(), part(control), alone(control)),
                    List.of(
                        difference(control.effect()),
                        range(control.interval()),
                        difference(control.difference()),
                        range(control.differenceInterval()))));
    html.markup(table.toString());
  }
}
