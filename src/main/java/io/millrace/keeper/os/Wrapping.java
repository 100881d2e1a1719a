package io.millrace.keeper.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a run asks for that takes a program in front of its own, each of which costs 1 to 2 ms of
/// processor time (isolation about 8): so only for runs that ask.
///
/// Each of these programs execs the next, so the run's main process is still the one that was
/// spawned.
///
/// @param nice added to the service's own niceness; negative values need root
/// @param openFiles soft and hard limit
/// @param user whom to run as, if not as the service's own user: needs root
/// @param cgroup to be entered first; for C libraries that cannot bear a child in it
/// @param isolation set to have a PID namespace of its own
public record Wrapping(
    OptionalInt umask,
    OptionalInt nice,
    OptionalLong openFiles,
    Optional<User> user,
    Optional<Cgroup> cgroup,
    Optional<Isolation> isolation) {
  public static final Wrapping NONE =
      new Wrapping(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /// The exit code of a wrapper that could not do its part; it has said why on stderr.
  static final int FAILED = 126;

  /// The command with what goes before it. Where that is more than nothing, a missing interpreter
  /// no longer makes the spawn fail: the run then ends with exit code 127, so look before with
  /// [Programs#isExecutable].
  public List<String> around(List<String> command, String workdir) {
    var all = new ArrayList<String>();
    shell(all);
    nice.ifPresent(value -> all.addAll(List.of("nice", "-n", Integer.toString(value))));
    if (isolation.isPresent() && isolation.get().isByRoot()) {
      all.addAll(isolation.get().prefix(workdir));
    }
    user.ifPresent(who -> all.addAll(setpriv(who)));
    if (isolation.isPresent() && !isolation.get().isByRoot()) {
      all.addAll(isolation.get().prefix(workdir));
    }
    all.addAll(command);
    return withAbsoluteProgram(all);
  }

  private void shell(List<String> all) {
    var steps = new ArrayList<String>();
    cgroup.ifPresent(_ -> steps.add("echo 0 >\"$0\"/cgroup.procs"));
    umask.ifPresent(mask -> steps.add("umask " + Integer.toOctalString(mask)));
    openFiles.ifPresent(count -> steps.add("ulimit -n " + count));
    if (!steps.isEmpty()) {
      var script = "{ " + String.join(" && ", steps) + "; } || exit " + FAILED + "; exec \"$@\"";
      var name = cgroup.map(group -> group.path().toString()).orElse("sh");
      all.addAll(List.of("/bin/sh", "-c", script, name));
    }
  }

  /// With the groups of that user: with `--reuid` alone it would keep root's.
  private static List<String> setpriv(User user) {
    return List.of(
        "setpriv",
        "--reuid=" + user.uid(),
        "--regid=" + user.gid(),
        user.name().isEmpty() ? "--clear-groups" : "--init-groups",
        "--");
  }

  private static List<String> withAbsoluteProgram(List<String> command) {
    var program = command.getFirst();
    if (!program.startsWith("/")) {
      command.set(0, Programs.find(program).orElse("/usr/bin/" + program));
    }
    return List.copyOf(command);
  }
}
