package io.millrace.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.runner.Load;
import io.millrace.store.QueueCounts;
import io.millrace.store.Vitals;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Metrics of one [Moment]. What nobody could say is not a number then.
final class Gauges {
  private final MeterRegistry registry;
  private volatile Moment moment = Moment.NOTHING;

  Gauges(MeterRegistry registry) {
    this.registry = registry;
    load("slots", "Runs that this node may have at the same time", Load::slots);
    load("slots.taken", "Runs that have a slot", Load::slotsTaken);
    load("ends.waiting", "Ended runs that wait for the database", Load::endsWaiting);
    queue("ready", QueueCounts::ready);
    queue("held", QueueCounts::held);
    queue("scheduled", QueueCounts::scheduled);
    gauge("queue.oldest.seconds", "How long the longest ready run waits", Gauges::oldest);
    gauge("keeper.up", "Whether this node has a keeper", now -> now.keeper() ? 1 : 0);
    gauge("database.up", "Whether it answers", now -> now.vitals().isPresent() ? 1 : 0);
    gauge(
        "database.oldest.xmin.transactions",
        "How many transactions ago the oldest snapshot was taken that is still held (age of xmin)",
        now -> number(now.vitals(), Vitals::oldestSnapshot));
    viewers("run", Moment::runViewers);
    viewers("events", Moment::eventViewers);
    free("data", Moment::dataFreeBytes);
    free("run", Moment::runFreeBytes);
    build();
  }

  void show(Moment now) {
    moment = now;
  }

  private void load(String name, String description, ToDoubleFunction<Load> value) {
    gauge(name, description, now -> number(now.load(), value));
  }

  private void queue(String state, ToDoubleFunction<QueueCounts> value) {
    gauge(
        "queue.runs",
        "Runs of all nodes that wait: for a slot, for their concurrency key, for their time",
        Tags.of("state", state),
        now -> number(now.vitals().map(Vitals::queue), value));
  }

  private void viewers(String stream, ToDoubleFunction<Moment> value) {
    gauge("stream.viewers", "Who watches live", Tags.of("stream", stream), value);
  }

  private void free(String directory, ToDoubleFunction<Moment> value) {
    gauge("disk.free.bytes", "Room for more", Tags.of("directory", directory), value);
  }

  private void build() {
    gauge("build.info", "Which build this is", Tags.of("version", Build.version()), now -> 1);
  }

  private void gauge(String name, String description, ToDoubleFunction<Moment> value) {
    gauge(name, description, Tags.empty(), value);
  }

  private void gauge(String name, String description, Tags tags, ToDoubleFunction<Moment> value) {
    Gauge.builder("millrace." + name, this, gauges -> value.applyAsDouble(gauges.moment))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private static double oldest(Moment now) {
    return number(
        now.vitals(),
        vitals ->
            vitals
                .oldestReady()
                .map(since -> Math.max(0, Duration.between(since, now.at()).toMillis() / 1000.0))
                .orElse(0.0));
  }

  private static <T> double number(Optional<T> source, ToDoubleFunction<T> value) {
    return source.map(known -> value.applyAsDouble(known)).orElse(Double.NaN);
  }
}
