package io.millrace.http;

import io.millrace.runner.Fault;
import io.vertx.core.Future;
import java.util.List;

/// What the open pages tell about this server; no secrets.
public interface ServiceFacts {

  String version();

  /// What this host can do for runs, such as `cgroup` or `isolate`, as the keeper found it.
  List<String> capabilities();

  /// Why runs cannot be taken on right now, such as a database that is away; empty when they can.
  Future<List<Fault>> missing();

  /// What hangs, so that only a restart helps; empty when nothing does.
  Future<List<Fault>> stuck();

  /// All metrics in the text format of Prometheus.
  Future<String> metrics();
}
