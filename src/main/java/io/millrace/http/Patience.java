package io.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// How long a client waits for a database that says nothing.
final class Patience {
  private static final Duration LIMIT = Duration.ofSeconds(18);

  private Patience() {}

  /// Fails with a timeout, which becomes 503, when `question` is not answered in time. Only for
  /// questions that change nothing more when they are asked again.
  ///
  /// By a timer of the present context: that of a future which has none wants a thread of its own,
  /// and there may be none left.
  static <T> Future<T> within(Future<T> question) {
    if (question.isComplete()) {
      return question;
    }
    var vertx = Vertx.currentContext().owner();
    Promise<T> answer = Promise.promise();
    long timer = vertx.setTimer(LIMIT.toMillis(), late -> answer.tryFail(tooLate()));
    question
        .onSuccess(answer::tryComplete)
        .onFailure(answer::tryFail)
        .onComplete(done -> vertx.cancelTimer(timer));
    return answer.future();
  }

  private static TimeoutException tooLate() {
    return new TimeoutException("no answer within " + LIMIT.toSeconds() + " s");
  }
}
