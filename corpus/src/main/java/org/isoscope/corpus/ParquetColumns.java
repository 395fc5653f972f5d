package org.isoscope.corpus;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.isoscope.io.UserError;
import org.isoscope.io.Wording;
import org.jspecify.annotations.Nullable;

/**
 * The chosen columns of a .parquet, row by row, in the memory of one row group's pages. What the
 * library throws of damaged files is told as such.
 */
final class ParquetColumns implements AutoCloseable {
  /** What can be read without Hadoop. */
  private static final Set<CompressionCodecName> CODECS =
      EnumSet.of(
          CompressionCodecName.UNCOMPRESSED,
          CompressionCodecName.SNAPPY,
          CompressionCodecName.ZSTD,
          CompressionCodecName.LZ4_RAW);

  private final String name;
  private final Path file;
  private final ParquetFileReader reader;
  private MessageType projection;
  private List<ColumnDescriptor> leaves = List.of();
  private List<ColumnReader> columns = List.of();
  private long[] values = {}; // left in the row group, by column
  private long left; // rows in the row group
  private long index = -1;

  /** Opens a file; before its rows, columns are to be chosen. */
  ParquetColumns(InputFile input) {
    this.name = input.name();
    this.file = input.path();
    try {
      reader =
          ParquetFileReader.open(
              new LocalInputFile(input.path()),
              ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
    projection = reader.getFileMetaData().getSchema();
  }

  /**
   * Refuses numbers of columns, and a header.
   *
   * @param name of the file, as the user gave it
   */
  static void requireNames(String name, Columns columns) {
    if (columns.header() != Columns.Header.DETECTED
        || columns.columns().stream().anyMatch(Columns::isNumber)) {
      throw new UserError(
          name,
          "is a .parquet, whose columns have names and no header",
          "names of columns",
          "Name the columns, and leave out the header");
    }
  }

  /** Columns of the file, all of them until some are chosen. */
  MessageType schema() {
    return projection;
  }

  /** What is told of a column that is not there. */
  UserError lacks(String column) {
    return new UserError(
        name,
        "has no column " + Rows.shown(column),
        "one of " + shown(projection.getFields().stream().map(Type::getName).toList()),
        "Name one of these");
  }

  /** Names as an error lists them. */
  static String shown(List<String> names) {
    return String.join(", ", names.stream().map(Rows::shown).toList());
  }

  /** Chooses columns, in this order; a column may be chosen more than once. */
  void choose(List<String> fields) {
    try {
      MessageType schema = projection;
      projection =
          new MessageType(
              schema.getName(), fields.stream().distinct().map(schema::getType).toList());
      leaves = new ArrayList<>();
      for (String field : fields.stream().distinct().toList()) {
        leaves.addAll(
            projection.getColumns().stream().filter(c -> c.getPath()[0].equals(field)).toList());
      }
      values = new long[leaves.size()];
      checkChunks();
      reader.setRequestedSchema(projection);
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  /** The chosen columns' leaves. */
  List<ColumnDescriptor> leaves() {
    return leaves;
  }

  /** Goes to the next row; false where there is none. */
  boolean next() {
    try {
      while (left == 0) {
        PageReadStore pages = reader.readNextRowGroup();
        if (pages == null) {
          return false;
        }
        start(pages);
      }
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
    left--;
    index++;
    return true;
  }

  private void start(PageReadStore pages) {
    ColumnReadStoreImpl store =
        new ColumnReadStoreImpl(
            pages, new Silent(projection), projection, reader.getFileMetaData().getCreatedBy());
    columns = leaves.stream().map(store::getColumnReader).toList();
    left = pages.getRowCount();
    for (int c = 0; c < values.length; c++) {
      values[c] = pages.getPageReader(leaves.get(c)).getTotalValueCount();
    }
  }

  /** The row at hand, from 0. */
  long index() {
    return index;
  }

  /** The row at hand, as errors name it. */
  String place() {
    return VectorFile.row(name, index);
  }

  /** A leaf's column at its next value, which is there. */
  ColumnReader column(int c) {
    // A column says for itself how many values it has, and how many rows they make.
    if (values[c] <= 0) {
      throw new IllegalArgumentException("a column has fewer values than there are rows");
    }
    return columns.get(c);
  }

  /** Goes to the column's next value. */
  void consume(int c) {
    columns.get(c).consume();
    values[c]--;
  }

  /** Whether the column's next value belongs to the row at hand. */
  boolean repeats(int c) {
    return values[c] > 0 && columns.get(c).getCurrentRepetitionLevel() > 0;
  }

  /** The library makes buffers of the lengths it is told: they must lie in the file. */
  private void checkChunks() throws IOException {
    long size = Files.size(file);
    for (BlockMetaData block : reader.getFooter().getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (leaves.stream().noneMatch(c -> chunk.getPath().equals(ColumnPath.get(c.getPath())))) {
          continue;
        }
        if (!CODECS.contains(chunk.getCodec())) {
          throw new UserError(
              name,
              "is compressed with " + chunk.getCodec(),
              "no compression, SNAPPY, ZSTD or LZ4_RAW",
              "Write it again with another compression");
        }
        long from = chunk.getStartingPos();
        if (from < 0 || chunk.getTotalSize() < 0 || chunk.getTotalSize() > size - from) {
          throw new IllegalArgumentException("a column lies outside the file");
        }
      }
    }
  }

  /** What is told of a file that the library, or a check of lengths, found wrong. */
  UserError damaged(Exception e) {
    if (e instanceof UserError told) {
      return told;
    }
    if (e instanceof FileNotFoundException unread) {
      return UserError.reading(file, unread);
    }
    @Nullable String message = e.getMessage();
    return new UserError(
        name,
        "is no Parquet file, or damaged"
            + (message == null ? "" : ": " + Rows.shown(Wording.plain(message))),
        "a whole Parquet file",
        "Write it again",
        e);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  /** Takes nothing: values are read from the columns themselves. */
  private static final class Silent extends GroupConverter {
    private final GroupType type;

    Silent(GroupType type) {
      this.type = type;
    }

    @Override
    public Converter getConverter(int field) {
      Type child = type.getType(field);
      return child.isPrimitive() ? new PrimitiveConverter() {} : new Silent(child.asGroupType());
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
