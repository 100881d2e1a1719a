package io.millrace.runner;

import io.millrace.store.Place;
import java.util.OptionalLong;

/// Says in words why a run waits.
final class QueueReasons {
  private QueueReasons() {}

  static QueuePlace tell(Place place, QueueVerticle.SlotCounts slots) {
    return switch (place) {
      case Place.Scheduled scheduled ->
          new QueuePlace(OptionalLong.empty(), "waits for " + scheduled.readyAt());
      case Place.Blocked blocked ->
          new QueuePlace(
              OptionalLong.of(blocked.position()),
              "run " + blocked.holder() + " holds its concurrency key");
      case Place.Ready ready ->
          new QueuePlace(
              OptionalLong.of(ready.position()),
              slots.taken() >= slots.total()
                  ? "all %d slots of this node are busy".formatted(slots.total())
                  : "about to start");
    };
  }
}
