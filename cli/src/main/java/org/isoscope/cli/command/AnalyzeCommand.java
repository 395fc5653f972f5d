package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.AnalysisOptions;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.ModelOrVectors;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.option.SpaceOptions;
import org.isoscope.cli.option.TextOptions;
import org.isoscope.cli.print.CalibrationText;
import org.isoscope.cli.print.DiagnosisText;
import org.isoscope.cli.print.GeometryTable;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.SpaceTable;
import org.isoscope.cli.print.WordClassTable;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.Calibrations;
import org.isoscope.evaluation.DetailedGeometry;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.evaluation.SentenceVectors;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.geometry.CosineDistribution;
import org.isoscope.geometry.Transform;
import org.isoscope.report.Report;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Finding;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Space;
import org.isoscope.results.TokenView;
import org.isoscope.study.RunRecord;
import org.isoscope.study.Spaces;
import org.isoscope.study.TokenViews;
import org.isoscope.study.VectorGeometry;
import org.isoscope.torch.Precision;
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
      "Writes geometry.json, calibration.json, run.json, report.html and, of a model,",
      "tokens.json.",
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
          "--pooling",
          "--related",
          "--thorough");

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ModelOrVectors source;
  @Mixin TextOptions textOptions;
  @Mixin AnalysisOptions analysis;
  @Mixin ModelOptions models;
  @Mixin PoolingOptions poolingOptions;
  @Mixin SpaceOptions space;

  @Option(
      names = "--related",
      paramLabel = "F",
      description =
          "Pairs that belong together, two columns: tells which share of them lies above each"
              + " threshold.")
  @Nullable String related;

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
    space.check();
    return source.vectors == null
        ? analyzeModel(Objects.requireNonNull(source.model))
        : analyze(source.vectors);
  }

  private int analyze(String vectors) {
    RunRecord record = new RunRecord(spec, common, common.progress(spec));
    OF_A_MODEL.forEach(option -> record.set(option.substring(2), null));
    ResultDirectory results = common.results("analyze", common.out("analyze", space.transform));
    Transform transform = space.readTransform();
    VectorFile file = VectorFile.open(vectors, textOptions.columns());
    Spaces spaces = new Spaces("vectors", file.dimension(), transform, space.most(), seed());
    file.forEach((row, index) -> spaces.add(row));
    List<EmbeddingSpace.Measured> measured = spaces.measure(common.threads());
    Space plain = measured.get(0).space();
    record.data(file, plain.n());
    return write(
        results,
        record,
        VectorGeometry.of(vectors, plain),
        measured,
        calibration(vectors, vectors, measured, null),
        null);
  }

  private int analyzeModel(String model) {
    Progress progress = common.progress(spec);
    RunRecord record = new RunRecord(spec, common, progress);
    ResultDirectory results = common.results("analyze", common.out("analyze", space.transform));
    Transform transform = space.readTransform();
    Corpus corpus = textOptions.read(analysis.text, common.seed());
    PairCorpus pairs = related == null ? null : PairCorpus.read(related, Columns.of());
    poolingOptions.check();
    PartOfSpeech tagger = analysis.language.tagger(progress);
    Path directory = ModelOptions.resolve(model, progress);
    try (Encoder encoder = models.open(directory, common.threads(), Precision.FP32)) {
      Pooling used = poolingOptions.of(encoder);
      record.set("pooling", used.label());
      record.model(model, encoder);
      record.data(corpus);
      TokenizedText text = encoder.tokenizer().tokenize(corpus.sentences());
      record.truncation(corpus.name(), text, encoder);
      DetailedGeometry measures =
          new DetailedGeometry(
              analysis.specialTokens(), thorough, common.seed().derive("types", 0));
      encoder.onBatch(progress.tokens(measures.passes() * text.tokens()));
      int d = encoder.config().hiddenSize();
      Spaces spaces =
          new Spaces(Spaces.embeddings(encoder, used), d, transform, space.most(), seed());
      SentenceVectors embeddings =
          SentenceVectors.pooled(
              sentences(record.distinct(corpus, text)), d, encoder.config().layers(), used);
      Geometry geometry =
          WordClasses.of(encoder, corpus.sentences(), tagger)
              .label(measures.measure(encoder, model, text, embeddings))
              .geometry();
      boolean normalizes = encoder.normalizes();
      embeddings.forEach(vector -> spaces.add(normalizes ? Encoder.normalized(vector) : vector));
      List<EmbeddingSpace.Measured> measured = spaces.measure(common.threads());
      CosineDistribution.@Nullable Result together =
          pairs == null ? null : related(encoder, pairs, used, transform, record);
      return write(
          results,
          record,
          geometry,
          measured,
          calibration(model, corpus.name(), measured, together),
          TokenViews.of(encoder, model, corpus));
    }
  }

  private long seed() {
    return common.seed().derive("embeddings", 0);
  }

  /** The sentences whose embeddings are kept: all of these, or a sample. */
  private int[] sentences(int[] distinct) {
    int[] drawn = common.seed().draw("embeddings", distinct.length, space.most());
    return Arrays.stream(drawn).map(i -> distinct[i]).toArray();
  }

  /** The cosines of pairs that belong together. */
  private static CosineDistribution.Result related(
      Encoder encoder,
      PairCorpus pairs,
      Pooling pooling,
      @Nullable Transform transform,
      RunRecord record) {
    record.data(pairs);
    List<float[]> sides = new ArrayList<>();
    for (List<String> side :
        List.of(
            pairs.pairs().stream().map(PairCorpus.Pair::first).toList(),
            pairs.pairs().stream().map(PairCorpus.Pair::second).toList())) {
      TokenizedText text = encoder.tokenizer().tokenize(side);
      record.truncation(pairs.name(), text, encoder);
      int d = encoder.config().hiddenSize();
      float[] flat = new float[Math.multiplyExact(side.size(), d)];
      float[][] embeddings = encoder.encode(text, pooling);
      for (int i = 0; i < embeddings.length; i++) {
        System.arraycopy(embeddings[i], 0, flat, i * d, d);
      }
      sides.add(transform == null ? flat : transform.apply(flat));
    }
    int dimension = sides.get(0).length / pairs.pairs().size();
    return CosineDistribution.ofPairs(sides.get(0), sides.get(1), dimension).result();
  }

  private @Nullable CalibrationFile calibration(
      String model,
      String corpus,
      List<EmbeddingSpace.Measured> measured,
      CosineDistribution.@Nullable Result related) {
    return Calibrations.of(
        model,
        corpus,
        measured.get(measured.size() - 1).cosines(),
        related,
        space.rates,
        common.seed().derive("thresholds", 0));
  }

  /** Writes what was measured and tells it. */
  private int write(
      ResultDirectory results,
      RunRecord record,
      Geometry tokens,
      List<EmbeddingSpace.Measured> measured,
      @Nullable CalibrationFile calibration,
      @Nullable TokenView views) {
    List<Space> spaces = measured.stream().map(EmbeddingSpace.Measured::space).toList();
    Geometry geometry = tokens.withSpaces(spaces);
    results.clear();
    results.write(geometry);
    if (calibration != null) {
      results.write(calibration);
    }
    if (views != null) {
      results.write(views);
    }
    record.write(results, true);
    Path report = Report.write(results);
    PrintWriter out = spec.commandLine().getOut();
    if (views != null) {
      out.print(GeometryTable.of(geometry));
    }
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
    out.print(SpaceTable.of(spaces));
    for (Space of : spaces) {
      out.print(DiagnosisText.of("Diagnosis of the " + of.name(), of.findings()));
    }
    if (calibration != null) {
      out.print(CalibrationText.of(calibration));
    }
    out.println("Report: " + report);
    return 0;
  }
}
