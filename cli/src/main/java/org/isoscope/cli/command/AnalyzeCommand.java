package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.AnalysisOptions;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.GroupOption;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.ModelOrVectors;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.option.PromptOptions;
import org.isoscope.cli.option.SpaceOptions;
import org.isoscope.cli.option.TextOptions;
import org.isoscope.cli.print.AdviceText;
import org.isoscope.cli.print.CalibrationText;
import org.isoscope.cli.print.DiagnosisText;
import org.isoscope.cli.print.GeometryTable;
import org.isoscope.cli.print.SpaceTable;
import org.isoscope.cli.print.Told;
import org.isoscope.cli.print.WordClassTable;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.io.UserError;
import org.isoscope.results.Advice;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Finding;
import org.isoscope.results.Geometry;
import org.isoscope.results.Space;
import org.isoscope.study.AnalysisJob;
import org.isoscope.study.RunRecord;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.VectorAnalysisJob;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code analyze}: the geometry of a model over a text, or of vectors in a file. */
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    description =
        "Measures the geometry of every layer of a model over a text, or of vectors in a file.",
    footer = {
      "",
      "Writes geometry.json and tokens.json of a model or vectors.json of vectors,",
      "calibration.json, run.json and report.html.",
      "Examples:",
      "  isoscope analyze --model all-minilm-l6-v2 --text sentences.txt --out minilm",
      "  isoscope analyze --vectors embeddings.npy"
    })
public final class AnalyzeCommand implements Callable<Integer> {
  /** Options that say nothing of vectors. */
  private static final List<String> OF_A_MODEL =
      List.of(
          "--model",
          "--text",
          "--special-tokens",
          "--language",
          "--sentences",
          "--keep-layers",
          "--max-length",
          "--prompt",
          "--device",
          "--query-prompt",
          "--document-prompt",
          "--pooling",
          "--related-column",
          "--related-group",
          "--group",
          "--thorough");

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin JsonOption json;
  @Mixin ModelOrVectors source;
  @Mixin TextOptions textOptions;
  @Mixin GroupOption grouping;
  @Mixin AnalysisOptions analysis;
  @Mixin ModelOptions models;
  @Mixin PromptOptions promptOptions;
  @Mixin PoolingOptions poolingOptions;
  @Mixin SpaceOptions space;

  @Option(
      names = "--related",
      arity = "1..2",
      paramLabel = "F",
      description =
          "Pairs that belong together: a file of two columns or, with --vectors, two files of"
              + " vectors, row by row. Thresholds are then of the first of a pair with the second"
              + " of others, with precision and recall.")
  @Nullable List<String> related;

  @Option(
      names = "--related-column",
      arity = "1..*",
      paramLabel = "C",
      description = "The two columns of --related, as --column.")
  List<String> relatedColumns = List.of();

  @Option(
      names = "--related-group",
      paramLabel = "C",
      description =
          "Column of --related that says which pairs belong together. Default: each is a group.")
  @Nullable String relatedGroup;

  @Option(
      names = "--thorough",
      description =
          "Measure token types in every layer, not only the last; and every layer also without its"
              + " mean and without its top 1, 3 and 5 rogue dimensions, and what these leave of the"
              + " cosines. A second pass over the text.")
  boolean thorough;

  @Override
  public Integer call() {
    source.check(spec, OF_A_MODEL);
    SpaceSettings settings = space.settings();
    Told told = new Told(common.progress(spec));
    RunRecord record = common.record(spec, told);
    Path directory = common.out(spec, space.transform);
    int files = source.vectors == null ? 1 : 2;
    if (related != null && related.size() != files) {
      throw new UserError(
          "--related " + String.join(" ", related),
          "names " + related.size() + (related.size() == 1 ? " file" : " files"),
          files == 1 ? "one file of pairs" : "two files of vectors, of which rows belong together",
          "Name " + files);
    }
    if (source.vectors == null) {
      poolingOptions.check();
      print(
          new AnalysisJob(
                  promptOptions.choice(models.choice(Objects.requireNonNull(source.model))),
                  textOptions.read(analysis.text, grouping.group, common.seed()))
              .pooling(poolingOptions.asked())
              .specialTokens(analysis.specialTokens())
              .thorough(thorough)
              .related(related == null ? null : readRelated(related.get(0)))
              .tagger(analysis.language.tagger(told))
              .space(settings)
              .seed(common.seed())
              .threads(common.threads())
              .run(directory, record, told));
    } else {
      OF_A_MODEL.forEach(option -> record.set(option.substring(2), null));
      VectorAnalysisJob job =
          new VectorAnalysisJob(VectorFile.open(source.vectors, textOptions.columns()));
      if (related != null) {
        job.related(
            VectorFile.open(related.get(0), textOptions.columns()),
            VectorFile.open(related.get(1), textOptions.columns()));
      }
      VectorAnalysisJob.Result result =
          job.space(settings)
              .seed(common.seed())
              .threads(common.threads())
              .run(directory, record, told);
      print(
          result.geometry().spaces(),
          result.geometry().advice(),
          result.calibration(),
          result.report());
    }
    return 0;
  }

  private PairCorpus readRelated(String file) {
    return PairCorpus.read(
        file, ColumnOptions.columns("relatedColumn", relatedColumns).withGroup(relatedGroup));
  }

  private void print(AnalysisJob.Result result) {
    Geometry geometry = result.geometry();
    PrintWriter out = spec.commandLine().getOut();
    out.print(GeometryTable.of(geometry));
    if (geometry.wordClasses() != null) {
      out.println();
      out.print(WordClassTable.of(geometry.wordClasses()));
      out.println();
    }
    List<Finding> findings = geometry.findings();
    if (findings != null) {
      int last = geometry.layers().size() - 1;
      out.print(DiagnosisText.of("Diagnosis of the tokens of layer " + last, findings));
      out.println();
    }
    print(
        Objects.requireNonNull(geometry.spaces()),
        Objects.requireNonNull(geometry.advice()),
        result.calibration(),
        result.report());
  }

  private void print(
      List<Space> spaces, List<Advice> advice, @Nullable CalibrationFile calibration, Path report) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(SpaceTable.of(spaces));
    for (Space of : spaces) {
      out.print(DiagnosisText.of("Diagnosis of the " + of.name(), of.findings()));
    }
    out.print(AdviceText.of(advice));
    if (calibration != null) {
      out.print(CalibrationText.of(calibration));
    }
    out.println("Report: " + report);
  }
}
