package org.isoscope.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
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
  private final List<String> fields;
  private final List<ColumnChoice.Beside> beside;
  private final @Nullable String words;
  private int dimension;

  private ParquetVectors(InputFile file, ColumnChoice choice) {
    super(file);
    this.fields = choice.fields();
    this.beside = choice.beside();
    this.words = choice.words();
  }

  static ParquetVectors open(InputFile file, Columns columns) {
    String name = file.name();
    ColumnChoice choice = ColumnChoice.of(file, columns, ColumnChoice.Wanted.VECTOR);
    ParquetVectors vectors = new ParquetVectors(file, choice);
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
  public @Nullable String columns() {
    return words;
  }

  @Override
  public List<String> beside() {
    return beside.stream().map(ColumnChoice.Beside::name).toList();
  }

  @Override
  public void forEachBeside(BesideSink sink) {
    try (Cursor cursor = new Cursor()) {
      for (int length = cursor.next(); length >= 0; length = cursor.next()) {
        checkLength(cursor.columns.place(), length, dimension);
        sink.vector(cursor.vector, cursor.columns.index(), cursor.beside());
      }
    }
  }

  /** Goes over the rows. */
  private final class Cursor implements AutoCloseable {
    private final ParquetColumns columns = new ParquetColumns(file);
    private final boolean lists;
    private final int vectorLeaves;
    private final int elementLevel;

    /** The elements of the row at hand. */
    private float[] vector = new float[dimension];

    Cursor() {
      try {
        List<String> chosen = chosen(columns);
        lists = isList(columns.schema().getType(chosen.get(0)));
        vectorLeaves = chosen.size(); // a list has one, too
        List<String> read = new ArrayList<>(chosen);
        beside.forEach(each -> read.add(each.field()));
        columns.choose(read);
        elementLevel = lists ? repeatedLevel(columns.schema(), columns.leaves().get(0)) : 0;
      } catch (RuntimeException e) {
        columns.close();
        throw columns.damaged(e);
      }
    }

    /**
     * The length of the next row, whose first elements {@link #vector} then holds.
     *
     * @return -1 where there is none
     */
    int next() {
      if (!columns.next()) {
        return -1;
      }
      try {
        return lists ? list() : numbers();
      } catch (RuntimeException e) {
        throw columns.damaged(e);
      }
    }

    private int list() {
      ColumnReader column = columns.column(0);
      int full = column.getDescriptor().getMaxDefinitionLevel();
      int length = 0;
      if (column.getCurrentDefinitionLevel() < elementLevel) {
        columns.consume(0); // no list, or an empty one
        return 0;
      }
      do {
        if (column.getCurrentDefinitionLevel() < full) {
          throw missing(length);
        }
        if (length == vector.length) {
          if (length >= MAX_DIMENSION) {
            checkDimension(columns.place(), length + 1L);
          }
          vector = Arrays.copyOf(vector, Math.max(8, 2 * length));
        }
        vector[length] = element(columns.place(), length, value(column));
        length++;
        columns.consume(0);
      } while (columns.repeats(0));
      return length;
    }

    private int numbers() {
      int count = vectorLeaves;
      if (vector.length == 0) {
        vector = new float[checkDimension(columns.place(), count)];
      }
      for (int j = 0; j < count; j++) {
        ColumnReader column = columns.column(j);
        if (column.getCurrentDefinitionLevel() < column.getDescriptor().getMaxDefinitionLevel()) {
          throw missing(j);
        }
        vector[j] = element(columns.place(), j, value(column));
        columns.consume(j);
      }
      return count;
    }

    /** What stands beside the vector of the row at hand. */
    List<Object> beside() {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < beside.size(); i++) {
        values.add(Rows.strip(Rows.parquetValue(columns, vectorLeaves + i)));
      }
      return values;
    }

    private UserError missing(int j) {
      return new UserError(
          columns.place(),
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

    @Override
    public void close() {
      columns.close();
    }
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

  private List<String> chosen(ParquetColumns columns) {
    for (String field : fields) {
      Type type = columns.schema().getType(field);
      if (!isNumber(type) && !(isList(type) && fields.size() == 1)) {
        throw new UserError(
            name,
            "column "
                + Rows.shown(field)
                + (isList(type) ? " holds whole vectors" : " holds no numbers"),
            "one column of lists of FLOAT or DOUBLE, or columns of FLOAT or DOUBLE",
            "Name others");
      }
    }
    return fields;
  }

  /** Whether a column holds numbers that may be elements. */
  static boolean isNumber(Type field) {
    return field.isPrimitive()
        && !field.isRepetition(Type.Repetition.REPEATED)
        && isFloating(field);
  }

  /** One leaf of numbers, repeated once on the way to it. */
  static boolean isList(Type field) {
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
}
