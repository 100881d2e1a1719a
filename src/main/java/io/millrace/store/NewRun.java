package io.millrace.store;

import io.millrace.run.RunId;
import io.millrace.run.Submission;
import java.util.Optional;

/// A submission that has its id and waits for its row.
public record NewRun(RunId id, Submission submission, Optional<Idempotency> idempotency) {}
