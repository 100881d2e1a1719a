package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Reads lists of pids from /proc into memory that is used again: the folders of a directory, or
/// the children of a thread.
final class PidList {
  private static final MemorySegment LSEEK = Libc.function("lseek");
  private static final int BYTES = 32 * 1024;

  /// `struct linux_dirent64`: inode 8, offset 8, length of the record 2, type 1, name.
  private static final int RECORD_LENGTH = 16;

  private static final int NAME = 19;

  private final MemorySegment buffer = Arena.ofAuto().allocate(BYTES, 8);
  private int[] pids = new int[64];
  private int size;

  int size() {
    return size;
  }

  int pid(int index) {
    return pids[index];
  }

  void clear() {
    size = 0;
  }

  int[] toArray() {
    return Arrays.copyOf(pids, size);
  }

  /// Lists the folders with numbers as names: of `/proc`, all processes. One that is forked
  /// meanwhile is listed too, if its pid is higher than where the listing is.
  void readDirectory(int fd) {
    size = 0;
    Libc.call(LSEEK, fd, 0, 0);
    int bytes;
    while ((bytes = (int) Libc.syscall(Arch.CURRENT.getdents64, fd, buffer.address(), BYTES, 0, 0))
        > 0) {
      for (int at = 0; at < bytes; at += buffer.get(JAVA_SHORT_UNALIGNED, at + RECORD_LENGTH)) {
        parse(at + NAME, bytes);
      }
    }
  }

  /// Lists what an open file `/proc/<pid>/task/<tid>/children` tells.
  void readChildren(int fd) {
    size = 0;
    long position = 0;
    int bytes;
    while ((bytes = Fd.pread(fd, buffer, BYTES, position)) > 0) {
      int end = bytes;
      while (end > 0 && buffer.get(JAVA_BYTE, end - 1) != ' ') {
        end--;
      }
      for (int at = 0; at < end; ) {
        at = parse(at, end) + 1;
      }
      position += end;
    }
  }

  /// Takes the number that begins here; returns where it ends.
  private int parse(int start, int limit) {
    int at = start;
    int pid = 0;
    for (; at < limit; at++) {
      int digit = buffer.get(JAVA_BYTE, at) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      pid = pid * 10 + digit;
    }
    if (pid > 0) {
      if (size == pids.length) {
        pids = Arrays.copyOf(pids, 2 * size);
      }
      pids[size++] = pid;
    }
    return at;
  }
}
