package io.millrace.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The connections to PostgreSQL, and what their failures mean.
///
/// Two pools, so that nobody's search can hold up the queue: one for the statements that move runs,
/// with plans made once, and one for pages, planned anew for the filter at hand. Neither ever needs
/// to read a table from end to end, and both are told so. Every statement has a limit on the
/// server, and a longer one here, after which its connection is cut: a frozen server answers
/// nobody.
///
/// Everything may be called from any context.
public final class Database {
  private static final int BROKEN_TRIES = 5;

  private static final long CLOSED_LOOK_MILLIS = 2;
  private static final int CLOSED_LOOKS = 250;
  private static final int STATEMENTS_KEPT = 128;
  private static final int STATEMENT_LENGTH_KEPT = 1 << 16;

  private static final Map<String, String> ALWAYS =
      Map.of(
          "application_name", "millrace",
          "timezone", "UTC",
          "jit", "off",
          "enable_seqscan", "off");

  private static final Map<String, String> MOVING = Map.of("plan_cache_mode", "force_generic_plan");

  private static final Map<String, String> READING =
      Map.of("plan_cache_mode", "force_custom_plan", "enable_bitmapscan", "off");

  private final Vertx vertx;
  private final Pool moving;
  private final Pool reading;
  private final Patience patience;

  /// Written by whoever got an answer last.
  private volatile boolean available;

  private Database(Vertx vertx, Pool moving, Pool reading, Patience patience) {
    this.vertx = vertx;
    this.moving = moving;
    this.reading = reading;
    this.patience = patience;
  }

