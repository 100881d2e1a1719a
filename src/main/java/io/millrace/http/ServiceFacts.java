package io.millrace.http;

import io.millrace.runner.Fault;
import io.vertx.core.Future;
import java.util.List;

/// What the open pages tell about this server; no secrets.
public interface ServiceFacts {

  String version();

  /// What this host can do for runs, such as `cgroup` or `isolate`, as the keeper found it.
  List<String> capabilities();

  /// What is missing right now, such as the database; empty when runs can be taken on.
  Future<List<Fault>> missing();

  /// All metrics in the text format of Prometheus.
  String metrics();
}
