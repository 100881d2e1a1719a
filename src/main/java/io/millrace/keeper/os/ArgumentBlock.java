package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Memory for the texts of one spawn, used again for the next.
final class ArgumentBlock {
  private MemorySegment memory = Arena.ofAuto().allocate(16 * 1024, 8);
  private long top;

  /// Makes room for the texts of a request; what was there before is gone.
  void clear(SpawnRequest request) {
    long most = 2 * 4096L + 3L * request.workdir().length() + most(request.command());
    most += most(request.environment());
    if (most > memory.byteSize()) {
      memory = Arena.ofAuto().allocate(2 * most, 8);
    }
    top = 0;
  }

  /// The address of a text in UTF-8 with a NUL behind it.
  long text(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    long at = top;
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at, bytes.length);
    memory.set(JAVA_BYTE, at + bytes.length, (byte) 0);
    top = at + bytes.length + 1;
    return memory.address() + at;
  }

  /// The address of a list as execve(2) wants it: addresses of texts, then 0.
  long list(List<String> texts) {
    long table = (top + 7) & ~7L;
    top = table + 8L * (texts.size() + 1);
    long entry = table;
    for (var text : texts) {
      memory.set(JAVA_LONG, entry, text(text));
      entry += 8;
    }
    memory.set(JAVA_LONG, entry, 0);
    return memory.address() + table;
  }

  private static long most(List<String> texts) {
    long most = 16 + 8L * texts.size();
    for (var text : texts) {
      most += 3L * text.length() + 1;
    }
    return most;
  }
}
