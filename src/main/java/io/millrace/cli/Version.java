package io.millrace.cli;

import io.millrace.app.Build;
import picocli.CommandLine.IVersionProvider;

/// What `millrace --version` prints.
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"millrace " + Build.version()};
  }
}
