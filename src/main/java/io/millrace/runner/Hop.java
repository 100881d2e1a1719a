package io.millrace.runner;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/// Asks something of the owner of a state: runs on the owner's context, answers on the caller's.
final class Hop {
  private Hop() {}

  static <T> Future<T> to(Vertx vertx, Context owner, Supplier<Future<T>> question) {
    var caller = vertx.getOrCreateContext();
    Promise<T> answer = Promise.promise();
    owner.runOnContext(
        here -> ask(question).onComplete(done -> caller.runOnContext(back -> answer.handle(done))));
    return answer.future();
  }

  private static <T> Future<T> ask(Supplier<Future<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException | Error bug) {
      return Future.failedFuture(bug);
    }
  }
}
