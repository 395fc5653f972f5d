package org.isoscope.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may know what: the arrows between the modules, and what may not occur at all. */
class ArchitectureTest {
  private static final String ROOT = "org.isoscope.";

  /** For each module those of the project that it may use, itself aside. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          entry("io", Set.of()),
          entry("geometry", Set.of()),
          entry("corpus", Set.of("io")),
          entry("torch", Set.of("io")),
          entry("results", Set.of("io")),
          entry("calibration", Set.of("geometry", "results", "io")),
          entry("sentence", Set.of("io")),
          entry("encoder", Set.of("sentence", "torch", "io")),
          entry("models", Set.of("encoder", "sentence", "io")),
          entry("onnx", Set.of("sentence", "io")),
          entry(
              "evaluation",
              Set.of("encoder", "geometry", "calibration", "corpus", "results", "io")),
          entry("export", Set.of("encoder", "sentence", "onnx", "geometry", "corpus", "io")),
          entry("training", Set.of("encoder", "evaluation", "corpus", "torch", "results", "io")),
          entry("report", Set.of("results", "io")),
          entry("langchain4j", Set.of("sentence")),
          entry("springai", Set.of("sentence")),
          entry(
              "spark",
              Set.of(
                  "io",
                  "geometry",
                  "torch",
                  "results",
                  "sentence",
                  "encoder",
                  "calibration",
                  "onnx",
                  "evaluation",
                  "training",
                  "study")),
          entry(
              "examples",
              Set.of(
                  "sentence",
                  "encoder",
                  "geometry",
                  "calibration",
                  "corpus",
                  "study",
                  "onnx",
                  "langchain4j",
                  "springai")),
          entry("bench", Set.of("geometry", "corpus", "encoder", "sentence", "results")),
          entry(
              "study",
              Set.of(
                  "io",
                  "geometry",
                  "corpus",
                  "torch",
                  "results",
                  "sentence",
                  "encoder",
                  "models",
                  "calibration",
                  "evaluation",
                  "training",
                  "report")),
          entry(
              "cli",
              Set.of(
                  "io",
                  "geometry",
                  "corpus",
                  "torch",
                  "results",
                  "sentence",
                  "encoder",
                  "models",
                  "calibration",
                  "evaluation",
                  "export",
                  "onnx",
                  "training",
                  "report",
                  "study")));

  private static final Set<String> FORBIDDEN_IN_NAMES = Set.of("Util", "Helper", "Manager", "Impl");

  /** The main code of every module. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.isoscope");

  static List<String> modules() {
    return ARROWS.keySet().stream().sorted().toList();
  }

  private static String module(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).split("\\.")[0];
  }

  @Test
  void everyModuleHasItsArrows() {
    assertThat(CLASSES.stream().map(ArchitectureTest::module).collect(Collectors.toSet()))
        .isEqualTo(ARROWS.keySet());
  }

  /** Else a new one would be seen by no rule. */
  @Test
  void everyModuleOfTheBuildIsSeen() throws IOException {
    // Those of a profile, indented deeper, and those without main code are asked for nothing.
    assertThat(
            Pattern.compile("^    <module>(.+)</module>$", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("../pom.xml")))
                .results()
                .map(match -> match.group(1))
                .filter(module -> Files.isDirectory(Path.of("..", module, "src", "main"))))
        .containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleUsesOnlyThoseItsArrowsLeadTo(String module) {
    String[] others =
        ARROWS.keySet().stream()
            .filter(other -> !other.equals(module) && !ARROWS.get(module).contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);

    if (others.length > 0) {
      noClasses()
          .that()
          .resideInAPackage(ROOT + module + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CLASSES);
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void everyArrowIsUsed(String module) {
    Set<String> used =
        CLASSES.stream()
            .filter(type -> module(type).equals(module))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(dependency -> dependency.getTargetClass())
            .filter(type -> type.getPackageName().startsWith(ROOT))
            .map(ArchitectureTest::module)
            .collect(Collectors.toSet());

    assertThat(used).as("an arrow that is declared and unused").containsAll(ARROWS.get(module));
  }

  @Test
  void theArrowsHaveNoCircle() {
    Set<String> settled = new TreeSet<>();
    while (settled.size() < ARROWS.size()) {
      Set<String> next =
          ARROWS.keySet().stream()
              .filter(m -> !settled.contains(m) && settled.containsAll(ARROWS.get(m)))
              .collect(Collectors.toSet());
      assertThat(next).as("modules that depend on nothing but %s", settled).isNotEmpty();
      settled.addAll(next);
    }
  }

  @Test
  void libtorchStaysInTorchEncoderAndTraining() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "torch", ROOT + "encoder", ROOT + "training", ROOT + "bench")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .because("outside, vectors are plain arrays; also for the checkpoint formats")
        .check(CLASSES);
  }

