package io.millrace.keeper.os;

import java.util.List;
import java.util.OptionalInt;

/// A program to start.
///
/// @param command the program's absolute path and its arguments; the path is also argument 0
/// @param environment exactly these, as `NAME=value`
/// @param mark what all processes that come of it are found by
/// @param cgroup the directory of the cgroup it is born in; only where [Spawner#bearsIntoCgroups]
public record SpawnRequest(
    List<String> command,
    List<String> environment,
    String workdir,
    Streams streams,
    Mark mark,
    OptionalInt cgroup) {
  public SpawnRequest {
    if (command.isEmpty() || !command.getFirst().startsWith("/")) {
      throw new IllegalArgumentException("A command begins with an absolute path: " + command);
    }
    command = List.copyOf(command);
    environment = List.copyOf(environment);
  }

  SpawnRequest withEnvironment(List<String> other) {
    return new SpawnRequest(command, other, workdir, streams, mark, cgroup);
  }

  SpawnRequest withCommand(List<String> other) {
    return new SpawnRequest(other, environment, workdir, streams, mark, cgroup);
  }
}