  /// How long to wait for what.
  ///
  /// @param connect for a connection
  /// @param statement on the server, for one statement
  /// @param use here, for all that is done on one connection at a time; a little more than
  ///   `statement`
  record Patience(Duration connect, Duration statement, Duration use) {
    static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(6));
  }

  Patience patience() {
    return patience;
  }

  /// Makes the pools; connects on first use.
  public static Database open(Vertx vertx, DatabaseSettings settings) {
    return open(vertx, settings, Patience.DEFAULT);
  }

  static Database open(Vertx vertx, DatabaseSettings settings, Patience patience) {
    int forReading = Math.max(2, settings.connections() / 3);
    int forMoving = Math.max(4, settings.connections() - forReading);
    return new Database(
        vertx,
        pool(vertx, settings, patience, "moving", forMoving, MOVING),
        pool(vertx, settings, patience, "reading", forReading, READING),
        patience);
  }

  private static Pool pool(
      Vertx vertx,
      DatabaseSettings settings,
      Patience patience,
      String name,
      int connections,
      Map<String, String> properties) {
    var options =
        new PgConnectOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setDatabase(settings.database())
            .setUser(settings.user())
            .setPassword(settings.password())
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(STATEMENTS_KEPT)
            .setPreparedStatementCacheSqlLimit(STATEMENT_LENGTH_KEPT);
    var statementMillis = Long.toString(patience.statement().toMillis());
    options.addProperty("statement_timeout", statementMillis);
    options.addProperty("lock_timeout", statementMillis);
    options.addProperty(
        "idle_in_transaction_session_timeout", Long.toString(patience.use().toMillis()));
    ALWAYS.forEach(options::addProperty);
    properties.forEach(options::addProperty);
    var network =
        new NetClientOptions()
            .setConnectTimeout((int) patience.connect().toMillis())
            .setTcpKeepAlive(true)
            .setTcpUserTimeout((int) patience.use().toMillis());
    return PgBuilder.pool()
        .using(vertx)
        .with(network)
        .with(
            new PoolOptions()
                .setName(name)
                .setMaxSize(connections)
                .setConnectionTimeout((int) patience.connect().toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
        .connectingTo(options)
        .build();
  }

  /// Whether the last thing tried had an answer.
  public boolean isAvailable() {
    return available;
  }

  /// Asks the server for a sign of life.
  public Future<Void> ping() {
    return read("select 1", Tuple.tuple()).mapEmpty();
  }

  public Future<Void> close() {
    return Future.join(moving.close(), reading.close()).mapEmpty();
  }

  /// One statement that moves runs.
  Future<RowSet<Row>> move(String sql, Tuple values) {
    return move(connection -> connection.preparedQuery(sql).execute(values));
  }

  /// Several of them, outside of a transaction.
  <T> Future<T> move(Function<SqlConnection, Future<T>> use) {
    return on(moving, use).recover(failure -> Future.failedFuture(Failures.told(failure)));
  }

  /// The same, with the failure as it came: for those who must know whether the statement may have
  /// happened.
  <T> Future<T> moveOrTell(Function<SqlConnection, Future<T>> use) {
    return on(moving, use);
  }

  /// One transaction; committed if `use` succeeds, else undone. The failure is as it came.
  <T> Future<T> transactionOrTell(Function<SqlConnection, Future<T>> use) {
    return on(moving, connection -> transaction(connection, use));
  }

  <T> Future<T> transaction(Function<SqlConnection, Future<T>> use) {
    return transactionOrTell(use).recover(failure -> Future.failedFuture(Failures.told(failure)));
  }

  /// One statement that reads a page.
  Future<RowSet<Row>> read(String sql, Tuple values) {
    return on(reading, connection -> connection.preparedQuery(sql).execute(values))
        .recover(failure -> Future.failedFuture(Failures.told(failure)));
  }

  private static <T> Future<T> transaction(
      SqlConnection connection, Function<SqlConnection, Future<T>> use) {
    var begun = connection.query("begin").execute();
    var used = use.apply(connection);
    return begun
        .compose(ready -> used)
        .compose(
            done -> connection.query("commit").execute().map(done),
            failure ->
                connection
                    .query("rollback")
                    .execute()
                    .transform(undone -> Future.failedFuture(failure)));
  }

  private <T> Future<T> on(Pool pool, Function<SqlConnection, Future<T>> use) {
    return on(pool, use, BROKEN_TRIES)
        .onComplete(done -> available = done.succeeded() || Failures.of(done.cause()).answered());
  }

  /// A connection that broke while it was idle is still handed out now and then: the next one will
  /// do.
  private <T> Future<T> on(Pool pool, Function<SqlConnection, Future<T>> use, int triesLeft) {
    return pool.getConnection()
        .recover(
            failure ->
                Future.failedFuture(
                    new DatabaseAway("no connection: " + failure.getMessage(), failure)))
        .compose(
            connection ->
                limited(connection, use).eventually(() -> connection.close().otherwiseEmpty()))
        .recover(
            failure ->
                triesLeft > 0 && Failures.of(failure) == Failures.NOT_SENT
                    ? on(pool, use, triesLeft - 1)
                    : Future.failedFuture(failure));
  }

  private <T> Future<T> limited(SqlConnection connection, Function<SqlConnection, Future<T>> use) {
    return use.apply(connection)
        .timeout(patience.use().toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            failure -> {
              var kind = Failures.of(failure);
              if (kind != Failures.LOST && kind != Failures.NOT_SENT) {
                return Future.failedFuture(failure);
              }
              return cut(connection).compose(later -> Future.failedFuture(failure));
            });
  }

  /// Closes the socket under a connection that does not answer: given back to the pool as it is, it
  /// would hold up the next user.
  private Future<Void> cut(SqlConnection connection) {
    var pooled = ((SqlConnectionInternal) connection).unwrap();
    if (!(pooled.unwrap() instanceof SocketConnectionBase open)) {
      return Future.succeededFuture();
    }
    // Not a close of the pipeline: that would wait for what the other side does not read.
    var channel = open.socket().channelHandlerContext().channel();
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    return awaitClosed(open, CLOSED_LOOKS);
  }

  /// Until the pool knows, which hears of it a moment after the connection itself.
  private Future<Void> awaitClosed(SocketConnectionBase connection, int looksLeft) {
    boolean known = !connection.isValid() || looksLeft == 0;
    return vertx
        .timer(CLOSED_LOOK_MILLIS)
        .compose(
            later -> known ? Future.succeededFuture() : awaitClosed(connection, looksLeft - 1));
  }
}
