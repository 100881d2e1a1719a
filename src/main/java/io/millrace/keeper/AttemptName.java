package io.millrace.keeper;

import io.millrace.run.RunId;
import io.millrace.spool.ExitRecord;
import java.util.Optional;

/// What keeper, spool and database know an execution by.
public record AttemptName(RunId run, int attempt) {
  static AttemptName of(Command.Start order) {
    return new AttemptName(order.run(), order.attempt());
  }

  static AttemptName of(ExitRecord record) {
    return new AttemptName(record.run(), record.attempt());
  }

  /// Empty for what is said to the keeper itself.
  static Optional<AttemptName> meantBy(Command command) {
    return switch (command) {
      case Command.Start order -> Optional.of(of(order));
      case Command.Stop stop -> Optional.of(new AttemptName(stop.run(), stop.attempt()));
      case Command.Input input -> Optional.of(new AttemptName(input.run(), input.attempt()));
      case Command.Resize resize -> Optional.of(new AttemptName(resize.run(), resize.attempt()));
      case Command.Sample sample -> Optional.of(new AttemptName(sample.run(), sample.attempt()));
      case Command.Forget forget -> Optional.of(new AttemptName(forget.run(), forget.attempt()));
      case Command.Survey survey -> Optional.empty();
      case Command.End end -> Optional.empty();
      case Command.Hello hello -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return run + "." + attempt;
  }
}
