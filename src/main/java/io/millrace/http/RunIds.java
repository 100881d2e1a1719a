package io.millrace.http;

import io.millrace.run.RunId;
import io.vertx.ext.web.RoutingContext;

/// The run that a path names.
final class RunIds {
  private RunIds() {}

  /// @throws Refusal 400, if it is no id at all
  static RunId of(RoutingContext ctx) {
    String text = ctx.pathParam("id");
    return RunId.parse(text)
        .orElseThrow(
            () -> {
              var faults = new Faults();
              faults.add("id", "must be a run's id (a UUID in lower case), got '" + text + "'");
              return new Refusal(Problems.malformed(faults.list()));
            });
  }
}
