package org.isoscope.corpus;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in a .parquet: a column of lists of numbers, or a column of numbers an element. Columns
 * are read as such, level by level, so that every way to nest a list is the same: one leaf,
 * repeated once.
 */
final class ParquetVectors extends VectorFile {
  /** What can be read without Hadoop. */
  private static final Set<CompressionCodecName> CODECS =
      EnumSet.of(
          CompressionCodecName.UNCOMPRESSED,
          CompressionCodecName.SNAPPY,
          CompressionCodecName.ZSTD,
          CompressionCodecName.LZ4_RAW);

  private final Path file;
  private final List<String> fields;
  private int dimension;

  private ParquetVectors(String name, Path file, List<String> fields) {
    super(name);
    this.file = file;
    this.fields = fields;
  }

  static ParquetVectors open(String name, Path file, Columns columns) {
    if (columns.header() != Columns.Header.IMPLIED
        || columns.columns().stream().anyMatch(Columns::isNumber)) {
      throw new UserError(
          name,
          "is a .parquet, whose columns have names and no header",
          "names with --column",
          "Name the columns, and leave out --header");
    }
    ParquetVectors vectors = new ParquetVectors(name, file, columns.columns());
    try (Cursor cursor = vectors.new Cursor()) {
      int length = cursor.next();
      if (length < 0) {
        throw none(name);
      }
      vectors.dimension = checkDimension(row(name, 0), length);
    }
    return vectors;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void forEach(Sink sink) {
    try (Cursor cursor = new Cursor()) {
      for (int length = cursor.next(); length >= 0; length = cursor.next()) {
        checkLength(row(name, cursor.index), length, dimension);
        sink.vector(cursor.vector, cursor.index);
      }
    }
  }

  /** Goes over the rows. What the library throws of damaged files is told as such. */
  private final class Cursor implements AutoCloseable {
    private final ParquetFileReader reader;
    private final MessageType projection;
    private final List<ColumnDescriptor> leaves;
    private final boolean lists;
    private final int elementLevel;
    private List<ColumnReader> columns = List.of();
    private final long[] values; // left in the row group, by column
    private long left; // rows in the row group

    /** The row at hand, from 0. */
    private long index = -1;

    /** Its elements. */
    private float[] vector = new float[dimension];

    Cursor() {
      try {
        reader =
            ParquetFileReader.open(
                new LocalInputFile(file),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
      } catch (IOException | RuntimeException e) {
        throw damaged(e);
      }
      try {
        MessageType schema = reader.getFileMetaData().getSchema();
        List<String> chosen = choose(schema);
        lists = isList(schema.getType(chosen.get(0)));
        projection =
            new MessageType(schema.getName(), chosen.stream().map(schema::getType).toList());
        leaves = new ArrayList<>();
        for (String field : chosen) {
          leaves.addAll(
              projection.getColumns().stream().filter(c -> c.getPath()[0].equals(field)).toList());
        }
        values = new long[leaves.size()];
        elementLevel = lists ? repeatedLevel(projection, leaves.get(0)) : 0;
        checkChunks();
        reader.setRequestedSchema(projection);
      } catch (RuntimeException e) {
        close();
        throw e instanceof UserError ? e : damaged(e);
      } catch (IOException e) {
        close();
        throw UserError.reading(file, e);
      }
    }

    /**
     * The length of the next row, whose first elements {@link #vector} then holds.
     *
     * @return -1 where there is none
     */
    int next() {
      try {
        while (left == 0) {
          PageReadStore pages = reader.readNextRowGroup();
          if (pages == null) {
            return -1;
          }
          start(pages);
        }
        left--;
        index++;
        return lists ? list() : numbers();
      } catch (UserError e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        throw damaged(e);
      }
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

    /** Goes to the column's next value. */
    private void consume(int c) {
      columns.get(c).consume();
      values[c]--;
    }

    /** A column says for itself how many values it has, and how many rows they make. */
    private void checkLeft(int c) {
      if (values[c] <= 0) {
        throw new IllegalArgumentException("a column has fewer values than there are rows");
      }
    }

    private int list() {
      ColumnReader column = columns.get(0);
      checkLeft(0);
      int full = column.getDescriptor().getMaxDefinitionLevel();
      int length = 0;
      if (column.getCurrentDefinitionLevel() < elementLevel) {
        consume(0); // no list, or an empty one
        return 0;
      }
      do {
        if (column.getCurrentDefinitionLevel() < full) {
          throw missing(length);
        }
        if (length == vector.length) {
          if (length >= MAX_DIMENSION) {
            checkDimension(row(name, index), length + 1L);
          }
          vector = Arrays.copyOf(vector, Math.max(8, 2 * length));
        }
        vector[length] = element(row(name, index), length, value(column));
        length++;
        consume(0);
      } while (values[0] > 0 && column.getCurrentRepetitionLevel() > 0);
      return length;
    }

    private int numbers() {
      if (vector.length == 0) {
        vector = new float[checkDimension(row(name, index), columns.size())];
      }
      for (int j = 0; j < columns.size(); j++) {
        ColumnReader column = columns.get(j);
        checkLeft(j);
        if (column.getCurrentDefinitionLevel() < column.getDescriptor().getMaxDefinitionLevel()) {
          throw missing(j);
        }
        vector[j] = element(row(name, index), j, value(column));
        consume(j);
      }
      return columns.size();
    }

    private UserError missing(int j) {
      return new UserError(
          row(name, index),
          "element " + j + " is null",
          "a number",
          "Mend or leave out this vector (rows and elements are counted from 0)");
    }

    private static double value(ColumnReader column) {
      return column.getDescriptor().getPrimitiveType().getPrimitiveTypeName()
              == PrimitiveTypeName.FLOAT
          ? column.getFloat()
          : column.getDouble();
    }

    /** The library makes buffers of the lengths it is told: they must lie in the file. */
    private void checkChunks() throws IOException {
      long size = Files.size(file);
      for (BlockMetaData block : reader.getFooter().getBlocks()) {
        for (ColumnChunkMetaData chunk : block.getColumns()) {
          if (leaves.stream().noneMatch(c -> chunk.getPath().equals(path(c)))) {
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

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw UserError.reading(file, e);
      }
    }
  }

  private static ColumnPath path(ColumnDescriptor column) {
    return ColumnPath.get(column.getPath());
  }

  /** The definition level at which an element is there. */
  private static int repeatedLevel(MessageType schema, ColumnDescriptor leaf) {
    String[] path = leaf.getPath();
    for (int length = 1; length <= path.length; length++) {
      String[] part = Arrays.copyOf(path, length);
      if (schema.getMaxRepetitionLevel(part) == 1) {
        return schema.getMaxDefinitionLevel(part);
      }
    }
    throw new IllegalArgumentException("a list that does not repeat");
  }

  private List<String> choose(MessageType schema) {
    List<String> lists = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (Type field : schema.getFields()) {
      all.add(field.getName());
      if (isList(field)) {
        lists.add(field.getName());
      } else if (isNumber(field)) {
        numbers.add(field.getName());
      }
    }
    if (fields.isEmpty()) {
      if (lists.size() > 1) {
        throw new UserError(
            name,
            "has more than one column of lists: " + shown(lists),
            "one of these",
            "Name it with --column");
      }
      if (lists.isEmpty() && numbers.isEmpty()) {
        throw new UserError(
            name,
            "has no column of FLOAT, DOUBLE or lists of these, but " + shown(all),
            "such a column",
            "Write the vectors as a list<float> column");
      }
      return lists.isEmpty() ? numbers : lists;
    }
    for (String field : fields) {
      if (!all.contains(field)) {
        throw new UserError(
            name,
            "has no column " + Rows.shown(field),
            "one of " + shown(all),
            "Name one of these with --column");
      }
      if (!numbers.contains(field) && !(lists.contains(field) && fields.size() == 1)) {
        throw new UserError(
            name,
            "column "
                + Rows.shown(field)
                + (lists.contains(field) ? " holds whole vectors" : " holds no numbers"),
            "one column of lists of FLOAT or DOUBLE, or columns of FLOAT or DOUBLE",
            "Name others with --column");
      }
    }
    return fields;
  }

  private static String shown(List<String> names) {
    return String.join(", ", names.stream().map(Rows::shown).toList());
  }

  private static boolean isNumber(Type field) {
    return field.isPrimitive()
        && !field.isRepetition(Type.Repetition.REPEATED)
        && isFloating(field);
  }

  /** One leaf of numbers, repeated once on the way to it. */
  private static boolean isList(Type field) {
    int repeated = 0;
    Type type = field;
    while (true) {
      repeated += type.isRepetition(Type.Repetition.REPEATED) ? 1 : 0;
      if (type.isPrimitive()) {
        return repeated == 1 && isFloating(type);
      }
      GroupType group = type.asGroupType();
      if (group.getFieldCount() != 1) {
        return false;
      }
      type = group.getType(0);
    }
  }

  private static boolean isFloating(Type primitive) {
    PrimitiveTypeName type = primitive.asPrimitiveType().getPrimitiveTypeName();
    return type == PrimitiveTypeName.FLOAT || type == PrimitiveTypeName.DOUBLE;
  }

  private UserError damaged(Exception e) {
    if (e instanceof FileNotFoundException unread) {
      return UserError.reading(file, unread);
    }
    @Nullable String message = e.getMessage();
    return new UserError(
        name,
        "is no Parquet file, or damaged" + (message == null ? "" : ": " + Rows.shown(message)),
        "a whole Parquet file",
        "Write it again",
        e);
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
