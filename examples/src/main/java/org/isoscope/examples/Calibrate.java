package org.isoscope.examples;

import java.nio.file.Path;
import org.isoscope.calibration.Calibrations;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.geometry.Calibration;
import org.isoscope.geometry.Threshold;
import org.isoscope.study.AnalysisJob;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;

/** What a cosine is worth, and where to cut: {@code Calibrate MODEL TEXT PAIRS OUT}. */
public final class Calibrate {
  private Calibrate() {}

  /** Analyzes a model, and reads what its cosines mean. */
  public static void main(String[] args) {
    String model = args[0];
    String questions = args[1];
    String pairs = args[2];
    Path out = Path.of(args[3]);
    // snippet
    new AnalysisJob(new ModelChoice(model), Corpus.read(questions, Columns.DEFAULT))
        .related(PairCorpus.read(pairs, Columns.DEFAULT)) // questions and their answers
        .run(out, JobListener.SILENT);

    Calibration calibration = Calibrations.read(out); // whenever it is needed, without libtorch
    System.out.println(calibration.percentile(0.5)); // share of unrelated pairs that are less alike
    for (Threshold threshold : calibration.thresholds()) {
      System.out.printf(
          "%s of unrelated pairs pass %s%n", threshold.wantedRate(), threshold.cosine());
    }
    double minScore = calibration.thresholds().get(0).score(); // for LangChain4j and Lucene
    // end of snippet
    System.out.println("minScore " + minScore);
  }
}
