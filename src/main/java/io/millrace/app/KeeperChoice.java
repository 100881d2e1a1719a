package io.millrace.app;

/// Who starts the keeper.
public enum KeeperChoice {
  /// The server, when none runs for its data directory.
  START,
  /// Somebody else: a service manager that gives it a unit, and so a control group, of its own.
  WAIT
}
