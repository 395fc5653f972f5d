package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** That memory runs out in a worker is told as what it is, in one line. */
class FullHeapTest {
  private static String told(Exception thrown) throws Exception {
    StringWriter err = new StringWriter();
    CommandLine line = Isoscope.commandLine();
    line.setErr(new PrintWriter(err, true));
    int code =
        line.getExecutionExceptionHandler()
            .handleExecutionException(thrown, line, line.parseArgs("models"));
    assertThat(code).isEqualTo(1);
    return err.toString();
  }

  @Test
  void aFullHeapIsTheErrorAndNotATrace() throws Exception {
    String told =
        told(new IllegalStateException(new RuntimeException(new OutOfMemoryError("as meant"))));
    long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
    assertThat(told.lines()).hasSize(1);
    assertThat(told)
        .startsWith("isoscope: the Java heap of " + mebibytes + " MiB is full (as meant). Give it")
        .contains("JAVA_OPTS=-Xmx" + Math.max(1024, 4 * mebibytes) + "m isoscope");
  }

  @Test
  void anotherFaultKeepsItsTrace() throws Exception {
    assertThat(told(new IllegalStateException("a fault")))
        .startsWith("java.lang.IllegalStateException: a fault")
        .contains("\tat ");
  }
}
