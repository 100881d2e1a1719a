package io.millrace.store;

import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import io.millrace.run.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputStoreTest extends StoreTest {
  @Test
  void bytes_come_out_as_they_went_in() {
    var bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    var id = store.running("x");
    for (int from = 0; from < bytes.length; from += 1 << 20) {
      var part = java.util.Arrays.copyOfRange(bytes, from, from + (1 << 20));
      assertThat(store.append(id, List.of(row(from, part)))).isTrue();
    }

    assertThat(readAll(id, 100_000)).isEqualTo(bytes);
    assertThat(readAll(id, 2 << 20)).isEqualTo(bytes);
  }

  @Test
  void a_gap_is_told_with_its_size_also_at_the_end() {
    var id = store.running("x");
    var end =
        new Finished(
            id,
            1,
            Optional.of(Instant.now()),
            Instant.now(),
            exited(0),
            Usage.NONE,
            new OutputCounts(200, 150, 50, 190),
            Optional.empty(),
            Optional.empty(),
            0,
            List.of(row(0, "hello"), row(100, "world")));
    store.finish(end);

    assertThat(text(store.outputs.read(id, 1, 2).await())).isEqualTo("1:el");
    assertThat(text(store.outputs.read(id, 4, 50).await())).isEqualTo("4:o");
    assertThat(store.outputs.read(id, 5, 50).await()).isEqualTo(new StoredOutput.Gap(5, 100));
    assertThat(store.outputs.read(id, 50, 50).await()).isEqualTo(new StoredOutput.Gap(50, 100));
    assertThat(text(store.outputs.read(id, 100, 50).await())).isEqualTo("100:world");
    assertThat(store.outputs.read(id, 105, 50).await()).isEqualTo(new StoredOutput.Gap(105, 200));
    assertThat(store.outputs.read(id, 200, 50).await()).isEqualTo(new StoredOutput.AtEnd(200));
    assertThat(store.outputs.read(id, 999, 50).await()).isEqualTo(new StoredOutput.AtEnd(200));
    assertThat(text(store.outputs.tail(id, 3).await())).isEqualTo("102:rld");
    assertThat(text(store.outputs.tail(id, 50).await())).isEqualTo("100:world");
  }

  @Test
  void a_gap_at_the_end_of_an_attempt_is_told_as_one_while_the_run_waits_for_the_next_or_runs_it() {
    var id = store.running(new StoreFixture.Ask().retry(2).submission());
    var now = Instant.now();
    store.finish(
        new Finished(
            id,
            1,
            Optional.of(now),
            now,
            exited(1),
            Usage.NONE,
            new OutputCounts(200, 150, 50, 195),
            Optional.empty(),
            Optional.of(now),
            0,
            List.of(row(0, "hello"))));

    assertThat(text(store.outputs.read(id, 0, 50).await())).isEqualTo("0:hello");
    assertThat(store.outputs.read(id, 5, 50).await()).isEqualTo(new StoredOutput.Gap(5, 200));
    assertThat(store.outputs.read(id, 200, 50).await()).isEqualTo(new StoredOutput.AtEnd(200));

    assertThat(store.claim(1)).containsExactly(id);
    assertThat(store.outputs.read(id, 70, 50).await()).isEqualTo(new StoredOutput.Gap(70, 200));
    assertThat(store.outputs.read(id, 230, 50).await()).isEqualTo(new StoredOutput.AtEnd(230));

    var ahead = List.of(row(200, "again"));
    assertThat(store.outputs.append(store.me, id, 2, ahead).await()).isTrue();
    assertThat(store.outputs.read(id, 5, 50).await()).isEqualTo(new StoredOutput.Gap(5, 200));
    assertThat(text(store.outputs.read(id, 200, 50).await())).isEqualTo("200:again");
    assertThat(store.outputs.read(id, 205, 50).await()).isEqualTo(new StoredOutput.AtEnd(205));
  }

  @Test
  void what_is_flushed_ahead_is_read_and_stays_as_it_is() {
    var id = store.running("x");
    assertThat(store.append(id, List.of(row(0, "head")))).isTrue();
    assertThat(store.append(id, List.of(row(0, "XXXX"), row(4, "more")))).isTrue();

    assertThat(text(store.outputs.read(id, 0, 50).await())).isEqualTo("0:head");
    assertThat(text(store.outputs.tail(id, 6).await())).isEqualTo("2:admore");
    assertThat(store.outputs.read(id, 8, 50).await()).isEqualTo(new StoredOutput.AtEnd(8));
  }

  @Test
  void frames_come_with_the_bytes_they_cover() {
    var id = store.running("x");
    var frames = ByteBuffer.allocate(48);
    frames.putLong(1L << 8 | 1).putLong(10);
    frames.putLong(2L << 8 | 2).putLong(20);
    frames.putLong(3L << 8 | 1).putLong(30);
    var thirty = new OutputRow(0, "x".repeat(30).getBytes(UTF_8), frames.array());
    assertThat(store.append(id, List.of(thirty))).isTrue();

    assertThat(ends(store.outputs.read(id, 0, 10).await())).containsExactly(10L);
    assertThat(ends(store.outputs.read(id, 0, 11).await())).containsExactly(10L, 20L);
    assertThat(ends(store.outputs.read(id, 9, 1).await())).containsExactly(10L);
    assertThat(ends(store.outputs.read(id, 10, 1).await())).containsExactly(20L);
    assertThat(ends(store.outputs.read(id, 5, 100).await())).containsExactly(10L, 20L, 30L);
    assertThat(ends(store.outputs.tail(id, 12).await())).containsExactly(20L, 30L);
  }

  @Test
  void no_output_is_just_the_end() {
    var id = store.running("x");
    assertThat(store.outputs.read(id, 0, 10).await()).isEqualTo(new StoredOutput.AtEnd(0));
    assertThat(store.outputs.tail(id, 10).await()).isEqualTo(new StoredOutput.AtEnd(0));
    store.finish(id, exited(0));
    assertThat(store.outputs.read(id, 0, 10).await()).isEqualTo(new StoredOutput.AtEnd(0));
  }

  private static byte[] readAll(RunId id, int maxBytes) {
    var all = new ByteArrayOutputStream();
    while (store.outputs.read(id, all.size(), maxBytes).await() instanceof StoredOutput.Data data) {
      assertThat(data.offset()).isEqualTo(all.size());
      assertThat(data.bytes().length).isBetween(1, maxBytes);
      all.writeBytes(data.bytes());
    }
    return all.toByteArray();
  }

  private static String text(StoredOutput output) {
    var data = (StoredOutput.Data) output;
    return data.offset() + ":" + new String(data.bytes(), UTF_8);
  }

  private static List<Long> ends(StoredOutput output) {
    var frames = ByteBuffer.wrap(((StoredOutput.Data) output).frames());
    return java.util.stream.IntStream.range(0, frames.capacity() / 16)
        .mapToObj(i -> frames.getLong(16 * i + 8))
        .toList();
  }
}
