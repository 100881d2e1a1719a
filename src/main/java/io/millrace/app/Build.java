package io.millrace.app;

import java.util.Optional;

/// Which build this is.
public final class Build {
  private Build() {}

  /// The version in the jar's manifest; `development` when run from classes.
  public static String version() {
    return Optional.ofNullable(Build.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
