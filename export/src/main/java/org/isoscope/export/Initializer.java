package org.isoscope.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A tensor that an ONNX graph holds. Its values are written on demand, one by one, so that no
 * parameter is in memory twice.
 *
 * @param header name, type and shape
 * @param bytes that the values take
 * @param values little-endian, row by row
 */
record Initializer(TensorProto header, long bytes, Values values) {
  /** The byte that stands for 0 in {@link #transposed(String, SymmetricInt8, int, int)}. */
  static final int ZERO = 128;

  /** Values, written on demand. */
  @FunctionalInterface
  interface Values {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** Integers as they are: {@code [n]}, or one without a dimension. */
  static Initializer integers(String name, long[] values, long... shape) {
    return of(
        name,
        TensorProto.DataType.INT64,
        Long.BYTES,
        out -> {
          for (long value : values) {
            out.writeFixed64NoTag(value);
          }
        },
        shape);
  }

  /** Real numbers as they are, all from the buffer's start. */
  static Initializer floats(String name, FloatBuffer values, long... shape) {
    return floats(name, values.limit(), values::get, shape);
  }

  /** Gives the real number at a place. */
  @FunctionalInterface
  private interface Floats {
    float at(int place);
  }

  private static Initializer floats(String name, int count, Floats values, long... shape) {
    return of(
        name,
        TensorProto.DataType.FLOAT,
        Float.BYTES,
        out -> {
          for (int i = 0; i < count; i++) {
            writeFloat(out, values.at(i));
          }
        },
        shape);
  }

  /** The transpose of a matrix {@code [rows, columns]}: {@code [columns, rows]}. */
  static Initializer transposed(String name, FloatBuffer matrix, int rows, int columns) {
    return of(
        name,
        TensorProto.DataType.FLOAT,
        Float.BYTES,
        out -> {
          for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
              writeFloat(out, matrix.get(row * columns + column));
            }
          }
        },
        columns,
        rows);
  }

  /**
   * The transpose of an 8-bit matrix {@code [rows, columns]}, each value plus 128, unsigned: {@code
   * [columns, rows]}. Some processors' products of unsigned with signed bytes overflow in 16 bits;
   * those of unsigned bytes never do.
   */
  static Initializer transposed(String name, SymmetricInt8 matrix, int rows, int columns) {
    return of(
        name,
        TensorProto.DataType.UINT8,
        Byte.BYTES,
        out -> {
          for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
              out.writeRawByte((byte) (matrix.value(row, column) + ZERO));
            }
          }
        },
        columns,
        rows);
  }

  /** An 8-bit matrix as it is, signed: {@code [rows, columns]}. */
  static Initializer matrix(String name, SymmetricInt8 matrix, int rows, int columns) {
    return of(
        name,
        TensorProto.DataType.INT8,
        Byte.BYTES,
        out -> {
          for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
              out.writeRawByte((byte) matrix.value(row, column));
            }
          }
        },
        rows,
        columns);
  }

  /** The scales of an 8-bit matrix's rows. */
  static Initializer scales(String name, SymmetricInt8 matrix, int rows, long... shape) {
    return floats(name, rows, matrix::scale, shape);
  }

  /** The sums of an 8-bit matrix's rows, each times its scale. */
  static Initializer sums(String name, SymmetricInt8 matrix, int rows) {
    return floats(name, rows, matrix::sum, rows);
  }

  /** An unsigned byte without a dimension. */
  static Initializer unsignedByte(String name, int value) {
    return of(name, TensorProto.DataType.UINT8, Byte.BYTES, out -> out.writeRawByte((byte) value));
  }

  /** Bytes of the whole tensor as a protobuf message, its own tag and length aside. */
  long size() {
    return header.getSerializedSize()
        + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
        + CodedOutputStream.computeUInt64SizeNoTag(bytes)
        + bytes;
  }

  private static Initializer of(
      String name, TensorProto.DataType type, int width, Values values, long... shape) {
    TensorProto.Builder header =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    Arrays.stream(shape).forEach(header::addDims);
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return new Initializer(header.build(), Math.multiplyExact(elements, width), values);
  }

  private static void writeFloat(CodedOutputStream out, float value) throws IOException {
    out.writeFixed32NoTag(Float.floatToRawIntBits(value));
  }
}
