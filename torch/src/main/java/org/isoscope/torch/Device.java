package org.isoscope.torch;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.io.UserError;

/**
 * Where tensors lie and are computed: in the memory of the processor or of a GPU. Operations take
 * tensors of one device. The same numbers give the same bits on the processor; on a GPU sums are
 * added in another order, and not always in the same one.
 *
 * @param label as libtorch, the command line and result files have it: {@code cpu}, {@code cuda:0}
 */
public record Device(String label) {
  /** The processor. */
  public static final Device CPU = new Device("cpu");

  private static final Device MPS = new Device("mps");
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /**
   * The device meant by {@code cpu}, {@code cuda} (the first GPU of NVIDIA's), {@code cuda:1} (the
   * second), {@code mps} (the GPU of Apple's processors) or {@code auto}: the first of cuda, mps
   * and cpu that is there. All but {@code cpu} load the native libraries.
   *
   * @throws UserError for another word, and for a device that is not there
   */
  public static Device parse(String word) {
    String name = word.strip().toLowerCase(Locale.ROOT);
    Matcher cuda = CUDA.matcher(name);
    if (cuda.matches()) {
      return cuda(word, cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
    }
    return switch (name) {
      case "cpu" -> CPU;
      case "mps" -> mps(word);
      case "auto" -> best();
      default ->
          throw UserError.parameter(
              "device",
              word,
              "is not a device",
              "cpu, cuda, cuda:1 (the second GPU), mps or auto",
              "Choose one");
    };
  }

  private static Device best() {
    Compute.load();
    return torch.cuda_is_available() ? new Device("cuda:0") : torch.hasMPS() ? MPS : CPU;
  }

  private static Device mps(String word) {
    Compute.load();
    if (!torch.hasMPS()) {
      throw UserError.parameter(
          "device",
          word,
          "is not there",
          "a GPU of Apple's, and libtorch built for it",
          "Choose cpu or auto");
    }
    return MPS;
  }

  private static Device cuda(String word, int index) {
    Compute.load();
    if (!torch.getCUDAHooks().hasCUDART()) {
      throw UserError.parameter(
          "device",
          word,
          "cannot be used: the libtorch that was loaded is not built for CUDA",
          "org.isoscope:isoscope-natives-" + Loader.getPlatform() + "-gpu, of type pom",
          "Add it in the place of the artifact without -gpu (in this project: mvn -Pcuda; there is"
              + " one for Linux and Windows on x86-64), or choose cpu");
    }
    int count = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    if (index >= count) {
      throw UserError.parameter(
          "device",
          word,
          "is not there: libtorch finds " + count + (count == 1 ? " GPU" : " GPUs"),
          "a GPU of NVIDIA's, and a driver for CUDA 13",
          count == 0
              ? "See whether nvidia-smi finds it, or choose cpu"
              : "Choose one from cuda:0 to cuda:" + (count - 1));
    }
    return new Device("cuda:" + index);
  }

  /** Whether it is the processor. */
  public boolean isCpu() {
    return equals(CPU);
  }

  /** Whether it is a GPU of NVIDIA's. */
  public boolean isCuda() {
    return label.startsWith("cuda");
  }

  /** Threads that give it work: on the processor as many as asked for, else one. */
  public int threads(int asked) {
    return isCpu() ? asked : 1;
  }

  /** Of tensors that are made on it. */
  public TensorOptions options(ScalarType type) {
    return new TensorOptions(type)
        .device(new DeviceOptional(new org.bytedeco.pytorch.Device(label)));
  }
}
