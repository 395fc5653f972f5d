package org.isoscope.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.isoscope.io.UserError;

/**
 * In what the matrix products are computed. Parameters, norms, softmax, losses and the optimizer's
 * state are fp32 always.
 */
public enum Precision {
  /** IEEE single precision. */
  FP32,
  /** Products of bfloat16 numbers summed in single precision; 8 bits of significand. */
  BF16;

  /** The name used on the command line and in result files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The precision meant by {@code fp32}, {@code bf16} or {@code auto}: {@code auto} is bf16 where
   * the device multiplies bf16 in hardware, else fp32. GPUs of NVIDIA's are taken to do so: of
   * those that CUDA 13 knows, only Turing's (2018) do not.
   *
   * @param device that computes
   * @throws UserError for another word, and for bf16 on a processor that lacks it
   */
  public static Precision parse(String word, Device device) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "fp32" -> FP32;
      case "bf16" -> {
        if (device.isCpu() && !hardwareHasBf16()) {
          throw UserError.parameter(
              "precision",
              "bf16",
              "this processor has no bf16 arithmetic, which would be several times slower here",
              "avx512_bf16 or AMX",
              "Choose fp32 or auto");
        }
        yield BF16;
      }
      case "auto" -> device.isCuda() || (device.isCpu() && hardwareHasBf16()) ? BF16 : FP32;
      default ->
          throw UserError.parameter(
              "precision", word, "is not a precision", "fp32, bf16 or auto", "Choose one");
    };
  }

  /** Whether this processor multiplies bf16 in hardware: avx512_bf16 or AMX (Linux only). */
  public static boolean hardwareHasBf16() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return false;
    }
    try (var lines = Files.lines(cpuinfo)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Arrays.asList(line.split("\\s+")))
          .map(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"))
          .orElse(false);
    } catch (IOException e) {
      return false;
    }
  }
}
