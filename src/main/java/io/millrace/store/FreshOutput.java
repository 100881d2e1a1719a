package io.millrace.store;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import java.util.List;

/// Output that may not be stored yet: what the runs of this node write while they live.
public interface FreshOutput {

  /// There is none.
  FreshOutput NONE =
      new FreshOutput() {
        @Override
        public List<RunId> runs(RunFilter filter) {
          return List.of();
        }

        @Override
        public Future<Boolean> contains(RunId run, byte[] text) {
          return Future.succeededFuture(false);
        }
      };

  /// Who may have some, of those that `filter` lets pass.
  List<RunId> runs(RunFilter filter);

  /// Whether all that `run` has written so far, stored or not, contains `text`; not across a gap.
  Future<Boolean> contains(RunId run, byte[] text);
}