  @Test
  void theTokenizersLibraryStaysWhereTextsAreSplit() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "encoder", ROOT + "sentence")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  void onnxRuntimeStaysInOnnx() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "onnx")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(CLASSES);
  }

  @Test
  void geometryIsUsableAlone() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "geometry..")
        .should()
        .dependOnClassesThat(
            describe(
                "are neither the JDK's nor its own nor EJML's",
                type ->
                    !type.getPackageName().startsWith("java.")
                        && !resideInAnyPackage(ROOT + "geometry..", "org.jspecify..", "org.ejml..")
                            .test(type)
                        && !type.isPrimitive()
                        && !type.isArray()))
        .check(CLASSES);
  }

  @Test
  void namesSayWhatAClassIs() {
    assertThat(CLASSES.stream().map(JavaClass::getSimpleName))
        .noneMatch(name -> FORBIDDEN_IN_NAMES.stream().anyMatch(name::contains));
    assertThat(CLASSES.stream().map(JavaClass::getPackageName))
        .noneMatch(name -> name.matches(".*\\.(common|utils?)(\\..*)?"));
  }

  @Test
  void onlyTheProgramEndsTheProcess() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Isoscope.class)
        .and()
        .resideOutsideOfPackage(ROOT + "bench..") // programs, too
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }

  /** The commands of isoscope-spark, whose options these are. */
  private static final Set<String> HAVE_OPTIONS =
      Set.of(
          "AnalyzeTable.java",
          "EncodeTable.java",
          "TrainProcesses.java",
          "TransformTable.java",
          "EncoderOptions.java",
          "ModelOptions.java",
          "TableOptions.java",
          "IsoscopeSpark.java");

  /** Whole commands, told as what to run next: in advice, reports and model cards. */
  private static final Set<String> TELL_COMMANDS =
      Set.of(
          "Advices.java",
          "AnalysisJob.java",
          "Calibrations.java",
          "DecisionSection.java",
          "ModelCard.java",
          "OnnxSentenceEncoder.java",
          "Result.java",
          "SpecReader.java",
          "Transforms.java",
          "VectorAnalysisJob.java");

  private static final Pattern OPTION_IN_A_STRING =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*(?<![\\w-])--[a-z]");

  @Test
  void errorsOfTheLibraryNameParametersNotOptions() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : ARROWS.keySet()) {
      if (module.equals("cli") || module.equals("bench")) {
        continue;
      }
      for (Path file : sources(Path.of("..", module, "src/main/java"))) {
        String name = file.getFileName().toString();
        if (!TELL_COMMANDS.contains(name) && !HAVE_OPTIONS.contains(name)) {
          Files.readAllLines(file).stream()
              .filter(line -> !line.strip().startsWith("*") && !line.strip().startsWith("//"))
              .filter(line -> OPTION_IN_A_STRING.matcher(line).find())
              .forEach(line -> found.add(file.getFileName() + ": " + line.strip()));
        }
      }
    }

    assertThat(found).as("UserError.name gives an option's name to the command line").isEmpty();
    assertThat(OPTION_IN_A_STRING.matcher("\"Choose \" + x + \" by --out\"").find()).isTrue();
  }

  private static List<Path> sources(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void nothingIsDeserialized() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(java.io.ObjectInputStream.class)
        .because("an object stream runs code of whoever wrote it")
        .check(CLASSES);
  }

  /** Draws from a generator whose state is not the seed's: Java's own, and libtorch's global. */
  private static final DescribedPredicate<JavaAccess<?>> UNSEEDED =
      describe(
          "draws without the run's seed",
          access -> {
            JavaClass owner = access.getTargetOwner();
            String name = access.getName();
            if (owner.isEquivalentTo(Random.class)
                || owner.isEquivalentTo(java.util.SplittableRandom.class)) {
              return name.equals("<init>") && access.getDescription().contains("<init>()>");
            }
            if (owner.isEquivalentTo(Math.class)) {
              return name.equals("random");
            }
            if (owner.getName().equals("org.bytedeco.pytorch.global.torch")) {
              return name.matches("rand.*|bernoulli.*|normal|multinomial|dropout.*");
            }
            return owner.getName().startsWith("org.bytedeco.pytorch")
                ? name.matches("(random|uniform|normal|bernoulli|exponential|cauchy|geometric)_")
                : owner.isEquivalentTo(java.util.concurrent.ThreadLocalRandom.class)
                    || owner.isEquivalentTo(java.security.SecureRandom.class);
          });

  private static final ArchRule ONLY_SEEDED_DRAWS =
      noClasses()
          .should()
          .accessTargetWhere(UNSEEDED)
          .because("the same seed must give the same bits");

  @Test
  void everyDrawHasASeed() {
    ONLY_SEEDED_DRAWS.check(CLASSES);
  }

  /** Negative control: breaks the rules. */
  private static final class Breach {
    private Breach() {}

    static double draw() {
      return Math.random() + new Random().nextDouble();
    }
  }

  @Test
  void theRulesCanFail() {
    JavaClasses breach = new ClassFileImporter().importClasses(Breach.class);

    assertThatThrownBy(() -> ONLY_SEEDED_DRAWS.check(breach))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Math.random()")
        .hasMessageContaining("Random.<init>()");
    assertThatThrownBy(
            () ->
                noClasses()
                    .that(resideInAPackage(ROOT + "cli.."))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROOT + "report..")
                    .check(CLASSES))
        .as("cli does use report")
        .isInstanceOf(AssertionError.class);
  }
}
