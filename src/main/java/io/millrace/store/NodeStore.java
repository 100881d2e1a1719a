package io.millrace.store;

import io.vertx.core.Future;

/// Which servers there are, and which life of each is the present one.
public final class NodeStore {

  public NodeStore(Database database) {}

  /// Begins a new life of the node `name`; whatever an earlier one still sends is fenced off from
  /// now on.
  public Future<NodeEpoch> register(String name) {
    return soon();
  }

  /// Says that `me` is alive; false if a newer life has begun.
  public Future<Boolean> heartbeat(NodeEpoch me) {
    return soon();
  }

  private static <T> Future<T> soon() {
    return Future.failedFuture(new UnsupportedOperationException("not built yet"));
  }
}
