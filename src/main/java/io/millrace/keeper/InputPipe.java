package io.millrace.keeper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.millrace.keeper.os.Errno;
import io.millrace.keeper.os.Fd;
import io.millrace.keeper.os.SystemCallFailed;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;

/// The keeper's end of a run's standard input. An input is taken as a whole: what the pipe does not
/// take at once waits here, and until it has gone no further input is taken.
///
/// Belongs to the loop.
final class InputPipe {
  private static final byte CONTROL_D = 4;

  private final Loop loop;
  private final Loop.Owner owner;
  private final int fd;
  private final boolean terminal;
  private byte[] waiting = {};
  private boolean endAfterWaiting;
  private boolean open = true;
  private long token = -1;

  /// @param fd to write to and to close in the end
  /// @param terminal whether the end of the input is told by Ctrl-D
  InputPipe(Loop loop, Loop.Owner owner, int fd, boolean terminal) {
    this.loop = loop;
    this.owner = owner;
    this.fd = fd;
    this.terminal = terminal;
  }

  /// Why nothing was taken; empty when all of it is on its way.
  Optional<InputRefusal> offer(byte[] bytes, boolean eof) {
    if (!open || endAfterWaiting) {
      return Optional.of(InputRefusal.CLOSED);
    }
    if (waiting.length > 0) {
      return Optional.of(InputRefusal.FULL);
    }
    waiting = eof && terminal ? withControlD(bytes) : bytes;
    endAfterWaiting = eof && !terminal;
    int offered = waiting.length;
    write();
    if (!open && !endAfterWaiting) {
      return Optional.of(InputRefusal.CLOSED);
    }
    if (offered > 0 && waiting.length == offered) {
      takeBack();
      return Optional.of(InputRefusal.FULL);
    }
    return Optional.empty();
  }

  void close() {
    unwatch();
    if (open) {
      open = false;
      Fd.close(fd);
    }
  }

  private void write() {
    while (open && waiting.length > 0) {
      int written = write(waiting);
      if (written >= 0) {
        waiting = Arrays.copyOfRange(waiting, written, waiting.length);
      } else if (written == -Errno.EAGAIN) {
        watch();
        return;
      } else {
        waiting = new byte[0];
        endAfterWaiting = false;
        close();
        return;
      }
    }
    unwatch();
    if (endAfterWaiting) {
      close();
    }
  }

  private int write(byte[] bytes) {
    try (var arena = Arena.ofConfined()) {
      return Fd.write(fd, arena.allocateFrom(JAVA_BYTE, bytes), bytes.length);
    }
  }

  private void takeBack() {
    waiting = new byte[0];
    endAfterWaiting = false;
    unwatch();
  }

  private void watch() {
    if (token < 0) {
      try {
        token = loop.watch(fd, Fd.OUT, events -> write(), owner);
      } catch (SystemCallFailed unwatchable) {
        close();
      }
    }
  }

  private void unwatch() {
    if (token >= 0) {
      loop.unwatch(fd, token);
      token = -1;
    }
  }

  private static byte[] withControlD(byte[] bytes) {
    var all = Arrays.copyOf(bytes, bytes.length + 1);
    all[bytes.length] = CONTROL_D;
    return all;
  }
}
