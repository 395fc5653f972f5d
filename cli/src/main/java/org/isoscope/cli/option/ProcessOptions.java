package org.isoscope.cli.option;

import java.util.Map;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In how many processes a command computes, and how they find each other. */
public final class ProcessOptions {
  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Number of processes on this machine that train together, each with a share of every"
              + " batch and of the cores. The loss is that of the whole batch. Linux only. Default:"
              + " ${DEFAULT-VALUE}.")
  public int processes;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description =
          "Number of this process, from 0, of those of several machines that train together, each"
              + " started with the same options. Process 0 writes --out and tells. Default: RANK of"
              + " the environment.")
  @Nullable Integer rank;

  @Option(
      names = "--world",
      paramLabel = "W",
      description = "How many these are. Default: WORLD_SIZE of the environment.")
  @Nullable Integer world;

  @Option(
      names = "--rendezvous",
      paramLabel = "tcp://H:P",
      description =
          "Where these meet: the address of process 0 and a free port there, in a network of one's"
              + " own, as whoever reaches it can disturb the training. Default: MASTER_ADDR and"
              + " MASTER_PORT of the environment.")
  @Nullable String rendezvous;

  /**
   * A process of several that were started one by one.
   *
   * @param rank its number
   * @param world how many there are
   * @param rendezvous where they meet
   */
  public record Member(int rank, int world, String rendezvous) {}

  /**
   * Which process this is, by the options or the environment.
   *
   * @return null where it is not one of several that were started one by one
   * @throws UserError where something of it is missing, or other processes are asked for besides
   */
  public @Nullable Member member(Map<String, String> environment) {
    Integer asRank = rank == null ? number(environment, "RANK") : rank;
    Integer asWorld = world == null ? number(environment, "WORLD_SIZE") : world;
    String where = rendezvous == null ? where(environment) : rendezvous;
    boolean asked = rank != null || world != null || rendezvous != null;
    UserError.requireRange("processes", processes, processes >= 1, "at least 1");
    if (asRank != null) {
      UserError.requireRange("rank", asRank, asRank >= 0, "at least 0");
    }
    if (asWorld != null) {
      UserError.requireRange("world", asWorld, asWorld >= 1, "at least 1");
    }
    boolean alone = processes == 1 && asWorld != null && asWorld == 1;
    if (alone || (!asked && (processes > 1 || asWorld == null || asWorld == 1))) {
      return null;
    }
    if (processes > 1) {
      throw UserError.parameter(
          "processes",
          processes,
          "goes with no --rank, --world and --rendezvous",
          "one of the two ways",
          "Leave it out, and start each process by itself");
    }
    if (asRank == null || asWorld == null || where == null) {
      throw UserError.parameter(
          asRank == null ? "rank" : asWorld == null ? "world" : "rendezvous",
          "",
          "is missing, and not in the environment",
          "--rank, --world and --rendezvous, or RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT",
          "Give all of them");
    }
    return new Member(asRank, asWorld, where);
  }

  private static @Nullable String where(Map<String, String> environment) {
    String host = environment.get("MASTER_ADDR");
    String port = environment.get("MASTER_PORT");
    return host == null || port == null ? null : "tcp://" + host + ":" + port;
  }

  private static @Nullable Integer number(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return null;
    }
    try {
      return Integer.valueOf(value.strip());
    } catch (NumberFormatException e) {
      throw new UserError(
          name + "=" + value + " of the environment",
          "is no number",
          "a whole number",
          "Unset it",
          e);
    }
  }
}
