package org.isoscope.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.evaluation.Transforms;
import org.isoscope.geometry.Transform;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Space;
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
        "Fits a transform of a model's sentence embeddings on a text, for analyze --transform and"
            + " evaluate --transform, and shows what it does to that text's geometry.",
    footer = {
      "",
      "Writes transform.json and run.json. Example:",
      "  isoscope transform --model bert-base-uncased --kind whitening --out w",
      "  isoscope evaluate --model bert-base-uncased --sts test.csv --transform w"
    })
final class TransformCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin TextOptions textOptions;
  @Mixin MeasuredText measuredText;
  @Mixin NamedModelOptions models;
  @Mixin PoolingOptions poolingOptions;

  @Option(
      names = "--kind",
      required = true,
      paramLabel = "K",
      description =
          "centring (subtracts the mean), z-score (and divides by each dimension's deviation),"
              + " all-but-the-top (and removes the top components), whitening (and makes the"
              + " covariance the identity), rogue-removal (sets the top rogue dimensions to 0).")
  String kind;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Components that all-but-the-top removes (0: a hundredth of the dimensions), dimensions"
              + " that whitening keeps (0: all) or rogue-removal removes (0: one).")
  int count;

  @Override
  public Integer call() {
    Transforms.requireKind(kind);
    Progress progress = common.progress(spec);
    RunRecord record = new RunRecord(spec, common, progress);
    ResultDirectory results = new ResultDirectory(common.out("transform"));
    Corpus corpus = textOptions.read(measuredText.text, common.seed());
    poolingOptions.check();
    Path directory = ModelOptions.resolve(models.model, progress);
    try (Encoder encoder = models.open(directory, common.threads(), Precision.FP32)) {
      Pooling used = poolingOptions.of(encoder);
      record.set("pooling", used.label());
      record.model(models.model, encoder);
      record.data(corpus);
      TokenizedText tokens = encoder.tokenizer().tokenize(corpus.sentences());
      record.truncation(corpus.name(), tokens, encoder);
      encoder.onBatch(progress.tokens(tokens.tokens()));
      List<float[]> vectors = List.of(encoder.embed(tokens, List.of(used)).get(0));
      int d = encoder.config().hiddenSize();
      Transform transform = Transforms.fit(kind, vectors, d, count);
      results.clear();
      results.write(Transforms.file(transform, models.model, corpus.name(), vectors.size()));
      record.write(results, true);
      Spaces spaces =
          new Spaces(
              "embeddings (" + used.label() + ")",
              d,
              transform,
              EmbeddingSpace.SAMPLE,
              common.seed().derive("embeddings", 0));
      vectors.forEach(spaces::add);
      List<Space> measured = new ArrayList<>();
      spaces.measure(common.threads()).forEach(space -> measured.add(space.space()));
      PrintWriter out = spec.commandLine().getOut();
      out.print(SpaceTable.of(measured));
      out.println("Transform: " + results.path().resolve("transform.json"));
    }
    return 0;
  }
}
