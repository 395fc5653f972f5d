package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.isoscope.calibration.Transforms;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.MeasuredText;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.ModelOrVectors;
import org.isoscope.cli.option.OverwriteOption;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.option.TextOptions;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.SpaceTable;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Space;
import org.isoscope.results.TransformFile;
import org.isoscope.study.RunPlace;
import org.isoscope.study.RunRecord;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.torch.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code transform}: fits a map of embeddings that mends their geometry. */
@Command(
    name = "transform",
    mixinStandardHelpOptions = true,
    description =
        "Fits a transform of a model's sentence embeddings, or of vectors in a file, for"
            + " --transform of analyze, evaluate and encode, and shows what it does to the geometry"
            + " of what it was fitted on.",
    footer = {
      "",
      "Writes transform.json and run.json. Example:",
      "  isoscope transform --model bert-base-uncased --kind whitening --out w",
      "  isoscope evaluate --model bert-base-uncased --sts test.csv --transform w",
      "  isoscope transform --vectors embeddings.npy --kind z-score --out z",
      "  isoscope encode --vectors embeddings.npy --transform z --out mended.npy"
    })
public final class TransformCommand implements Callable<Integer> {
  /** Options that say nothing of vectors. */
  private static final List<String> OF_A_MODEL =
      List.of(
          "--model",
          "--text",
          "--sentences",
          "--keep-layers",
          "--max-length",
          "--prompt",
          "--device",
          "--pooling");

  /** Vectors that the geometry before and after is shown of, at most. */
  private static final int MEASURED = 2000;

  /** Kinds that take no count. */
  private static final List<String> COUNTLESS =
      List.of(TransformFile.CENTRING, TransformFile.Z_SCORE);

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin JsonOption json;
  @Mixin ModelOrVectors source;
  @Mixin TextOptions textOptions;
  @Mixin MeasuredText measuredText;
  @Mixin ModelOptions models;
  @Mixin PoolingOptions poolingOptions;
  @Mixin OverwriteOption overwriting;

  @Option(
      names = "--kind",
      required = true,
      paramLabel = "K",
      description =
          "Kind of transform: centring (subtracts the mean), z-score (and divides by each"
              + " dimension's deviation), all-but-the-top (and removes the top components),"
              + " whitening (and makes the covariance the identity), rogue-removal (sets the top"
              + " rogue dimensions to 0).")
  String kind;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of components that all-but-the-top removes (0: a hundredth of the"
              + " dimensions), or of dimensions that whitening keeps (0: all) or rogue-removal"
              + " removes (0: one).")
  int count;

  @Option(
      names = "--measures",
      paramLabel = "yes|no",
      defaultValue = "yes",
      description =
          "Whether to show what the transform does to the geometry, of at most "
              + MEASURED
              + " of the vectors, drawn with --seed. Default: ${DEFAULT-VALUE}.")
  String measures;

  @Override
  public Integer call() {
    source.check(spec, OF_A_MODEL);
    Transforms.requireKind(kind);
    if (count != 0 && COUNTLESS.contains(kind)) {
      throw new UserError(
          "--count " + count, "says nothing of " + kind, "no --count", "Leave it out");
    }
    try (RunPlace place = RunPlace.take(spec.name(), common.out(spec))) {
      ResultDirectory results = place.results();
      overwriting.require(results.path(), "a transform", List.of("transform.json"));
      return source.vectors == null
          ? ofModel(results, Objects.requireNonNull(source.model))
          : ofVectors(results, source.vectors);
    }
  }

  private int ofVectors(ResultDirectory results, String vectors) {
    Told told = new Told(common.progress(spec));
    RunRecord record = common.record(spec, told);
    OF_A_MODEL.forEach(option -> record.set(option.substring(2), null));
    VectorFile file = VectorFile.open(vectors, textOptions.columns());
    Transforms.Fit fit = new Transforms.Fit(file.dimension());
    LongConsumer fitted = told.vectors("fitting");
    file.forEach(
        (row, index) -> {
          fit.add(row);
          fitted.accept(index + 1);
        });
    record.data(file, fit.size());
    return write(
        results,
        record,
        told,
        "vectors",
        file.dimension(),
        fit,
        sink -> {
          LongConsumer read = told.vectors("measuring");
          file.forEach(
              (row, index) -> {
                sink.accept(row);
                read.accept(index + 1);
              });
        },
        vectors,
        vectors);
  }

  private int ofModel(ResultDirectory results, String model) {
    Progress progress = common.progress(spec);
    Told told = new Told(progress);
    RunRecord record = common.record(spec, told);
    Corpus corpus = textOptions.read(measuredText.text, common.seed());
    poolingOptions.check();
    try (Encoder encoder = models.choice(model).open(common.threads(), Precision.FP32, told)) {
      Pooling used = poolingOptions.of(encoder);
      record.set("pooling", used.label());
      record.model(model, encoder);
      record.data(corpus);
      TokenizedText tokens = encoder.tokenizer().tokenize(corpus.sentences());
      record.truncation(corpus.name(), tokens, encoder);
      encoder.onBatch(progress.follow(tokens.tokens(), "tokens"));
      float[][] embeddings = encoder.encode(tokens, used);
      List<float[]> vectors =
          Arrays.stream(record.distinct(corpus, tokens)).mapToObj(i -> embeddings[i]).toList();
      int d = encoder.dimension(used);
      Transforms.Fit fit = new Transforms.Fit(d);
      vectors.forEach(fit::add);
      return write(
          results,
          record,
          told,
          Spaces.embeddings(encoder, used),
          d,
          fit,
          vectors::forEach,
          model,
          corpus.name());
    }
  }

  /**
   * Writes the transform, and tells what it does to the vectors it was fitted on.
   *
   * @param vectors gives them once more
   */
  private int write(
      ResultDirectory results,
      RunRecord record,
      Told told,
      String name,
      int dimension,
      Transforms.Fit fit,
      Consumer<Consumer<float[]>> vectors,
      String model,
      String corpus) {
    Transform transform = fit.transform(kind, count);
    if (!COUNTLESS.contains(kind) && fit.size() <= dimension) {
      record.note(
          "the transform is fitted on "
              + fit.size()
              + " vectors of "
              + dimension
              + " dimensions: it fits these vectors, not the space; give it many more");
    }
    results.clear();
    results.write(Transforms.file(transform, model, corpus, fit.size()));
    results.write(record.run(true));
    PrintWriter out = spec.commandLine().getOut();
    if (ColumnOptions.yes("--measures", measures)) {
      out.print(SpaceTable.of(measured(name, dimension, transform, fit.size(), vectors, told)));
    }
    out.println("Transform: " + results.path().resolve("transform.json"));
    return 0;
  }

  /** The geometry of some of the vectors, before and after. */
  private List<Space> measured(
      String name,
      int dimension,
      Transform transform,
      long size,
      Consumer<Consumer<float[]>> vectors,
      Told told) {
    Spaces spaces =
        new Spaces(
            name,
            dimension,
            SpaceSettings.DEFAULT.withTransform(transform).withSample(MEASURED),
            common.seed().derive("embeddings", 0));
    int[] drawn = common.seed().draw("measured", (int) Math.min(size, Integer.MAX_VALUE), MEASURED);
    long[] at = new long[1];
    vectors.accept(
        vector -> {
          if (Arrays.binarySearch(drawn, (int) at[0]) >= 0) {
            spaces.add(at[0], vector);
          }
          at[0]++;
        });
    return spaces.measure(common.threads(), told).stream()
        .map(EmbeddingSpace.Measured::space)
        .toList();
  }
}
