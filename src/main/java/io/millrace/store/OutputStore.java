package io.millrace.store;

import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The output of runs, in rows that are named by the offset of their first byte.
public final class OutputStore {
  /// Values: id, node, epoch, attempt, then a column each of the rows. The lock keeps the attempt
  /// from being taken over, ended or deleted between the look and the insert.
  private static final String APPEND =
      """
      with ours as materialized (
        select run_id from run_queue
        where run_id = $1::uuid and state = 'claimed' and node = $2::text and epoch = $3::bigint and attempt = $4::integer
        for share
      ),
      output as (
        insert into run_output (run_id, first_offset, bytes, frames)
        select ours.run_id, piece.* from ours cross join unnest($5::bigint[], $6::bytea[], $7::bytea[]) piece
        on conflict do nothing
      )
      select from ours\
      """;

  /// The row at an offset or the next one, as far as it is asked for; and where the output ends: of
  /// the run, once it has ended, and till then of its ended attempts, behind which the next begins.
  private static final String READ =
      """
      select o.first_offset, octet_length(o.bytes),
        substring(o.bytes from (greatest($2::bigint - o.first_offset, 0) + 1)::integer for $3::integer), o.frames,
        (select r.stdout_bytes + r.stderr_bytes from run r where r.id = $1::uuid),
        (select q.stdout_bytes + q.stderr_bytes from run_queue q where q.run_id = $1::uuid)
      from (select) one left join lateral (
        (select * from (
           select * from run_output where run_id = $1::uuid and first_offset <= $2::bigint
           order by first_offset desc limit 1) last
         where first_offset + octet_length(bytes) > $2::bigint)
        union all
        (select * from run_output where run_id = $1::uuid and first_offset > $2::bigint order by first_offset limit 1)
        limit 1
      ) o on true\
      """;

  /// The newest rows, as many as it takes, and of each no more than its last bytes.
  private static final String READ_LAST =
      """
      select first_offset, length, substring(bytes from greatest(1, length - $2::integer + 1)), frames
      from (
        select *, octet_length(bytes) as length,
          sum(octet_length(bytes)) over (order by first_offset desc) - octet_length(bytes) as newer
        from (
          select * from run_output where run_id = $1::uuid order by first_offset desc limit $3::integer
        ) last
      ) measured
      where newer < $2::integer
      order by first_offset desc\
      """;

  private static final String INDEX =
      """
      select run_id, first_offset, frames
      from run_output where run_id = any ($1::uuid[]) order by run_id, first_offset\
      """;

  private static final String SIZES =
      """
      select run_id, first_offset, octet_length(bytes)
      from run_output where run_id = any ($1::uuid[])\
      """;

  private static final int FRAME_BYTES = 16;
  private static final int TAIL_ROWS = 16;

  private final Database database;

  public OutputStore(Database database) {
    this.database = database;
  }

  /// Stores rows ahead of the attempt's end; a row that is there already stays as it is.
  ///
  /// Answers whether the attempt is still ours: node, epoch and attempt as claimed. If not, nothing
  /// was stored. At most some 8 MiB at once: the statement has seconds, not minutes.
  public Future<Boolean> append(NodeEpoch me, RunId id, int attempt, List<OutputRow> rows) {
    return rows.isEmpty()
        ? Future.succeededFuture(true)
        : database
            .move(
                APPEND,
                new RowArrays<>(rows, Tuple.of(id.uuid(), me.node(), me.epoch(), attempt))
                    .int8(OutputRow::firstOffset)
                    .bytes(OutputRow::bytes)
                    .bytes(OutputRow::frames)
                    .tuple())
            .map(ours -> ours.size() == 1);
  }

  /// What is stored of some runs, in the order of its offsets; those of which nothing is are not in
  /// the answer.
  public Future<Map<RunId, List<StoredIndex>>> index(Collection<RunId> runs) {
    return database
        .move(INDEX, Tuple.of(runs.stream().map(RunId::uuid).toArray(UUID[]::new)))
        .map(
            rows -> {
              var found = new HashMap<RunId, List<StoredIndex>>();
              for (var row : rows) {
                found
                    .computeIfAbsent(new RunId(row.getUUID(0)), run -> new ArrayList<>())
                    .add(new StoredIndex(row.getLong(1), row.getBuffer(2).getBytes()));
              }
              return found;
            });
  }

