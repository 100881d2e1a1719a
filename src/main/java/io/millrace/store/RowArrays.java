package io.millrace.store;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Values of many rows as arrays, one for each column: what `unnest` makes rows of again.
///
/// Columns are added in the order of the statement's `$1`, `$2` …
final class RowArrays<T> {
  private final List<T> rows;
  private final Tuple tuple;

  RowArrays(List<T> rows) {
    this(rows, Tuple.tuple());
  }

  /// Goes on after values that are already there.
  RowArrays(List<T> rows, Tuple tuple) {
    this.rows = rows;
    this.tuple = tuple;
  }

  RowArrays<T> uuid(Function<T, @Nullable UUID> column) {
    return add(column, UUID[]::new);
  }

  RowArrays<T> text(Function<T, @Nullable String> column) {
    return add(column, String[]::new);
  }

  RowArrays<T> int2(Function<T, @Nullable Integer> column) {
    return add(
        row -> {
          var value = column.apply(row);
          return value == null ? null : value.shortValue();
        },
        Short[]::new);
  }

  RowArrays<T> int4(Function<T, @Nullable Integer> column) {
    return add(column, Integer[]::new);
  }

  RowArrays<T> int8(Function<T, @Nullable Long> column) {
    return add(column, Long[]::new);
  }

  RowArrays<T> float8(Function<T, @Nullable Double> column) {
    return add(column, Double[]::new);
  }

  RowArrays<T> bool(Function<T, Boolean> column) {
    return add(column, Boolean[]::new);
  }

  RowArrays<T> time(Function<T, @Nullable Instant> column) {
    return add(
        row -> {
          var value = column.apply(row);
          return value == null ? null : at(value);
        },
        OffsetDateTime[]::new);
  }

  RowArrays<T> bytes(Function<T, byte[]> column) {
    return add(row -> Buffer.buffer(column.apply(row)), Buffer[]::new);
  }

  Tuple tuple() {
    return tuple;
  }

  static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private <V> RowArrays<T> add(Function<T, @Nullable V> column, IntFunction<@Nullable V[]> array) {
    var values = array.apply(rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    tuple.addValue(values);
    return this;
  }
}
