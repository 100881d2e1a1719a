package io.millrace.runner;

import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.Submission;
import io.millrace.run.Terminal;
import io.millrace.store.Idempotency;
import io.millrace.store.Position;
import io.millrace.store.RunPage;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that can be asked of runs.
///
/// May be called from any context; futures complete on the caller's. What a caller must decide
/// about is a value; a failed future is a broken world ([io.millrace.store.DatabaseAway]) or a bug.
public interface RunService {

  /// Takes a run on; it is durable when the answer comes.
  Future<SubmitAnswer> submit(Submission submission, Optional<Idempotency> idempotency);

  /// What this host could not do of `needs`: for a submission that is refused anyway, so that it is
  /// refused once. [#submit] asks by itself.
  Future<List<Fault>> hostFaults(HostNeeds needs);

  /// The run as it is now, live facts included; without long texts.
  Future<Optional<Run>> find(RunId run);

  /// The same run with its long texts, unless it was removed meanwhile.
  Future<Run> whole(Run run);

  /// Newest first; `limit` from 1 to 500.
  Future<RunPage> list(RunFilter filter, Position position, int limit);

  /// Asks for the end of a run; recorded when the answer comes. Repeated calls only shorten the
  /// grace.
  ///
  /// @param reason in words for people, shown in the run's own reason
  /// @param grace between SIGTERM and SIGKILL; empty is the run's own
  Future<CancelAnswer> cancel(RunId run, String reason, Optional<Duration> grace);

  /// Feeds a run's standard input: all of `bytes` or nothing.
  ///
  /// @param eof whether the input ends behind them
  Future<InputAnswer> input(RunId run, byte[] bytes, boolean eof);

  /// Gives a run's terminal another size.
  Future<ResizeAnswer> resize(RunId run, Terminal size);

  /// What a run's tree uses at this moment.
  Future<SampleAnswer> sample(RunId run);

  /// Removes an ended run and its output for good.
  Future<DeleteAnswer> delete(RunId run);

  /// Where those of these runs stand that are queued; the others are not in the answer.
  Future<Map<RunId, QueuePlace>> places(Collection<RunId> runs);
}
