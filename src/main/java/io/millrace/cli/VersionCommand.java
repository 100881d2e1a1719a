package io.millrace.cli;

import io.millrace.app.Build;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `millrace version`
@Command(name = "version", description = "Says which Millrace and which Java this is.")
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine()
        .getOut()
        .println("millrace " + Build.version() + " (Java " + Runtime.version() + ")");
    return 0;
  }
}
