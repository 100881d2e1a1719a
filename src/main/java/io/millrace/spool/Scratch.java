package io.millrace.spool;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Native memory for the system calls of one thread: errno, a file name and a small record.
final class Scratch implements AutoCloseable {
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final int NAME_BYTES = 256;
  private static final int RECORD_BYTES = 256;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(NAME_BYTES + RECORD_BYTES + 16, 8);

  /// Room for [#RECORD_BYTES] bytes, which the next user overwrites.
  MemorySegment record() {
    return memory.asSlice(NAME_BYTES, RECORD_BYTES);
  }

  MemorySegment state() {
    return memory.asSlice(NAME_BYTES + RECORD_BYTES, 16);
  }

  int errno() {
    return memory.get(ValueLayout.JAVA_INT, NAME_BYTES + RECORD_BYTES + ERRNO);
  }

  /// `name` as a C string, until the next name.
  MemorySegment name(String name) {
    if (name.length() > (NAME_BYTES - 1) / 3) {
      return arena.allocateFrom(name);
    }
    memory.setString(0, name);
    return memory;
  }

  MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, 8);
  }

  @Override
  public void close() {
    arena.close();
  }
}
