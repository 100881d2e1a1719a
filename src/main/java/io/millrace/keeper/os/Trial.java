package io.millrace.keeper.os;

import io.millrace.keeper.os.Spawned.NotStarted;
import io.millrace.keeper.os.Spawned.Running;
import io.millrace.keeper.os.Streams.NoInput;
import io.millrace.keeper.os.Streams.Piped;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Tries a command out to learn what this machine allows. Blocks until it has ended, for ten
/// seconds at most.
final class Trial {
  private static final int PATIENCE_MILLIS = 10_000;

  private Trial() {}

  static boolean succeeds(List<String> command) {
    try {
      return ended(command);
    } catch (SystemCallFailed e) {
      return false;
    }
  }

  private static boolean ended(List<String> command) throws SystemCallFailed {
    var spawner = new Spawner(Rlimit.of(Rlimit.SELF, Rlimit.OPEN_FILES).soft(), 0);
    int nowhere = Fd.aboveStandard(Fd.open("/dev/null", Fd.O_RDWR));
    var streams = new Piped(new NoInput(), nowhere, nowhere);
    var mark = Mark.of(System.nanoTime());
    var request =
        new SpawnRequest(command, Programs.ENVIRONMENT, "/", streams, mark, OptionalInt.empty());
    try {
      return switch (spawner.spawn(request)) {
        case NotStarted _ -> false;
        case Running running -> succeeded(running);
      };
    } finally {
      Fd.close(nowhere);
      clear(mark);
    }
  }

  /// A trial may leave something running, such as a namespace.
  private static void clear(Mark mark) throws SystemCallFailed {
    try (var survey = new Survey()) {
      var left = new ArrayList<Integer>();
      do {
        left.clear();
        survey.of(
            found -> found == mark.value(),
            (pid, pidfd, _) -> {
              PidFd.signal(pidfd, Signal.KILL);
              Fd.poll(pidfd, Fd.IN, PATIENCE_MILLIS);
              left.add(pid);
            });
      } while (!left.isEmpty());
    }
  }

  private static boolean succeeded(Running running) {
    if (Fd.poll(running.pidfd(), Fd.IN, PATIENCE_MILLIS) <= 0) {
      PidFd.signal(running.pidfd(), Signal.KILL);
    }
    Fd.close(running.pidfd());
    var ended = PidFd.awaitEnd(running.pid());
    return !ended.bySignal() && ended.number() == 0;
  }
}
