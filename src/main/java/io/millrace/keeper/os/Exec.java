package io.millrace.keeper.os;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;

/// Puts another program in this process's place, execv(3).
public final class Exec {
  private static final MemorySegment EXECV = Libc.function("execv");

  private Exec() {}

  /// Does not return when it works; the answer is `-errno`. The environment stays what it is.
  ///
  /// @param command absolute path of the program, then its arguments
  public static int replaceBy(List<String> command) {
    var nothing = new Streams.Piped(new Streams.NoInput(), 3, 3);
    var texts = new ArgumentBlock();
    texts.clear(
        new SpawnRequest(command, List.of(), "/", nothing, Mark.of(0), OptionalInt.empty()));
    long arguments = texts.list(command);
    return (int) Libc.call(EXECV, texts.text(command.getFirst()), arguments);
  }
}
