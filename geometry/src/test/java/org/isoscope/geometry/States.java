package org.isoscope.geometry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;

/** Accumulators as bytes, and back by the static {@code read} that each class has. */
final class States {
  private static final IntPredicate EVERY_TYPE = type -> true;

  private States() {}

  static byte[] written(Accumulator<?, ?> accumulator) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      accumulator.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads an accumulator of the class of another; every type is kept.
   *
   * @throws IOException as its {@code read} does
   */
  @SuppressWarnings("unchecked") // read gives what it is declared in
  static <A extends Accumulator<A, ?>> A read(A like, byte[] bytes) throws IOException {
    Method read = read(like.getClass());
    Object[] arguments = new Object[read.getParameterCount()];
    Arrays.fill(arguments, EVERY_TYPE);
    arguments[0] = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      return (A) read.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IOException refused) {
        throw refused;
      }
      throw new AssertionError("read throws what is no IOException", e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** The method that reads one; where there are several, that with the fewest parameters. */
  private static Method read(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getName().equals("read"))
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getReturnType() == type)
        .filter(method -> method.getParameterTypes()[0] == DataInput.class)
        .min(Comparator.comparingInt(Method::getParameterCount))
        .orElseThrow(() -> new AssertionError(type + " has no static read(DataInput)"));
  }

  /** What was written and read again. */
  static <A extends Accumulator<A, ?>> A copy(A accumulator) {
    try {
      return read(accumulator, written(accumulator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
