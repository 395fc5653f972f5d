package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.DimensionsOption;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.NamedModelOptions;
import org.isoscope.cli.option.OverwriteOption;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.print.CosineText;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.Table;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.export.Agreement;
import org.isoscope.export.OnnxExport;
import org.isoscope.export.QuantizationLoss;
import org.isoscope.export.SentenceEmbedding;
import org.isoscope.export.Weights;
import org.isoscope.io.DirectoryLock;
import org.isoscope.onnx.OnnxEncoder;
import org.isoscope.sentence.Prompts;
import org.isoscope.study.RunRecord;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code export}: a model for other programs. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description =
        "Writes a model as ONNX, for LangChain4j, Spring AI, ONNX Runtime and others, and checks"
            + " that the file computes what the model does.",
    footer = {
      "",
      "Writes model.onnx, with --int8 model_int8.onnx too, and tokenizer.json; how",
      "each program loads them is printed, and written as loading.md.",
      "Examples:",
      "  isoscope export --model all-minilm-l6-v2 --onnx --out minilm",
      "  isoscope export --model my-run/model --onnx --int8 --sts test.csv"
    })
public final class ExportCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin JsonOption json;
  @Mixin NamedModelOptions models;
  @Mixin PoolingOptions poolingOptions;
  @Mixin DimensionsOption dimensionsOption;
  @Mixin ColumnOptions columnOptions;
  @Mixin OverwriteOption overwriting;

  @Option(names = "--onnx", required = true, description = "Write ONNX, the one format so far.")
  boolean onnx;

  @Option(
      names = "--no-normalize",
      description = "Leave embeddings as long as they are. Default: they have length 1.")
  boolean raw;

  @Option(
      names = "--int8",
      description =
          "Write a file with 8-bit weights too, about a quarter of the size, and tell what it"
              + " loses. Its embeddings do not depend on the batch.")
  boolean int8;

  @Option(
      names = "--sts",
      paramLabel = "F",
      description =
          "With --int8: scored pairs to measure the loss on, a .csv, .tsv or .jsonl of sentence,"
              + " sentence, score.")
  @Nullable String sts;

  /**
   * What {@code --json} prints.
   *
   * @param directory that was written into
   * @param files in it
   * @param guide how other programs load them
   * @param pooling of the embeddings
   * @param dimension of the embeddings
   * @param prompt that is to be put before each text; empty: none
   * @param queryPrompt that is to be put before queries; empty: none
   * @param documentPrompt that is to be put before documents; empty: none
   * @param loss what 8-bit weights cost; null where it was not measured
   */
  record Exported(
      String directory,
      List<File> files,
      String guide,
      String pooling,
      boolean normalized,
      int dimension,
      String prompt,
      String queryPrompt,
      String documentPrompt,
      @Nullable Loss loss) {

    /** A file, and how far its embeddings agree with the model's. */
    record File(String path, long bytes, Agreement agreement) {
      static File of(OnnxExport.Written written) {
        return new File(written.path().toString(), written.bytes(), written.agreement());
      }
    }

    /**
     * What 8-bit weights cost.
     *
     * @param data scored pairs that it was measured on
     * @param agreement of the int8 embeddings with the model's
     */
    record Loss(String data, Agreement agreement, Figures fp32, Figures int8) {
      static Loss of(String data, QuantizationLoss loss) {
        return new Loss(data, loss.agreement(), Figures.of(loss.fp32()), Figures.of(loss.int8()));
      }
    }

    /** Figures of one set of embeddings; null where undefined. */
    record Figures(
        long sentences,
        @Nullable Double spearman,
        @Nullable Double pearson,
        @Nullable Double meanCosine,
        @Nullable Double isoScore) {
      static Figures of(QuantizationLoss.Figures figures) {
        return new Figures(
            figures.geometry().n(),
            figures.spearman(),
            figures.pearson(),
            figures.geometry().meanCosine(),
            figures.geometry().isoScore());
      }
    }
  }

  @Override
  public Integer call() {
    check();
    Progress progress = common.progress(spec);
    try (DirectoryLock lock = DirectoryLock.take(common.out(spec))) {
      overwriting.require(
          lock.directory(),
          "an exported model",
          List.of("model.onnx", "model_int8.onnx", "tokenizer.json"));
      return export(lock.directory(), progress);
    }
  }

  private int export(Path directory, Progress progress) {
    ScoredPairCorpus set = sts == null ? null : ScoredPairCorpus.read(sts, columnOptions.columns());
    if (set != null) {
      progress.say(String.valueOf(set.columns()));
      if (set.skipped() > 0) {
        progress.say("note: " + RunRecord.leftOut(set.name(), set.skipped()));
      }
    }
    poolingOptions.check();
    try (Encoder encoder =
        models
            .choice(models.model)
            .withDimensions(dimensionsOption.dimensions)
            .open(common.threads(), Precision.FP32, new Told(progress))) {
      OnnxExport export =
          new OnnxExport(encoder, new SentenceEmbedding(poolingOptions.of(encoder), !raw));
      List<OnnxExport.Written> files = new ArrayList<>();
      files.add(export.write(directory, Weights.FP32));
      if (int8) {
        files.add(export.write(directory, Weights.INT8));
      }
      PrintWriter out = spec.commandLine().getOut();
      out.print(table(files));
      Prompts prompts = encoder.modules().prompts();
      if (!(prompts.text() + prompts.query() + prompts.document()).isEmpty()) {
        progress.say(
            "note: the model is used with prompts, which the file does not put before texts:"
                + " loading.md names them");
      }
      QuantizationLoss loss = null;
      if (set != null) {
        progress.say("measuring the loss on " + set.name());
        try (OnnxEncoder exported = OnnxEncoder.open(files.get(1).path(), common.threads())) {
          loss = QuantizationLoss.of(export, exported, set);
          out.print(table(loss));
        }
      }
      out.print("\n" + export.writeGuide(directory));
      out.flush();
      json.result(
          new Exported(
              directory.toString(),
              files.stream().map(Exported.File::of).toList(),
              directory.resolve("loading.md").toString(),
              poolingOptions.of(encoder).label(),
              !raw,
              encoder.dimension(poolingOptions.of(encoder)),
              prompts.text(),
              prompts.query(),
              prompts.document(),
              set == null || loss == null ? null : Exported.Loss.of(set.name(), loss)));
    }
    return 0;
  }

  /** Refuses options that say nothing together. */
  private void check() {
    if (sts != null && !int8) {
      throw new ParameterException(
          spec.commandLine(), "'--sts' needs '--int8', whose loss it measures");
    }
  }

  private static Table table(List<OnnxExport.Written> files) {
    Table table = new Table().row("file", "MB", "max difference", "mean cosine", "least cosine");
    for (OnnxExport.Written file : files) {
      Agreement agreement = file.agreement();
      table.row(
          file.path().toString(),
          Table.number(file.bytes() * 1e-6, 1),
          String.format(Locale.ROOT, "%.1e", agreement.maxDifference()),
          Table.number(agreement.meanCosine(), 6),
          Table.number(agreement.leastCosine(), 6));
    }
    return table;
  }

  private static Table table(QuantizationLoss loss) {
    return new Table()
        .row("figure", "fp32", "int8")
        .row(
            "sentences",
            String.valueOf(loss.fp32().geometry().n()),
            String.valueOf(loss.int8().geometry().n()))
        .row(
            "Spearman x 100",
            Table.percent(loss.fp32().spearman()),
            Table.percent(loss.int8().spearman()))
        .row(
            "Pearson x 100",
            Table.percent(loss.fp32().pearson()),
            Table.percent(loss.int8().pearson()))
        .row(
            "mean cosine of pairs",
            CosineText.of(loss.fp32().geometry().meanCosine(), 4),
            CosineText.of(loss.int8().geometry().meanCosine(), 4))
        .row(
            "IsoScore",
            Table.number(loss.fp32().geometry().isoScore(), 4),
            Table.number(loss.int8().geometry().isoScore(), 4))
        .row("mean cosine with fp32", "-", Table.number(loss.agreement().meanCosine(), 6))
        .row("least cosine with fp32", "-", Table.number(loss.agreement().leastCosine(), 6));
  }
}
