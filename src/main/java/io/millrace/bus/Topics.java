package io.millrace.bus;

import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;

/// All there is to hear on the bus.
public final class Topics {

  /// Each change of any run, as the run is after it.
  public static final Topic<Run> RUN_CHANGED = new Topic<>("run.changed", Run.class);

  private Topics() {}

  /// Makes the bus of `vertx` able to carry our news; once, before anything is published.
  public static void install(Vertx vertx) {
    vertx.eventBus().registerCodec(new LocalCodec());
  }

  /// How far one run's output has come. Offsets, never bytes: listeners read those from where they
  /// are.
  public static Topic<OutputCounts> output(RunId run) {
    return new Topic<>("run." + run + ".output", OutputCounts.class);
  }

  /// Each change of one run, so that a viewer does not hear of all the others.
  public static Topic<Run> changed(RunId run) {
    return new Topic<>("run." + run + ".changed", Run.class);
  }

  /// Tells a run's change to those who follow it and to those who follow all.
  public static void tellChanged(EventBus bus, Run run) {
    changed(run.id()).publish(bus, run);
    RUN_CHANGED.publish(bus, run);
  }
}
