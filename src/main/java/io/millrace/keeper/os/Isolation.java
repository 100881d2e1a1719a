package io.millrace.keeper.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Runs a script in a PID namespace and with a /proc of its own, pid_namespaces(7): it sees and
/// signals only itself.
///
/// The namespace's PID 1 is a shell that does nothing but reap (a script as PID 1 would survive its
/// own `kill -9 $$`). The script is a child of nsenter(1), which is the run's main process and ends
/// exactly as the script does. So stop signals belong to the processes inside, see [ProcessTree].
public final class Isolation {
  /// PID 1: says that it is up, lets go of all streams, then waits for ever; bash reaps on SIGCHLD.
  private static final String INIT =
      """
      trap '' HUP INT QUIT TERM USR1 USR2 PIPE ALRM
      echo up
      exec >/dev/null 4<> <(:)
      while :; do read -r _ <&4; done
      """;

  /// `$0` is the script of PID 1, `$1` the options of unshare, `$2` those of nsenter, `$3` the
  /// working directory.
  private static final String HOLD_AND_ENTER =
      """
      exec 3< <(exec unshare --pid --fork --kill-child --mount-proc $1 -- bash -c "$0" </dev/null 2>/dev/null 3<&-)
      holder=$!
      if ! read -r _ <&3; then
        echo 'millrace: this machine refuses a PID namespace' >&2
        exit 126
      fi
      exec 3<&-
      enter="--pid=/proc/$holder/ns/pid_for_children --mount=/proc/$holder/ns/mnt"
      if [ -n "$2" ]; then enter="--user=/proc/$holder/ns/user $2 $enter"; fi
      workdir=$3 unset=$4
      shift 4
      exec nsenter $enter -- /bin/sh -c 'cd -- "$0" || exit 126; '"$unset"'; exec "$@"' "$workdir" "$@"
      """;

  private static final Isolation BY_ROOT = new Isolation("", "");
  private static final Isolation BY_USER_NAMESPACE =
      new Isolation("--user --map-current-user", "--preserve-credentials");

  private final String unshareOptions;
  private final String nsenterOptions;

  private Isolation(String unshareOptions, String nsenterOptions) {
    this.unshareOptions = unshareOptions;
    this.nsenterOptions = nsenterOptions;
  }

  /// The way in which this process can isolate runs, found by doing it; empty if the kernel or a
  /// container forbids it.
  static Optional<Isolation> detect() {
    return Stream.of(BY_ROOT, BY_USER_NAMESPACE).filter(Isolation::works).findFirst();
  }

  /// Whether a change of user happens inside the namespace; otherwise the user makes the namespace.
  boolean isByRoot() {
    return unshareOptions.isEmpty();
  }

  List<String> prefix(String workdir, String unset) {
    return List.of(
        "bash", "-c", HOLD_AND_ENTER, INIT, unshareOptions, nsenterOptions, workdir, unset);
  }

  private boolean works() {
    var command = new ArrayList<>(prefix("/", ":"));
    command.addAll(List.of("/bin/sh", "-c", "test -e /proc/$$/exe && test $$ -lt 10"));
    return Programs.find("bash").isPresent() && Trial.succeeds(absolute(command));
  }

  private static List<String> absolute(List<String> command) {
    command.set(0, Programs.find(command.getFirst()).orElseThrow());
    return command;
  }
}
