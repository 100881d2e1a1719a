package io.millrace.app;

import io.millrace.store.NodeEpoch;
import io.millrace.store.NodeStore;
import io.millrace.store.Partitions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to be done again and again: says that this node lives, makes partitions ahead, drops
/// old ones.
final class Housekeeping extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration TIDY = Duration.ofHours(6);

  private final NodeStore nodes;
  private final Partitions partitions;
  private final NodeEpoch me;
  private final OptionalInt keepDays;
  private final InstantSource clock;
  private final Runnable superseded;

  /// @param superseded called when a newer life of this node has begun: this one must end
  Housekeeping(
      NodeStore nodes,
      Partitions partitions,
      NodeEpoch me,
      OptionalInt keepDays,
      InstantSource clock,
      Runnable superseded) {
    this.nodes = nodes;
    this.partitions = partitions;
    this.me = me;
    this.keepDays = keepDays;
    this.clock = clock;
    this.superseded = superseded;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(HEARTBEAT.toMillis(), timer -> heartbeat());
    vertx.setPeriodic(TIDY.toMillis(), timer -> tidy());
    tidy();
    return Future.succeededFuture();
  }

  private void heartbeat() {
    nodes
        .heartbeat(me)
        .onSuccess(
            present -> {
              if (!present) {
                LOG.error(
                    "node {}: another server has taken over this node. This one ends.", me.node());
                superseded.run();
              }
            })
        .onFailure(away -> LOG.debug("node {}: no heartbeat: {}", me.node(), away.toString()));
  }

  private void tidy() {
    partitions
        .prepare(clock.instant())
        .compose(
            done ->
                keepDays.isPresent()
                    ? partitions.drop(clock.instant(), keepDays.getAsInt())
                    : Future.succeededFuture(List.<String>of()))
        .onSuccess(
            dropped -> dropped.forEach(name -> LOG.info("history {}: dropped, it is old", name)))
        .onFailure(
            failure ->
                LOG.warn(
                    "history: partitions could not be looked after ({}). Tried again in {} h.",
                    failure.toString(),
                    TIDY.toHours()));
  }
}
