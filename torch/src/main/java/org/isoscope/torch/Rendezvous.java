package org.isoscope.torch;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.isoscope.io.UserError;

/**
 * Where processes find each other: a port of the first one's machine, or a file that all can write,
 * on one machine. Whoever reaches the port can disturb the computation: it belongs in a network of
 * one's own.
 */
public sealed interface Rendezvous {

  /** A port at which the first process listens. */
  record Tcp(String host, int port) implements Rendezvous {
    @Override
    public Store open(int rank, int size, Duration wait) {
      TCPStoreOptions options =
          new TCPStoreOptions()
              .port((short) port)
              .isServer(rank == 0)
              .waitWorkers(false)
              .timeout(new Milliseconds(wait.toMillis()));
      return new TCPStore(host, options);
    }

    /** The address of this machine from which the first one's is reached. */
    @Override
    public String ownAddress() {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(new InetSocketAddress(host, port)); // sends nothing
        return socket.getLocalAddress().getHostAddress();
      } catch (IOException | IllegalArgumentException e) {
        throw new UserError(
            "rendezvous " + this,
            "cannot be reached: " + e.getMessage(),
            "the address of the first process's machine",
            "Give an address that every machine can reach",
            e);
      }
    }

    @Override
    public String toString() {
      return "tcp://" + host + ":" + port;
    }
  }

  /** A file of one machine's processes, not there at first. */
  record OfMachine(Path file) implements Rendezvous {
    @Override
    public Store open(int rank, int size, Duration wait) {
      Store store = new FileStore(file.toString(), size);
      store.setTimeout(new Milliseconds(wait.toMillis()));
      return store;
    }

    @Override
    public String ownAddress() {
      return "127.0.0.1";
    }

    @Override
    public String toString() {
      return "file:" + file;
    }
  }

  /**
   * Opens the store at which the processes meet.
   *
   * @param wait how long to wait for it, and for what it is asked for
   */
  Store open(int rank, int size, Duration wait);

  /** The address at which the other processes reach this one. */
  String ownAddress();

  /**
   * The rendezvous that a word names: {@code tcp://host:port} or {@code file:path}.
   *
   * @throws UserError of the parameter {@code rendezvous} for another word
   */
  static Rendezvous parse(String word) {
    Matcher tcp =
        Pattern.compile("tcp://(\\[[0-9a-fA-F:.]+\\]|[^:/\\[\\]]+):(\\d{1,5})").matcher(word);
    if (tcp.matches()) {
      int port = Integer.parseInt(tcp.group(2));
      if (port >= 1 && port <= 0xFFFF) {
        return new Tcp(tcp.group(1).replaceAll("[\\[\\]]", ""), port);
      }
    }
    if (word.startsWith("file:") && word.length() > "file:".length()) {
      return new OfMachine(Path.of(word.substring("file:".length())));
    }
    throw UserError.parameter(
        "rendezvous",
        word,
        "is no place to meet",
        "tcp://host:port, the address of the first process and a free port there",
        "Give all processes the same one");
  }
}
