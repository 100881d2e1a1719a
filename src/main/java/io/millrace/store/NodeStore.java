package io.millrace.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;

/// Which servers there are, and which life of each is the present one.
public final class NodeStore {
  private static final String REGISTER =
      """
      insert into node as known (name, epoch, seen_at) values ($1::text, 1, now())
      on conflict (name) do update set epoch = known.epoch + 1, seen_at = now()
      returning epoch\
      """;

  private static final String BEAT =
      "update node set seen_at = now() where name = $1::text and epoch = $2::bigint";

  private final Database database;

  public NodeStore(Database database) {
    this.database = database;
  }

  /// Begins a new life of the node `name`; whatever an earlier one still sends is fenced off from
  /// now on.
  ///
  /// What the earlier one had claimed is ours after [RunStore#claimedBy].
  public Future<NodeEpoch> register(String name) {
    return database
        .move(REGISTER, Tuple.of(name))
        .map(rows -> new NodeEpoch(name, rows.iterator().next().getLong(0)));
  }

  /// Says that `me` is alive; false if a newer life has begun.
  public Future<Boolean> heartbeat(NodeEpoch me) {
    return database.move(BEAT, Tuple.of(me.node(), me.epoch())).map(rows -> rows.rowCount() == 1);
  }
}
