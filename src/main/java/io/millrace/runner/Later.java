package io.millrace.runner;

import java.time.Duration;

/// Does something on the owner's context when some time has passed.
@FunctionalInterface
interface Later {
  void run(Duration pause, Runnable action);
}
