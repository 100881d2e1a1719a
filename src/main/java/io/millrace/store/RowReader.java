package io.millrace.store;

import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Takes the columns of a row one after the other, in the order of the statement's `select`.
final class RowReader {
  private final Row row;
  private int next;

  RowReader(Row row) {
    this.row = row;
  }

  UUID uuid() {
    return row.getUUID(next++);
  }

  String text() {
    return row.getString(next++);
  }

  Optional<String> optionalText() {
    return Optional.ofNullable(row.getString(next++));
  }

  String @Nullable [] texts() {
    return row.getArrayOfStrings(next++);
  }

  boolean bool() {
    return row.getBoolean(next++);
  }

  int int4() {
    return row.getInteger(next++);
  }

  OptionalInt optionalInt() {
    var value = row.getInteger(next++);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  long int8() {
    return row.getLong(next++);
  }

  OptionalLong optionalLong() {
    var value = row.getLong(next++);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  double float8() {
    return row.getDouble(next++);
  }

  Duration millis() {
    return Duration.ofMillis(int8());
  }

  Instant time() {
    return row.getOffsetDateTime(next++).toInstant();
  }

  Optional<Instant> optionalTime() {
    var value = row.getOffsetDateTime(next++);
    return value == null ? Optional.empty() : Optional.of(value.toInstant());
  }

  byte[] bytes() {
    return row.getBuffer(next++).getBytes();
  }

  /// Passes over `columns` of them.
  void skip(int columns) {
    next += columns;
  }
}
