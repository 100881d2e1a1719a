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
        public Future<Look> look(RunId run, byte[] text, long untilNanos) {
          return Future.succeededFuture(Look.NOT_FOUND);
        }
      };

  /// Who may have some, of those that `filter` lets pass.
  List<RunId> runs(RunFilter filter);

  /// Looks for `text` in all that `run` has written so far, stored or not; not across a gap.
  ///
  /// @param untilNanos when to stop, by [System#nanoTime()]; a little is looked at in any case
  Future<Look> look(RunId run, byte[] text, long untilNanos);

  /// What came of it.
  enum Look {
    FOUND,
    NOT_FOUND,
    /// The time was over before the end was reached.
    UNFINISHED
  }
}
