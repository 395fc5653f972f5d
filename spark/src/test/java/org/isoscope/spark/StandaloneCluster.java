package org.isoscope.spark;

import static java.util.Map.entry;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark standalone cluster of a master and workers on the loopback interface: processes of this
 * Java, with the jars of the test's class path and no distribution of Spark. An application has an
 * executor of one core on each worker, and two applications find room.
 *
 * <p>Its SPARK_HOME has Spark and what belongs to it alone; the project and its natives come to the
 * executors as a job's jars do, in a class loader of their own.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");
  private static final Pattern EXECUTOR = Pattern.compile("CoarseGrainedExecutorBackend");

  /** What a job brings: neither Spark nor one of its dependencies. */
  private static final Pattern OF_A_JOB =
      Pattern.compile(
          "/(classes|test-classes|main|test)$|/isoscope-|/org/bytedeco/|/ai/djl/"
              + "|/com/microsoft/onnxruntime/|/info/picocli/");

  /** How an application is run: an executor on each worker, waited for. */
  private static final Map<String, String> CONF =
      Map.ofEntries(
          entry("spark.driver.host", LOOPBACK),
          entry("spark.driver.bindAddress", LOOPBACK),
          entry("spark.ui.enabled", "false"),
          entry("spark.cores.max", "2"),
          entry("spark.executor.cores", "1"),
          entry("spark.executor.memory", "1g"),
          entry("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"),
          entry("spark.scheduler.minRegisteredResourcesRatio", "1"),
          entry("spark.speculation", "true"),
          entry("spark.speculation.efficiency.enabled", "false"), // by time alone
          entry("spark.sql.shuffle.partitions", "4"));

  private static final long PATIENCE_SECONDS = 60;

  private final Path home;
  private final List<Process> processes = new ArrayList<>();
  private final String url;
  private final Map<Path, Path> jobJars = new LinkedHashMap<>(); // of entries of the class path

  private StandaloneCluster(int workers) throws IOException {
    home = Files.createTempDirectory("isoscope-spark");
    try {
      jars();
      Path log = home.resolve("master.log");
      daemon(
          log,
          LOOPBACK,
          "org.apache.spark.deploy.master.Master",
          "--port",
          "0",
          "--webui-port",
          "0");
      url = await(log, MASTER).group(1);
      for (int i = 0; i < workers; i++) {
        Path of = home.resolve("worker" + i + ".log");
        daemon(
            of,
            host(i),
            "org.apache.spark.deploy.worker.Worker",
            "--webui-port",
            "0",
            "-c",
            "2",
            "-m",
            "2g",
            "-d",
            home.resolve("worker" + i).toString(),
            url);
      }
      for (int i = 0; i < workers; i++) {
        await(home.resolve("worker" + i + ".log"), REGISTERED);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts one. */
  static StandaloneCluster start(int workers) throws IOException {
    return new StandaloneCluster(workers);
  }

  /** Links Spark's jars into the home, and packs what is a directory of classes. */
  private void jars() throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (!Files.exists(path) || entry.endsWith(".pom")) {
        continue;
      }
      if (!OF_A_JOB.matcher(entry).find()) {
        Files.createSymbolicLink(jars.resolve(path.getFileName()), path.toAbsolutePath());
      } else if (Files.isDirectory(path)) {
        jobJars.put(path, pack(path, home.resolve("classes" + jobJars.size() + ".jar")));
      } else {
        jobJars.put(path, path.toAbsolutePath());
      }
    }
  }

  /** Packs the files of a directory into a jar, or another zip file. */
  static Path pack(Path classes, Path jar) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(0);
      for (Path file : files) {
        zip.putNextEntry(
            new ZipEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, zip);
      }
    }
    return jar;
  }

  /** Hosts of their own where there are more addresses: a task runs twice on two hosts alone. */
  private static String host(int worker) {
    return hasHosts() ? "127.0.0." + (1 + worker) : LOOPBACK;
  }

  /** Whether every worker has a host of its own. */
  static boolean hasHosts() {
    return System.getProperty("os.name").equals("Linux");
  }

  private void daemon(Path log, String host, String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(java());
    Collections.addAll(command, "-Xmx256m", main, "--host", host);
    Collections.addAll(command, arguments);
    processes.add(process(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
  }

  /** A Java that has the home's jars on its class path. */
  List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Collections.addAll(command, JavaModuleOptions.defaultModuleOptions().split(" "));
    Collections.addAll(command, "-cp", home.resolve("jars") + File.separator + "*");
    return command;
  }

  /** A process with what Spark reads of the environment. */
  ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", LOOPBACK);
    builder.environment().put("SPARK_LOCAL_DIRS", home.resolve("local").toString());
    return builder;
  }

  private Matcher await(Path log, Pattern line) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      String text = Files.exists(log) ? Files.readString(log) : "";
      Matcher matcher = line.matcher(text);
      if (matcher.find()) {
        return matcher;
      }
      boolean dead = processes.stream().anyMatch(process -> !process.isAlive());
      if (dead || System.nanoTime() > end) {
        throw new IOException(log.getFileName() + " does not say \"" + line + "\":\n" + text);
      }
      pause();
    }
  }

  static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Where its master is. */
  String url() {
    return url;
  }

  /** Jars of the project, as {@code --jars} takes them. */
  String jobJars() {
    return jobJars.values().stream().map(Path::toString).collect(Collectors.joining(","));
  }

  /** The command that submits the program, which runs in the process that this starts. */
  ProcessBuilder submit(List<String> arguments) throws URISyntaxException {
    List<String> command = new ArrayList<>(java());
    Collections.addAll(command, "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    Collections.addAll(command, "org.apache.spark.deploy.SparkSubmit", "--master", url);
    CONF.forEach((name, value) -> Collections.addAll(command, "--conf", name + "=" + value));
    Collections.addAll(command, "--jars", jobJars(), "--class", IsoscopeSpark.class.getName());
    Path classes =
        Path.of(IsoscopeSpark.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    command.add(jobJars.get(classes).toString());
    command.addAll(arguments);
    return process(command);
  }

  /**
   * A session of a job on it, whose driver is this process.
   *
   * @param archives that it brings, as {@code --archives} takes them
   */
  SparkSession session(String... archives) {
    SparkSession.Builder builder = TestSession.settings(SparkSession.builder());
    CONF.forEach(builder::config);
    return builder
        .master(url)
        .config("spark.jars", jobJars())
        .config("spark.archives", String.join(",", archives))
        .getOrCreate();
  }

  /** The processes of its executors that are alive. */
  List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(ProcessHandle::isAlive)
        .filter(process -> EXECUTOR.matcher(process.info().commandLine().orElse("")).find())
        .toList();
  }

  /** Ends it, its executors and its files. */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process process : processes) {
      process.descendants().forEach(all::add);
      all.add(process.toHandle());
    }
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
