package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.RunId;
import io.millrace.spool.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedReadsTest {
  private static final Slice.Data DATA = new Slice.Data(0, new byte[10], List.of());
  private static final Slice END = new Slice.AtEnd(0);

  private final Vertx vertx = Vertx.vertx();
  private final SharedReads reads = new SharedReads(vertx);
  private final SharedReads.Piece piece =
      new SharedReads.Piece(new RunId.Generator(InstantSource.system()).next(), 1, 0, 100);
  private final List<Promise<Slice>> begun = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void what_a_hundred_ask_for_is_read_once() {
    var asked = new ArrayList<Future<Slice>>();
    for (int i = 0; i < 100; i++) {
      asked.add(ask());
    }
    begun.getFirst().complete(DATA);
    asked.add(ask());
    asked.forEach(one -> assertThat(one.await()).isSameAs(DATA));
    assertThat(begun).hasSize(1);
  }

  /// The first look may have come before the byte of which the second one has heard.
  @Test
  void an_end_that_somebody_else_found_is_looked_for_again() {
    var first = ask();
    var second = ask();
    begun.getFirst().complete(END);
    assertThat(first.await()).isSameAs(END);
    while (begun.size() < 2) {
      Thread.onSpinWait();
    }
    begun.getLast().complete(DATA);
    assertThat(second.await()).isSameAs(DATA);
  }

  @Test
  void a_read_that_cannot_begin_keeps_nobody_waiting() {
    var refused =
        reads.read(
            piece,
            () -> {
              throw new RejectedExecutionException("closing");
            });
    assertThat(refused.otherwise(END).await()).isSameAs(END);
    var next = ask();
    begun.getLast().complete(DATA);
    assertThat(next.await()).isSameAs(DATA);
  }

  private Future<Slice> ask() {
    return reads.read(
        piece,
        () -> {
          var reading = Promise.<Slice>promise();
          begun.add(reading);
          return reading.future();
        });
  }
}
