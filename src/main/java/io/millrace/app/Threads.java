package io.millrace.app;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.stream.IntStream;

/// Has all threads of Vert.x made at the start.
///
/// It makes each one when it is first needed, and by then scripts may have taken the last process
/// that the service's user may have (RLIMIT_NPROC counts threads, too): what is given to a thread
/// that cannot be made is never done.
final class Threads {
  private Threads() {}

  static Future<Void> makeAll(Vertx vertx, int workers) {
    var worked =
        IntStream.range(0, workers)
            .mapToObj(each -> vertx.executeBlocking(() -> each, false))
            .toList();
    var loops = new DeploymentOptions().setInstances(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);
    return Future.all(worked)
        .compose(done -> vertx.deployVerticle(Idle::new, loops))
        .compose(vertx::undeploy);
  }

  /// Each instance has the next event loop for its own.
  private static final class Idle extends VerticleBase {}
}
