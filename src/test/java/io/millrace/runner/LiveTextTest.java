package io.millrace.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.run.RunId;
import io.millrace.spool.Slice;
import io.millrace.store.FreshOutput.Look;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LiveTextTest {
  private static final RunId ID = RunId.parse("0199f2c4-0000-7000-8000-000000000001").orElseThrow();
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final Vertx vertx = Vertx.vertx();
  private final List<Long> read = new ArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void a_text_is_found_across_pieces_but_not_across_a_gap() {
    assertThat(look(pieces("xnee", "dlex"), HOUR).await()).isEqualTo(Look.FOUND);
    assertThat(look(pieces("xnee", "", "dlex"), HOUR).await()).isEqualTo(Look.NOT_FOUND);
    assertThat(look(pieces(), HOUR).await()).isEqualTo(Look.NOT_FOUND);
  }

  @Test
  void an_output_without_an_end_is_searched_until_the_time_is_over() {
    OutputSource endless = (run, offset, maxBytes) -> later(data(offset, "hay!"));
    assertThat(look(endless, Duration.ofMillis(20).toNanos()).await()).isEqualTo(Look.UNFINISHED);
  }

  @Test
  void a_small_output_is_searched_however_late_it_is() {
    assertThat(look(pieces("needle", "hay"), -1).await()).isEqualTo(Look.FOUND);
    assertThat(look(pieces("hay", "needle"), -1).await()).isEqualTo(Look.UNFINISHED);
    assertThat(read).containsExactly(0L, 0L);
  }

  @Test
  void a_search_that_meets_a_mistake_is_answered() {
    OutputSource nowhere =
        (run, offset, maxBytes) -> later(new Slice.NotHere(OptionalLong.empty()));
    assertThatThrownBy(() -> look(nowhere, HOUR).await()).hasMessageContaining("nobody has");
    OutputSource broken =
        (run, offset, maxBytes) -> {
          if (offset > 0) {
            throw new IllegalStateException("a mistake on purpose");
          }
          return later(data(0, "hay"));
        };
    assertThatThrownBy(() -> look(broken, HOUR).await()).hasMessageContaining("on purpose");
  }

  private static Future<Look> look(OutputSource source, long nanos) {
    return new LiveText(new LiveRuns(), source)
        .look(ID, "needle".getBytes(UTF_8), System.nanoTime() + nanos);
  }

  /// One behind the other; an empty one is a gap of 10.
  private OutputSource pieces(String... texts) {
    return (run, offset, maxBytes) -> {
      read.add(offset);
      long at = 0;
      for (var text : texts) {
        if (at == offset && !text.isEmpty()) {
          return later(data(at, text));
        }
        if (at == offset) {
          return later(new Slice.Gap(at, at + 10));
        }
        at += text.isEmpty() ? 10 : text.length();
      }
      return later(new Slice.AtEnd(at));
    };
  }

  private static Slice.Data data(long offset, String text) {
    return new Slice.Data(offset, text.getBytes(UTF_8), List.of());
  }

  /// As a real source answers: on a context, after the question.
  private Future<Slice> later(Slice slice) {
    Promise<Slice> answer = Promise.promise();
    vertx.runOnContext(now -> answer.complete(slice));
    return answer.future();
  }
}
