package io.millrace.cli;

import io.millrace.app.StartRefused;
import io.millrace.keeper.os.Exec;
import io.millrace.keeper.os.Natives;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Gives the service the JVM it needs, however it was started: closed to those who would attach,
/// and with a heap that leaves the machine to the scripts.
///
/// `java -jar` cannot say so in the jar. A script of the same user could attach to the server and
/// read the database's password there; `-XX:+DisableAttachMechanism` forbids it and can be given at
/// the start only. So the process puts a JVM with it in its own place: same pid, same parent.
final class Relaunch {
  private static final String CLOSED = "-XX:+DisableAttachMechanism";

  private Relaunch() {}

  /// Returns when this JVM is closed already.
  static void closed(String[] args) {
    var given = ManagementFactory.getRuntimeMXBean().getInputArguments();
    if (given.contains(CLOSED)) {
      return;
    }
    Natives.unavailable()
        .ifPresent(
            why -> {
              throw new StartRefused(why);
            });
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    if (given.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      command.add("-XX:+UseSerialGC");
    }
    if (given.stream()
        .noneMatch(option -> option.matches("-Xmx.*|-XX:Max(HeapSize|RAMPercentage)=.*"))) {
      command.add("-Xmx256m");
    }
    command.addAll(given);
    command.add(CLOSED);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    int result = Exec.replaceBy(command);
    throw new StartRefused(
        "The JVM could not be started anew with "
            + CLOSED
            + " (error "
            + -result
            + "). Give it yourself.");
  }
}
