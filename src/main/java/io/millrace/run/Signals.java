package io.millrace.run;

import java.util.List;

/// Names of Linux signal numbers (signal(7); the numbers are those of x86-64 and aarch64, which
/// agree).
public final class Signals {
  private static final List<String> NAMES =
      List.of(
          "SIGHUP",
          "SIGINT",
          "SIGQUIT",
          "SIGILL",
          "SIGTRAP",
          "SIGABRT",
          "SIGBUS",
          "SIGFPE",
          "SIGKILL",
          "SIGUSR1",
          "SIGSEGV",
          "SIGUSR2",
          "SIGPIPE",
          "SIGALRM",
          "SIGTERM",
          "SIGSTKFLT",
          "SIGCHLD",
          "SIGCONT",
          "SIGSTOP",
          "SIGTSTP",
          "SIGTTIN",
          "SIGTTOU",
          "SIGURG",
          "SIGXCPU",
          "SIGXFSZ",
          "SIGVTALRM",
          "SIGPROF",
          "SIGWINCH",
          "SIGIO",
          "SIGPWR",
          "SIGSYS");
  private static final int FIRST_REALTIME = 34;

  private Signals() {}

  /// `SIGKILL` for 9; `SIGRTMIN+2` for 36; numbers without a name as `signal 33`.
  public static String name(int number) {
    if (number >= 1 && number <= NAMES.size()) {
      return NAMES.get(number - 1);
    }
    return number >= FIRST_REALTIME && number <= 64
        ? "SIGRTMIN+" + (number - FIRST_REALTIME)
        : "signal " + number;
  }
}
