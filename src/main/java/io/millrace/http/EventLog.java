package io.millrace.http;

import io.millrace.bus.Topic;
import io.millrace.bus.Topics;
import io.millrace.run.Run;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The newest changes, so that whoever was away for a moment misses none.
///
/// One for the whole server, fed from the bus; safe for any thread. It keeps at most 100,000 events
/// and, if they are large, as many as fit in 64 MiB.
public final class EventLog {
  static final Topic<Long> NEWS = new Topic<>("events", Long.class);
  private static final int MOST_EVENTS = 100_000;
  private static final long MOST_BYTES = 64L << 20;

  private final Vertx vertx;
  private final String life;
  private final long mostBytes;

  /// Event number n lies at n modulo the length.
  private final @Nullable Event[] ring;

  private long oldest = 1;
  private long newest;
  private long bytes;

  private EventLog(Vertx vertx, InstantSource clock, int mostEvents, long mostBytes) {
    this.vertx = vertx;
    this.life = Long.toString(clock.millis(), Character.MAX_RADIX);
    this.ring = new @Nullable Event[mostEvents];
    this.mostBytes = mostBytes;
  }

  /// A log of all changes from now on.
  public static EventLog follow(Vertx vertx, InstantSource clock) {
    return follow(vertx, clock, MOST_EVENTS, MOST_BYTES);
  }

  static EventLog follow(Vertx vertx, InstantSource clock, int mostEvents, long mostBytes) {
    var log = new EventLog(vertx, clock, mostEvents, mostBytes);
    Topics.RUN_CHANGED.consume(vertx.eventBus(), log::add);
    return log;
  }

  /// What came after an event.
  sealed interface Since {

    /// In order; empty if nothing has come yet.
    record Events(List<Event> events) implements Since {}

    /// Some of it is not kept any more; `newest` is where to go on.
    record Forgotten(long newest) implements Since {}
  }

  synchronized long newest() {
    return newest;
  }

  /// At most `most` events after number `after`, none of them left out.
  synchronized Since after(long after, int most) {
    if (after > newest || after < oldest - 1) {
      return new Since.Forgotten(newest);
    }
    List<Event> found = new ArrayList<>();
    long last = Math.min(newest, after + most);
    for (long number = after + 1; number <= last; number++) {
      found.add(Objects.requireNonNull(ring[slot(number)]));
    }
    return new Since.Events(found);
  }

  /// The name clients know an event by; it is of this server's life only.
  String id(long number) {
    return life + "-" + number;
  }

  /// The number of an id, or -1 for one that is not of this life.
  long number(String id) {
    String digits = id.startsWith(life + "-") ? id.substring(life.length() + 1) : "";
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : -1;
  }

  private void add(Run run) {
    long number;
    synchronized (this) {
      number = ++newest;
      if (number - oldest == ring.length) {
        forgetOldest();
      }
      Event event = Event.of(number, run);
      ring[slot(number)] = event;
      bytes += event.weight();
      while (bytes > mostBytes && oldest < number) {
        forgetOldest();
      }
    }
    NEWS.publish(vertx.eventBus(), number);
  }

  private void forgetOldest() {
    Event event = Objects.requireNonNull(ring[slot(oldest)]);
    bytes -= event.weight();
    ring[slot(oldest)] = null;
    oldest++;
  }

  private int slot(long number) {
    return (int) (number % ring.length);
  }
}
