package io.millrace.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.bus.Topics;
import io.millrace.run.RunStatus;
import io.millrace.runner.Meters;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What Prometheus can learn of this server.
///
/// Runs are counted here; the rest is in [Gauges] (what is so at the moment) and [Machinery] (JVM
/// and Vert.x). No label's values come from outside. Safe for any thread.
final class Metrics implements Meters {
  private static final Duration[] BUCKETS =
      Arrays.stream(new int[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000})
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Machinery machinery = new Machinery(registry);
  private final Gauges gauges = new Gauges(registry);

  private final Counter submitted =
      Counter.builder("millrace.runs.submitted")
          .description("Runs that were accepted")
          .register(registry);
  private final Map<RunStatus, Counter> ended = new EnumMap<>(RunStatus.class);
  private final Counter written =
      Counter.builder("millrace.output.bytes")
          .description("Bytes that runs wrote")
          .register(registry);
  private final Timer commit = latency("commit", "Group commit of submissions");
  private final Timer spawn = latency("spawn", "From the claim of a run to its first process");
  private final Timer flush = latency("flush", "Transaction that stores ends of runs");

  Metrics() {
    Arrays.stream(RunStatus.values())
        .filter(RunStatus::ended)
        .forEach(status -> ended.put(status, ends(status)));
  }

  private Counter ends(RunStatus status) {
    return Counter.builder("millrace.runs.ended")
        .description("Runs by how they ended")
        .tag("status", status.word())
        .register(registry);
  }

  private Timer latency(String name, String description) {
    return Timer.builder("millrace." + name)
        .description(description)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  Machinery machinery() {
    return machinery;
  }

  /// Counts the ends that are told on the bus, whoever brought them about.
  void follow(EventBus bus) {
    Topics.RUN_CHANGED.consume(
        bus, run -> Optional.ofNullable(ended.get(run.status())).ifPresent(Counter::increment));
  }

  /// All metrics, as they are at `moment`.
  String text(Moment moment) {
    gauges.show(moment);
    return registry.scrape();
  }

  @Override
  public void committed(int runs, Duration took) {
    submitted.increment(runs);
    commit.record(took);
  }

  @Override
  public void spawned(Duration sinceClaim) {
    spawn.record(sinceClaim);
  }

  @Override
  public void wrote(long bytes) {
    written.increment(bytes);
  }

  @Override
  public void flushed(Duration took) {
    flush.record(took);
  }
}
