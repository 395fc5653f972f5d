package org.isoscope.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.io.UserError;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Scope;

/** Whether all processes of a training train the same. */
public final class SameTraining {
  private SameTraining() {}

  /**
   * Compares what decides the numbers of a training with the first process's. All processes call it
   * at once.
   *
   * @param own by its name
   * @throws UserError in a process where it is not the same; it names what differs
   */
  public static void require(Processes processes, Map<String, String> own) {
    if (processes.size() == 1) {
      return;
    }
    List<String> differences = Checkpoints.differences(firsts(processes, own), own);
    if (!differences.isEmpty()) {
      throw new UserError(
          "process " + processes.rank() + " of " + processes.size(),
          "trains something else than process 0: " + String.join("; ", differences),
          "the same settings, model and data in every process",
          "Start all processes with the same options, on the same files");
    }
  }

  private static Map<String, String> firsts(Processes processes, Map<String, String> own) {
    try (Scope scope = Scope.withoutGradients()) {
      int[] bytes = processes.rank() == 0 ? bytes(own) : new int[0];
      Tensor length = Tensor.create(bytes.length);
      processes.broadcast(length);
      Tensor sent = Tensor.create(processes.rank() == 0 ? bytes : new int[length.item_int()]);
      processes.broadcast(sent);
      return map(sent);
    }
  }

  private static int[] bytes(Map<String, String> map) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(map.size());
      for (Map.Entry<String, String> entry : map.entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeUTF(entry.getValue());
      }
    } catch (IOException e) { // a value of more than 65,535 bytes
      throw new UncheckedIOException(e);
    }
    byte[] written = bytes.toByteArray();
    int[] values = new int[written.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = written[i];
    }
    return values;
  }

  private static Map<String, String> map(Tensor sent) {
    byte[] bytes = new byte[Math.toIntExact(sent.numel())];
    try (var data = sent.data_ptr_int()) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) data.get(i);
      }
    }
    Map<String, String> map = new LinkedHashMap<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (int n = in.readInt(); n > 0; n--) {
        map.put(in.readUTF(), in.readUTF());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return map;
  }
}
