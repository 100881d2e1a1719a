package io.millrace.http;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// Where the next page of a list begins, in a form that clients hand back unread.
///
/// It fits one filter only: a checksum over both tells a cursor of another list, or one that
/// somebody made up.
final class Cursor {
  private static final int CHECK_BYTES = 8;

  private Cursor() {}

  static String encode(RunId before, RunFilter filter) {
    byte[] bytes =
        ByteBuffer.allocate(16 + CHECK_BYTES)
            .putLong(before.uuid().getMostSignificantBits())
            .putLong(before.uuid().getLeastSignificantBits())
            .put(check(before, filter))
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The run before which the page begins; empty for a cursor that is not ours, or of another
  /// filter.
  static Optional<RunId> decode(String cursor, RunFilter filter) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException noBase64) {
      return Optional.empty();
    }
    if (bytes.length != 16 + CHECK_BYTES) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    var uuid = new UUID(buffer.getLong(), buffer.getLong());
    return RunId.parse(uuid.toString())
        .filter(run -> Arrays.equals(check(run, filter), 0, CHECK_BYTES, bytes, 16, bytes.length));
  }

  private static byte[] check(RunId before, RunFilter filter) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part :
          List.of(
              "millrace cursor 1",
              before.toString(),
              filter.statuses().stream().sorted().toList().toString(),
              filter.unit().toString(),
              filter.node().toString(),
              new TreeMap<>(filter.labels()).toString(),
              filter.since().toString(),
              filter.until().toString(),
              filter.name().toString(),
              filter.text().toString())) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
      }
      return Arrays.copyOf(digest.digest(), CHECK_BYTES);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
