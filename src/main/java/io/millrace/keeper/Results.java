package io.millrace.keeper;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.OutputWriter;
import io.millrace.spool.RunDirectory;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How attempts ended: written down first, then told, and told again to whoever asks, until the
/// server has forgotten them.
///
/// Belongs to the loop.
final class Results {
  private final Host host;
  private final CurrentServer server;
  private final Map<AttemptName, Over> over = new HashMap<>();
  private final Forgotten forgotten = new Forgotten();

  /// @param writer whose memory is given back when it is forgotten; empty for one that never ran
  ///   here
  private record Over(ExitRecord record, Optional<OutputWriter> writer) {}

  /// @param lost what an earlier keeper left, see [Leftovers]
  Results(Host host, CurrentServer server, List<ExitRecord> lost) {
    this.host = host;
    this.server = server;
    for (var record : lost) {
      over.put(AttemptName.of(record), new Over(record, Optional.empty()));
    }
  }

  Set<AttemptName> names() {
    return over.keySet();
  }

  void tellAll() {
    over.values().forEach(ended -> server.tell(new News.Exited(ended.record())));
  }

  /// Tells how an attempt ended that is ordered again, which may be known from its directory alone;
  /// false when it may still have its start.
  boolean tellIfOver(Command.Start order) {
    var ended = over.get(AttemptName.of(order));
    if (ended != null) {
      server.tell(new News.Exited(ended.record()));
      return true;
    }
    return endedBefore(order) || endedAndForgotten(order);
  }

  /// Whether an earlier keeper has written down how it ended; that is told then.
  private boolean endedBefore(Command.Start order) {
    var name = AttemptName.of(order);
    try {
      var record = directory(order).readExit();
      record.ifPresent(found -> remember(found, Optional.empty()));
      return record.isPresent();
    } catch (IOException unreadable) {
      KeeperLog.warn(name + ": its directory cannot be read: " + unreadable);
      return false;
    }
  }

  /// Whether its result is stored already: this order was overtaken by that.
  private boolean endedAndForgotten(Command.Start order) {
    var name = AttemptName.of(order);
    if (!forgotten.has(name)) {
      return false;
    }
    KeeperLog.warn(name + ": ended and forgotten before, so it is not started again");
    var lost = new Outcome.Lost("it had ended and was forgotten before it was ordered again");
    server.tell(new News.Exited(neverRan(order, lost, Optional.empty())));
    return true;
  }

  /// @param reason a sentence part for people
  void notStarted(Command.Start order, String reason) {
    end(neverRan(order, new Outcome.NotStarted(reason), Optional.empty()), Optional.empty());
  }

  /// Without a word in its directory, which would be made anew by that and left behind.
  void notStartedUnwritten(Command.Start order, String reason) {
    remember(neverRan(order, new Outcome.NotStarted(reason), Optional.empty()), Optional.empty());
  }

  /// By a keeper that is gone, of which nothing else was found: it is not started twice.
  void startedBefore(Command.Start order) {
    var lost = new Outcome.Lost("an earlier keeper had started it, and is gone");
    end(neverRan(order, lost, Optional.empty()), Optional.empty());
  }

  void cancelledUnstarted(Command.Start order, String by) {
    var cancelled = new Outcome.Cancelled(by, Optional.empty());
    end(neverRan(order, cancelled, Optional.of(host.clock().instant())), Optional.empty());
  }

  void ended(ExitRecord record, OutputWriter writer) {
    end(record, Optional.of(writer));
  }

  void forget(AttemptName name) {
    var ended = over.remove(name);
    if (ended != null) {
      forgotten.add(name);
      ended.writer().ifPresent(OutputWriter::forget);
    }
  }

  private void end(ExitRecord record, Optional<OutputWriter> writer) {
    try {
      RunDirectory.of(host.spool(), record.run(), record.attempt()).writeExit(record);
    } catch (IOException | RuntimeException full) {
      KeeperLog.warn(
          record.run()
              + ": its end cannot be written down ("
              + full.getMessage()
              + "); it is known as long as this keeper lives");
    }
    remember(record, writer);
  }

  private void remember(ExitRecord record, Optional<OutputWriter> writer) {
    over.put(AttemptName.of(record), new Over(record, writer));
    server.tell(new News.Exited(record));
  }

  private ExitRecord neverRan(
      Command.Start order, Outcome outcome, Optional<Instant> stopRequestedAt) {
    return new ExitRecord(
        order.run(),
        order.attempt(),
        host.identity().bootId(),
        Optional.empty(),
        host.clock().instant(),
        outcome,
        Usage.NONE,
        OutputCounts.ZERO,
        order.firstOffset(),
        stopRequestedAt);
  }

  private RunDirectory directory(Command.Start order) {
    return RunDirectory.of(host.spool(), order.run(), order.attempt());
  }
}
