package io.millrace.http;

import io.millrace.runner.Fault;
import io.vertx.core.Future;
import java.util.List;

/// A server that lacks whatever a test says.
final class KnownFacts implements ServiceFacts {
  volatile List<Fault> missing = List.of();
  volatile List<Fault> stuck = List.of();

  @Override
  public String version() {
    return "0.1.0-test";
  }

  @Override
  public List<String> capabilities() {
    return List.of("cgroup", "isolate");
  }

  @Override
  public Future<List<Fault>> missing() {
    return Future.succeededFuture(missing);
  }

  @Override
  public Future<List<Fault>> stuck() {
    return Future.succeededFuture(stuck);
  }

  @Override
  public Future<String> metrics() {
    return Future.succeededFuture("# HELP millrace_up Whether the server is up.\nmillrace_up 1\n");
  }
}