  /// How many bytes each piece has that is stored of some runs, by its offset; runs of which
  /// nothing is are not in it. However many frames there are, this is little.
  public Future<Map<RunId, Map<Long, Integer>>> sizes(Collection<RunId> runs) {
    return database
        .move(SIZES, Tuple.of(runs.stream().map(RunId::uuid).toArray(UUID[]::new)))
        .map(
            rows -> {
              var found = new HashMap<RunId, Map<Long, Integer>>();
              for (var row : rows) {
                found
                    .computeIfAbsent(new RunId(row.getUUID(0)), run -> new HashMap<>())
                    .put(row.getLong(1), row.getInteger(2));
              }
              return found;
            });
  }

  /// What is stored at `offset`: at most `maxBytes` of it, and never more than one row.
  public Future<StoredOutput> read(RunId id, long offset, int maxBytes) {
    return database
        .read(READ, Tuple.of(id.uuid(), offset, maxBytes))
        .map(rows -> at(offset, rows.iterator().next()));
  }

  private static StoredOutput at(long offset, Row row) {
    Long first = row.getLong(0);
    if (first == null) {
      return behindTheLastRow(offset, row.getLong(4), row.getLong(5));
    }
    if (first > offset) {
      return new StoredOutput.Gap(offset, first);
    }
    var bytes = row.getBuffer(2).getBytes();
    return data(offset, bytes, row.getBuffer(3).getBytes());
  }

  /// An attempt may end in a gap, and so may the run. What lies behind the attempts that have ended
  /// is the present one's, which nobody here has counted.
  private static StoredOutput behindTheLastRow(
      long offset, @Nullable Long total, @Nullable Long ofEndedAttempts) {
    if (total != null) {
      return offset < total ? new StoredOutput.Gap(offset, total) : new StoredOutput.AtEnd(total);
    }
    return ofEndedAttempts != null && offset < ofEndedAttempts
        ? new StoredOutput.Gap(offset, ofEndedAttempts)
        : new StoredOutput.AtEnd(offset);
  }

  /// The last kept bytes, at most `maxBytes`, as far as they are one piece.
  public Future<StoredOutput> tail(RunId id, int maxBytes) {
    return database
        .read(READ_LAST, Tuple.of(id.uuid(), maxBytes, TAIL_ROWS))
        .map(rows -> tail(rows, maxBytes));
  }

  private static StoredOutput tail(RowSet<Row> newestFirst, int maxBytes) {
    var bytes = new byte[0];
    var frames = new byte[0];
    long end = 0;
    long first = -1;
    for (var row : newestFirst) {
      long rowEnd = row.getLong(0) + row.getInteger(1);
      if (first >= 0 && rowEnd != first) {
        break;
      }
      end = Math.max(end, rowEnd);
      first = row.getLong(0);
      bytes = joined(row.getBuffer(2).getBytes(), bytes);
      frames = joined(row.getBuffer(3).getBytes(), frames);
    }
    if (first < 0) {
      return new StoredOutput.AtEnd(0);
    }
    int surplus = Math.max(0, bytes.length - maxBytes);
    var last = Arrays.copyOfRange(bytes, surplus, bytes.length);
    return data(end - last.length, last, frames);
  }

  /// Keeps the frames that cover the bytes.
  private static StoredOutput data(long offset, byte[] bytes, byte[] frames) {
    int from = frameAt(frames, offset + 1);
    int to = Math.min(frameAt(frames, offset + bytes.length) + 1, frames.length / FRAME_BYTES);
    return new StoredOutput.Data(
        offset, bytes, Arrays.copyOfRange(frames, from * FRAME_BYTES, to * FRAME_BYTES));
  }

  /// The first frame that ends at `offset` or later.
  private static int frameAt(byte[] frames, long offset) {
    var ends = ByteBuffer.wrap(frames);
    int low = 0;
    int high = frames.length / FRAME_BYTES;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends.getLong(middle * FRAME_BYTES + Long.BYTES) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var whole = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, whole, first.length, second.length);
    return whole;
  }
}
