package org.isoscope.examples;

import java.nio.file.Path;
import org.isoscope.study.Training;
import org.isoscope.study.TrainingJob;

/** Trains on pairs: {@code Train MODEL PAIRS OUT}. */
public final class Train {
  private Train() {}

  /** Trains for two epochs. */
  public static void main(String[] args) {
    String model = args[0];
    Path pairs = Path.of(args[1]);
    Path out = Path.of(args[2]);
    // snippet
    TrainingJob.Result result =
        Training.of(model) // a short name, org/name of the Hugging Face hub, or a directory
            .pairs(pairs) // faq.csv with the columns question and answer
            .epochs(2)
            .batchSize(8)
            .run(out);
    System.out.println("model: " + result.model());
    System.out.println("report: " + result.report());
    // end of snippet
  }
}
