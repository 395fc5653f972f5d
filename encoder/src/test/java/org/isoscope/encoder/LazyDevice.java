package org.isoscope.encoder;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.Function;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;

/**
 * A device that is no processor's memory and there on every machine: libtorch's lazy one, whose
 * operations are written down until a value is asked for, and are then computed by TorchScript on
 * the processor. As on a GPU an operation refuses tensors of two devices, so what forgets its
 * device fails here, and values can be compared. (libtorch's {@code meta} device is no such test in
 * C++: products, sums of products and {@code cat} take tensors of two devices there, and {@code
 * embedding} is not implemented.)
 */
public final class LazyDevice {
  /** What starts it; libtorch's Java has no name for it, so this is the one that linkers have. */
  private static final String START = "_ZN5torch4lazy22InitTorchScriptBackendEv";

  private static boolean started;

  private LazyDevice() {}

  /** Starts it, once in a process; skips the test where this libtorch does not have it. */
  public static synchronized Device start() {
    Compute.load();
    if (!started) {
      Pointer function = Loader.addressof(START);
      assumeThat(function).as("a libtorch that exports " + START).isNotNull();
      Function.getFunction(new com.sun.jna.Pointer(function.address())).invokeVoid(new Object[0]);
      torch.setGraphExecutorOptimize(false); // which would take minutes
      started = true;
    }
    return new Device("lazy:0");
  }
}
