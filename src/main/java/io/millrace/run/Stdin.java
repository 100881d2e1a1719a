package io.millrace.run;

/// What a run reads from its standard input.
public sealed interface Stdin {

  /// `/dev/null`.
  record None() implements Stdin {}

  /// A pipe that stays open for `POST /runs/{id}/input`.
  record Open() implements Stdin {}

  /// All of `text` in UTF-8, then the end of the file.
  record Given(String text) implements Stdin {}
}
