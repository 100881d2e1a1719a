package io.millrace.keeper.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

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

  private static final Set<String> STEERING =
      Set.of(
          "PATH",
          "ENV",
          "SHELLOPTS",
          "PS4",
          "IFS",
          "CDPATH",
          "GLOBIGNORE",
          "GCONV_PATH",
          "GETCONF_DIR",
          "HOSTALIASES",
          "LOCALDOMAIN",
          "LOCPATH",
          "NIS_PATH",
          "NLSPATH",
          "RESOLV_HOST_CONF",
          "RES_OPTIONS",
          "TMPDIR",
          "TZDIR",
          "POSIXLY_CORRECT");

  /// The exit code of a wrapper that could not do its part; it has said why on stderr.
  static final int FAILED = 126;

  /// The request with what goes before its command. Where that is more than nothing, a missing
  /// interpreter no longer makes the spawn fail: the run then ends with exit code 127, so look
  /// before with [Programs#isExecutable].
  public SpawnRequest around(SpawnRequest request) {
    var unset = unset(request.environment());
    var enter = isolation.map(kind -> kind.prefix(request.workdir(), unset)).orElse(List.of());
    var all = new ArrayList<String>();
    all.addAll(shell(unset));
    nice.ifPresent(value -> all.addAll(List.of("nice", "-n", Integer.toString(value))));
    if (isolation.map(Isolation::isByRoot).orElse(true)) {
      all.addAll(enter);
      user.ifPresent(who -> all.addAll(setpriv(who)));
    } else {
      user.ifPresent(who -> all.addAll(setpriv(who)));
      all.addAll(enter);
    }
    if (user.isEmpty()) {
      all.addAll(request.command());
      return request.withCommand(withAbsoluteProgram(all));
    }
    return handedOver(request, all);
  }

  /// Programs that run before the change of user must not be steered by what the script was given:
  /// such variables go around them, as words of env(1).
  private static SpawnRequest handedOver(SpawnRequest request, List<String> prefix) {
    var all = new ArrayList<>(prefix);
    all.add("/usr/bin/env");
    request.environment().stream().filter(Wrapping::steersPrograms).forEach(all::add);
    all.addAll(request.command());
    var harmless = new ArrayList<>(List.of("PATH=" + Programs.PATH));
    request.environment().stream()
        .filter(variable -> !steersPrograms(variable))
        .forEach(harmless::add);
    return request.withCommand(withAbsoluteProgram(all)).withEnvironment(harmless);
  }

  /// Whether a variable changes what the dynamic linker, the C library or a shell does: those of
  /// ld.so(8) that it ignores itself for setuid programs, and those that shells read at their
  /// start.
  private static boolean steersPrograms(String variable) {
    var name = variable.substring(0, variable.indexOf('='));
    return STEERING.contains(name)
        || Stream.of("LD_", "GLIBC_", "MALLOC_", "BASH").anyMatch(name::startsWith);
  }

  /// Shells add some variables; this takes those away again that were not asked for.
  private static String unset(List<String> environment) {
    var added = new ArrayList<>(List.of("PWD", "OLDPWD", "SHLVL", "_"));
    environment.forEach(variable -> added.remove(variable.substring(0, variable.indexOf('='))));
    return "unset " + String.join(" ", added);
  }

  private List<String> shell(String unset) {
    var steps = new ArrayList<String>();
    cgroup.ifPresent(_ -> steps.add("echo 0 >\"$0\"/cgroup.procs"));
    umask.ifPresent(mask -> steps.add("umask " + Integer.toOctalString(mask)));
    openFiles.ifPresent(count -> steps.add("ulimit -n " + count));
    if (steps.isEmpty()) {
      return List.of();
    }
    var script =
        "{ %s; } || exit %d; %s; exec \"$@\"".formatted(String.join(" && ", steps), FAILED, unset);
    return List.of(
        "/bin/sh", "-c", script, cgroup.map(group -> group.path().toString()).orElse("sh"));
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
