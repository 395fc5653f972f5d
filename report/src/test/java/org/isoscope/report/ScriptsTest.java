package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.javascript.jscomp.CheckLevel;
import com.google.javascript.jscomp.CommandLineRunner;
import com.google.javascript.jscomp.Compiler;
import com.google.javascript.jscomp.CompilerOptions;
import com.google.javascript.jscomp.DiagnosticGroup;
import com.google.javascript.jscomp.DiagnosticGroups;
import com.google.javascript.jscomp.JSError;
import com.google.javascript.jscomp.SourceFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The page's scripts, checked as a whole: types by their JSDoc, names, properties. */
class ScriptsTest {
  /** All of ECharts that the page calls, and what it hands to the page. */
  private static final String EXTERNS =
      """
      /** @const */ var echarts = {};
      /** @param {?Element} place @param {?string} theme @param {!Object=} options @return {?} */
      echarts.init = function(place, theme, options) {};
      /** @record */ function Instance() {}
      Instance.prototype.on = function() {};
      Instance.prototype.setOption = function() {};
      Instance.prototype.dispatchAction = function() {};
      Instance.prototype.renderToSVGString = function() {};
      Instance.prototype.getDataURL = function() {};
      Instance.prototype.getZr = function() {};
      Instance.prototype.dispose = function() {};
      Instance.prototype.coord = function() {};
      /** @record */ function Hit() {}
      Hit.prototype.seriesName;
      Hit.prototype.seriesType;
      """;

  private static List<String> errors(List<SourceFile> scripts) throws IOException {
    CompilerOptions options = new CompilerOptions();
    options.setChecksOnly(true);
    options.setLanguageIn(CompilerOptions.LanguageMode.UNSTABLE);
    options.setCheckTypes(true);
    for (DiagnosticGroup group :
        List.of(
            DiagnosticGroups.CHECK_TYPES,
            DiagnosticGroups.CHECK_VARIABLES,
            DiagnosticGroups.UNDEFINED_VARIABLES,
            DiagnosticGroups.MISSING_PROPERTIES,
            DiagnosticGroups.SUSPICIOUS_CODE)) {
      options.setWarningLevel(group, CheckLevel.ERROR);
    }
    List<SourceFile> externs =
        new ArrayList<>(CommandLineRunner.getBuiltinExterns(CompilerOptions.Environment.BROWSER));
    externs.add(SourceFile.fromCode("echarts.js", EXTERNS));
    Compiler compiler =
        new Compiler(new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8));
    compiler.compile(externs, scripts, options);
    return compiler.getErrors().stream().map(JSError::toString).toList();
  }

  private static List<SourceFile> scripts() throws IOException {
    List<SourceFile> scripts = new ArrayList<>();
    for (String name : Report.SCRIPTS) {
      try (InputStream in = Objects.requireNonNull(Report.class.getResourceAsStream(name), name)) {
        scripts.add(
            SourceFile.fromCode(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    return scripts;
  }

  @Test
  void theScriptsHoldTheirTypes() throws IOException {
    assertThat(errors(scripts())).isEmpty();
  }

  /** The check sees what is wrong. */
  @Test
  void aWrongArgumentAndAMissingNameAreFound() throws IOException {
    List<SourceFile> scripts = scripts();
    scripts.add(SourceFile.fromCode("wrong.js", "short('a', 'b');"));
    scripts.add(SourceFile.fromCode("missing.js", "figure(RUNS[0].nosuch);"));

    assertThat(errors(scripts))
        .hasSize(2)
        .anyMatch(error -> error.contains("wrong.js") && error.contains("does not match"))
        .anyMatch(error -> error.contains("missing.js") && error.contains("nosuch"));
    scripts.add(SourceFile.fromCode("unknown.js", "nosuch();"));
    assertThat(errors(scripts)).anyMatch(error -> error.contains("variable nosuch is undeclared"));
  }
}
