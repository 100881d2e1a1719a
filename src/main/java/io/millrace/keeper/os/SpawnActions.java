package io.millrace.keeper.os;

import io.millrace.keeper.os.Streams.FileInput;
import io.millrace.keeper.os.Streams.NoInput;
import io.millrace.keeper.os.Streams.PipeInput;
import io.millrace.keeper.os.Streams.Piped;
import io.millrace.keeper.os.Streams.Terminal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What happens to descriptors and working directory between fork and exec,
/// posix_spawn_file_actions_init(3).
final class SpawnActions {
  private static final MemorySegment INIT = Libc.function("posix_spawn_file_actions_init");
  private static final MemorySegment DESTROY = Libc.function("posix_spawn_file_actions_destroy");
  private static final MemorySegment OPEN = Libc.function("posix_spawn_file_actions_addopen");
  private static final MemorySegment DUP2 = Libc.function("posix_spawn_file_actions_adddup2");
  private static final MemorySegment CHDIR = Libc.function("posix_spawn_file_actions_addchdir_np");
  private static final MemorySegment CLOSE_FROM =
      Libc.function("posix_spawn_file_actions_addclosefrom_np");

  /// `posix_spawn_file_actions_t` has 80 bytes.
  private final MemorySegment actions = Arena.ofAuto().allocate(128, 16);

  private final long address = actions.address();

  /// Writes them down anew; the texts go to `texts`. Returns their address, good until [#clear].
  long fill(SpawnRequest request, ArgumentBlock texts) {
    Libc.call(INIT, address);
    switch (request.streams()) {
      case Piped(var input, int stdout, int stderr) -> {
        switch (input) {
          case NoInput() -> open("/dev/null", Fd.O_RDONLY, texts);
          case FileInput(var path) -> open(path, Fd.O_RDONLY, texts);
          case PipeInput(int readEnd) -> Libc.call(DUP2, address, readEnd, 0);
        }
        Libc.call(DUP2, address, stdout, 1);
        Libc.call(DUP2, address, stderr, 2);
      }
      // The first terminal that the leader of a session opens is its controlling one.
      case Terminal(var path) -> {
        open(path, Fd.O_RDWR, texts);
        Libc.call(DUP2, address, 0, 1);
        Libc.call(DUP2, address, 0, 2);
      }
    }
    Libc.call(CLOSE_FROM, address, 3);
    Libc.call(CHDIR, address, texts.text(request.workdir()));
    return address;
  }

  void clear() {
    Libc.call(DESTROY, address);
  }

  private void open(String path, int flags, ArgumentBlock texts) {
    Libc.call(OPEN, address, 0, texts.text(path), flags, 0, 0);
  }
}
