package io.millrace.keeper;

import org.jspecify.annotations.Nullable;

/// The one server that counts: the one of the latest life that has greeted.
///
/// Belongs to the loop.
final class CurrentServer {
  private @Nullable ServerConnection connection;
  private long epoch = Long.MIN_VALUE;

  boolean isThere() {
    return connection != null;
  }

  boolean is(ServerConnection candidate) {
    return candidate == connection;
  }

  /// Whether it counts from now on, in place of the one before; one of an earlier life never does.
  boolean becomes(ServerConnection from, Command.Hello hello) {
    if (hello.epoch() < epoch) {
      KeeperLog.warn("a server of an earlier life (epoch " + hello.epoch() + ") was turned away");
      from.close();
      return false;
    }
    var superseded = connection;
    epoch = hello.epoch();
    connection = from;
    if (superseded != null && superseded != from) {
      superseded.close();
    }
    return true;
  }

  void isGone() {
    connection = null;
  }

  /// What is said while there is none is lost: whoever comes next is told all again.
  void tell(News news) {
    if (connection != null) {
      connection.tell(news);
    }
  }

  /// Sends what was told.
  void flush() {
    var now = connection;
    if (now != null) {
      try {
        now.flush();
      } catch (RuntimeException | Error mistake) {
        now.failed(mistake);
      }
    }
  }
}
