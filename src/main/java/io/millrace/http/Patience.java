package io.millrace.http;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/// How long a client waits for a database that says nothing.
final class Patience {
  private static final int SECONDS = 18;

  private Patience() {}

  /// Fails with a timeout, which becomes 503, when `question` is not answered in time. Only for
  /// questions that change nothing more when they are asked again.
  static <T> Future<T> within(Future<T> question) {
    return question.isComplete() ? question : question.timeout(SECONDS, TimeUnit.SECONDS);
  }
}
