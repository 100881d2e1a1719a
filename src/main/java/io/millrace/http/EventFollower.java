package io.millrace.http;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import org.jspecify.annotations.Nullable;

/// Tells one listener all events from a number on, as fast as it takes them. Lives on the
/// listener's event loop.
final class EventFollower {

  /// Who listens.
  interface Listener {

    /// Whether it cannot take more now; it calls [EventFollower#resume()] when it can again.
    boolean isFull();

    void event(Event event);

    /// Events were missed; `number` is the newest one.
    void reset(long number);
  }

  private static final int BATCH = 200;

  private final EventLog log;
  private final Viewers viewers;
  private final Listener listener;
  private long position;
  private @Nullable MessageConsumer<Long> news;

  /// Counts the listener out.
  private Runnable gone = () -> {};

  /// @param after number of the last event the listener knows; -1 if it is not one of ours
  EventFollower(EventLog log, Viewers viewers, Listener listener, long after) {
    this.log = log;
    this.viewers = viewers;
    this.listener = listener;
    this.position = after;
  }

  void begin(Vertx vertx) {
    gone = viewers.ofEvents();
    news = EventLog.NEWS.consume(vertx.eventBus(), number -> resume());
    resume();
  }

  /// Tells what can be told now.
  void resume() {
    while (news != null && !listener.isFull()) {
      switch (log.after(position, BATCH)) {
        case EventLog.Since.Forgotten(long newest) -> {
          position = newest;
          listener.reset(newest);
        }
        case EventLog.Since.Events since -> {
          if (since.events().isEmpty()) {
            return;
          }
          for (Event event : since.events()) {
            position = event.number();
            listener.event(event);
          }
        }
      }
    }
  }

  void close() {
    MessageConsumer<Long> listening = news;
    news = null;
    gone.run();
    if (listening != null) {
      listening.unregister();
    }
  }
}
