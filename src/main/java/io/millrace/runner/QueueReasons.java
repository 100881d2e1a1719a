package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.store.Place;
import java.util.HashMap;
import java.util.Map;

/// Says in words why runs wait.
final class QueueReasons {
  private QueueReasons() {}

  static Map<RunId, QueuePlace> tell(Map<RunId, Place> places, QueueVerticle.SlotCounts slots) {
    Map<RunId, QueuePlace> told = new HashMap<>();
    places.forEach((run, place) -> told.put(run, tell(place, slots)));
    return told;
  }

  private static QueuePlace tell(Place place, QueueVerticle.SlotCounts slots) {
    return switch (place) {
      case Place.Scheduled scheduled ->
          new QueuePlace(scheduled.position(), "waits until " + scheduled.readyAt());
      case Place.Blocked blocked ->
          new QueuePlace(
              blocked.position(), "run " + blocked.holder() + " has its concurrency key");
      case Place.Ready ready ->
          new QueuePlace(
              ready.position(),
              slots.taken() >= slots.total()
                  ? "all " + slots.total() + " slots of this node are busy"
                  : "about to start");
    };
  }
}
