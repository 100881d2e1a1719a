package io.millrace.keeper;

import io.millrace.run.RunId;

/// What keeper, spool and database know an execution by.
public record AttemptName(RunId run, int attempt) {
  @Override
  public String toString() {
    return run + "." + attempt;
  }
}
