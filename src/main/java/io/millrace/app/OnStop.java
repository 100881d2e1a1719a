package io.millrace.app;

/// What becomes of running scripts when the service is asked to stop.
public enum OnStop {
  /// SIGTERM detaches, SIGINT cancels; in a container both cancel, because the keeper ends with the
  /// container anyway.
  AUTO,
  /// Scripts go on under the keeper; the next start takes them on.
  DETACH,
  /// Scripts may end by themselves within the shutdown grace; the rest is cancelled.
  CANCEL
}
