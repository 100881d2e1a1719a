package io.millrace.keeper;

import io.millrace.run.Outcome;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.OutputWriter;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.Stream;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// What is written down and told of one attempt: its start, its output, its end.
///
/// Belongs to the loop.
final class Account {
  private final Command.Start order;
  private final Host host;
  private final Consumer<News> tell;
  private final OutputWriter writer;
  private final OutputNews news;
  private Instant startedAt = Instant.EPOCH;
  private Optional<Instant> stopRequestedAt = Optional.empty();

  /// @param owner who hears of mistakes when output is told later
  Account(
      Command.Start order,
      RunDirectory directory,
      Host host,
      Loop.Owner owner,
      Consumer<News> tell) {
    this.order = order;
    this.host = host;
    this.tell = tell;
    this.writer =
        directory.openWriter(order.firstOffset(), order.limits().keptOutputBytes(), host.memory());
    this.news = new OutputNews(host.loop(), owner, this::tellOutput);
  }

  OutputWriter writer() {
    return writer;
  }

  void started() {
    startedAt = host.clock().instant();
  }

  void tellStarted(int pid) {
    tell.accept(new News.Started(order.run(), order.attempt(), startedAt, pid));
  }

  void tellOutput() {
    tell.accept(new News.Advanced(order.run(), order.attempt(), writer.counts()));
  }

  void write(Stream stream, MemorySegment bytes) {
    writer.append(stream, bytes.asByteBuffer(), host.clock().millis());
  }

  /// Its output has grown: tells so when it is time.
  void grown() {
    news.more();
  }

  /// The first request counts.
  void stopRequested() {
    if (stopRequestedAt.isEmpty()) {
      stopRequestedAt = Optional.of(host.clock().instant());
    }
  }

  /// From here on only its end is told.
  void cease() {
    news.cease();
  }

  /// What is left to be told, once the output is closed.
  ExitRecord end(Outcome outcome, Usage usage) {
    return new ExitRecord(
        order.run(),
        order.attempt(),
        host.identity().bootId(),
        Optional.of(startedAt),
        host.clock().instant(),
        outcome,
        usage,
        writer.counts(),
        order.firstOffset(),
        stopRequestedAt);
  }
}
