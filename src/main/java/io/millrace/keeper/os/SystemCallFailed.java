package io.millrace.keeper.os;

import java.io.IOException;

/// The kernel refused a call that a working machine does not refuse.
public final class SystemCallFailed extends IOException {
  private static final long serialVersionUID = 1;

  private final int errno;

  SystemCallFailed(String what, long result) {
    super(what + ": " + Errno.describe((int) -result));
    this.errno = (int) -result;
  }

  /// The kernel's reason, as in [Errno].
  public int errno() {
    return errno;
  }

  /// Passes a result on, unless it is a failure.
  static int check(String what, long result) throws SystemCallFailed {
    if ((int) result < 0) {
      throw new SystemCallFailed(what, result);
    }
    return (int) result;
  }
}
