package io.millrace.run;

/// How a run's main process itself ended, as waitid(2) told it.
public sealed interface ProcessEnd {

  /// It called exit with `code`, 0–255.
  record Exited(int code) implements ProcessEnd {}

  /// A signal ended it; `signal` is the kernel's number.
  record Signalled(int signal) implements ProcessEnd {}
}
