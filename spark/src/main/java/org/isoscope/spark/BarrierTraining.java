package org.isoscope.spark;

import java.io.IOException;
import java.io.Serializable;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.isoscope.io.UserError;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.RunRecord;
import org.isoscope.study.TrainingJob;
import org.isoscope.torch.GlooProcesses;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Rendezvous;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * A training in the tasks of a barrier stage, which Spark starts all at once: each is a process of
 * one training, with a share of every batch and the loss of the whole (see {@link Processes}). The
 * tensors go between the executors, not through Spark.
 *
 * <p>Every executor reads the data and the model by the same names, and the first one writes the
 * result: both lie where all machines see them. Where a task fails Spark begins the stage anew, as
 * often as it does with any stage, and the training goes on from its last whole checkpoint.
 */
final class BarrierTraining implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, Object> settings;
  private final String out;
  private final boolean overwrite;

  /**
   * Names a training.
   *
   * @param settings by their names, as {@link NamedTraining} has them; values that can be sent
   * @param out the result directory, as every machine names it
   */
  BarrierTraining(Map<String, Object> settings, Path out, boolean overwrite) {
    this.settings = new HashMap<>(settings);
    this.out = out.toString();
    this.overwrite = overwrite;
  }

  /**
   * Trains.
   *
   * @param processes how many tasks; the cluster has to have as many free at once
   * @return what the first process has to tell, a line each
   * @throws UserError where a process fails for a reason that someone can mend
   */
  List<String> run(SparkSession session, int processes) {
    UserError.requireRange("processes", processes, processes >= 1, "at least 1");
    NamedTraining.job(settings, JobListener.SILENT); // what cannot be is told before it is sent
    List<Integer> ranks = IntStream.range(0, processes).boxed().toList();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    ClassTag<String> strings = scala.reflect.ClassTag$.MODULE$.apply(String.class);
    Function1<Iterator<Integer>, Iterator<String>> work =
        (Function1<Iterator<Integer>, Iterator<String>> & Serializable)
            rank -> CollectionConverters.asScala(process().iterator());
    return Failures.told(
        () ->
            JavaRDD.fromRDD(
                    context
                        .parallelize(ranks, processes)
                        .rdd()
                        .barrier()
                        .mapPartitions(work, false, strings),
                    strings)
                .repartition(1) // Spark begins a barrier stage anew only where another follows it
                .collect());
  }

  /** What one task does. */
  private List<String> process() {
    BarrierTaskContext context = BarrierTaskContext.get();
    int rank = context.partitionId();
    int size = context.getTaskInfos().length;
    String port = rank == 0 ? String.valueOf(freePort()) : "";
    int chosen = Integer.parseInt(context.allGather(port)[0]);
    String address = context.getTaskInfos()[0].address();
    String host = address.substring(0, address.lastIndexOf(':'));
    TrainingJob job =
        NamedTraining.job(settings, JobListener.SILENT)
            .threads(Math.max(1, context.cpus()))
            .overwrite(overwrite)
            .resume(context.stageAttemptNumber() > 0);
    if (size == 1) {
      return first(job);
    }
    try (Processes processes =
        GlooProcesses.join(new Rendezvous.Tcp(host, chosen), rank, size, () -> null)) {
      job.processes(processes);
      if (rank == 0) {
        return first(job);
      }
      RunRecord record = job.record(JobListener.SILENT);
      job.follow(record, JobListener.SILENT);
      return List.of();
    }
  }

  private List<String> first(TrainingJob job) {
    TrainingJob.Result result = job.run(Path.of(out), JobListener.SILENT);
    int steps = result.run().metrics().size();
    return List.of(
        steps + " steps, loss of the last " + result.run().metrics().get(steps - 1).loss(),
        "Model: " + result.model(),
        "Report: " + result.report());
  }

  /** A port that is free at this moment; who takes it before it is used makes the stage fail. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UserError(
          "a port", "cannot be had: " + e.getMessage(), "one that is free", "Try again", e);
    }
  }
}
