package io.millrace.app;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// Metrics of what Millrace is built on: the JVM and its process (`jvm_…`, `process_…`), and of
/// Vert.x its HTTP server and pools, as `millrace_http_server_…` and `millrace_pool_…`.
final class Machinery {
  private static final String OURS = "millrace.";
  private static final String VERTX = "vertx.";
  private static final Set<MetricsDomain> WANTED =
      EnumSet.of(MetricsDomain.HTTP_SERVER, MetricsDomain.NAMED_POOLS);

  private final MeterRegistry registry;
  private final JvmGcMetrics collections = new JvmGcMetrics();

  Machinery(MeterRegistry registry) {
    this.registry = registry;
    registry.config().meterFilter(ours());
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private static MeterFilter ours() {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        return id.getName().startsWith(VERTX)
            ? id.withName(OURS + id.getName().substring(VERTX.length()))
            : id;
      }
    };
  }

  /// What measures Vert.x.
  VertxMetricsFactory vertx() {
    return new MicrometerMetricsFactory(registry) {
      @Override
      public VertxMetrics metrics(VertxOptions options) {
        return new ExactMetrics(super.metrics(options));
      }
    };
  }

  /// Methods and paths are what clients make of them, so they are no labels; the router's own
  /// patterns and the status codes are.
  MetricsOptions options() {
    return new MicrometerMetricsOptions()
        .setEnabled(true)
        .setLabels(EnumSet.of(Label.HTTP_ROUTE, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
        .setDisabledMetricsCategories(
            Arrays.stream(MetricsDomain.values())
                .filter(domain -> !WANTED.contains(domain))
                .map(MetricsDomain::toCategory)
                .collect(Collectors.toSet()));
  }
}
