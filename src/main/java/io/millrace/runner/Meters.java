package io.millrace.runner;

import java.time.Duration;

/// What this package tells whoever measures it.
///
/// Called on the contexts of its verticles, for each run or batch: must neither block nor throw.
public interface Meters {

  /// For those who measure nothing.
  Meters NONE =
      new Meters() {
        @Override
        public void committed(int runs, Duration took) {}

        @Override
        public void spawned(Duration sinceClaim) {}

        @Override
        public void wrote(long bytes) {}

        @Override
        public void flushed(Duration took) {}
      };

  /// A group commit of submissions made `runs` runs durable.
  void committed(int runs, Duration took);

  /// A claimed run's process has started.
  void spawned(Duration sinceClaim);

  /// Runs wrote so many bytes more.
  void wrote(long bytes);

  /// A batch of ends became durable.
  void flushed(Duration took);

  /// The time since `beganNanos` of [System#nanoTime()].
  static Duration since(long beganNanos) {
    return Duration.ofNanos(System.nanoTime() - beganNanos);
  }
}
