package io.millrace.runner;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/// Repeats an asynchronous step without growing the stack, whether the steps complete at once or
/// later.
public final class AsyncLoop {
  private AsyncLoop() {}

  /// Runs `step` again and again until it answers false or fails.
  public static Future<Void> whileTrue(Supplier<Future<Boolean>> step) {
    Promise<Void> done = Promise.promise();
    run(step, done);
    return done.future();
  }

  private static void run(Supplier<Future<Boolean>> step, Promise<Void> done) {
    while (true) {
      Future<Boolean> answer;
      try {
        answer = step.get();
      } catch (RuntimeException | Error bug) {
        // An Error too: a moment without memory passes, but nobody waits for ever.
        done.fail(bug);
        return;
      }
      if (!answer.isComplete()) {
        answer.onComplete(
            result -> {
              if (result.failed()) {
                done.fail(result.cause());
              } else if (result.result()) {
                run(step, done);
              } else {
                done.complete();
              }
            });
        return;
      }
      if (answer.failed()) {
        done.fail(answer.cause());
        return;
      }
      if (!answer.result()) {
        done.complete();
        return;
      }
    }
  }
}
