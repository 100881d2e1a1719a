package io.millrace.keeper.os;

import java.util.List;
import java.util.OptionalInt;

/// Signals by number and name, signal(7), as x86-64 and aarch64 count them.
public final class Signal {
  public static final int HUP = 1;
  public static final int KILL = 9;
  public static final int TERM = 15;
  public static final int CONT = 18;
  public static final int STOP = 19;

  private static final int FIRST_REAL_TIME = 34;
  private static final int LAST = 64;
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private Signal() {}

  /// For example `SIGKILL` for 9, `SIGRTMIN+2` for 36.
  public static String name(int number) {
    if (number >= 1 && number <= NAMES.size()) {
      return "SIG" + NAMES.get(number - 1);
    }
    return number == FIRST_REAL_TIME ? "SIGRTMIN" : "SIGRTMIN+" + (number - FIRST_REAL_TIME);
  }

  /// The number of `TERM`, `SIGTERM` or `15`; empty for what is no signal.
  public static OptionalInt number(String name) {
    var plain = name.startsWith("SIG") ? name.substring(3) : name;
    int index = NAMES.indexOf(plain);
    if (index >= 0) {
      return OptionalInt.of(index + 1);
    }
    if (!plain.matches("[0-9]{1,2}")) {
      return OptionalInt.empty();
    }
    int number = Integer.parseInt(plain);
    return number >= 1 && number <= LAST ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
