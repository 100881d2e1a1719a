package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Reads small files of /proc, proc(5), into one buffer and finds numbers in them.
final class ProcFs {
  private static final int BYTES = 8192;
  private static final byte[] PEAK = ascii("VmHWM:");
  private static final byte[] INNER_PID = ascii("NSpid:");
  private static final byte[] REAL_TIME_LIMIT = ascii("Max realtime timeout");

  private final MemorySegment buffer = Arena.ofAuto().allocate(BYTES);
  private int length;

  /// Reads the file; false if the process is gone or may not be looked at.
  boolean read(int pid, String file) {
    int fd = Fd.open("/proc/" + pid + "/" + file, Fd.O_RDONLY);
    if (fd < 0) {
      return false;
    }
    length = Math.max(0, Fd.read(fd, buffer, BYTES));
    Fd.close(fd);
    return length > 0;
  }

  /// The mark of a process that prlimit(2) may not look at, or −1.
  long markFromLimits(int pid) {
    return read(pid, "limits") ? number(after(REAL_TIME_LIMIT), 0) : -1;
  }

  /// The largest resident set of a process so far, 0 if it is gone.
  long peakBytes(int pid) {
    return read(pid, "status") ? Math.max(0, number(after(PEAK), 0)) * 1024 : 0;
  }

  /// The pid of its parent, or −1.
  int parent(int pid) {
    return read(pid, "stat") ? (int) statField(4) : -1;
  }

  /// Its pid in a PID namespace below ours, or −1 if it is in ours.
  long innerPid(int pid) {
    return read(pid, "status") ? number(after(INNER_PID), 1) : -1;
  }

  /// Of `/proc/<pid>/stat`, as proc(5) counts the fields from 1; only those after the name (3 and
  /// up).
  long statField(int field) {
    int at = length;
    while (at > 0 && buffer.get(JAVA_BYTE, at - 1) != ')') {
      at--;
    }
    return number(at, field - 3);
  }

  /// The `index`-th word of what follows on the same line, from 0, as a number; −1 if it is none.
  long number(int start, int index) {
    int at = start;
    for (int skipped = 0; ; skipped++) {
      while (at < length && isSpace(at)) {
        at++;
      }
      if (at >= length || buffer.get(JAVA_BYTE, at) == '\n') {
        return -1;
      }
      if (skipped == index) {
        return digits(at);
      }
      while (at < length && !isSpace(at) && buffer.get(JAVA_BYTE, at) != '\n') {
        at++;
      }
    }
  }

  private long digits(int start) {
    long value = -1;
    for (int at = start; at < length; at++) {
      int digit = buffer.get(JAVA_BYTE, at) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = Math.max(value, 0) * 10 + digit;
    }
    return value;
  }

  private boolean isSpace(int at) {
    byte letter = buffer.get(JAVA_BYTE, at);
    return letter == ' ' || letter == '\t';
  }

  /// Where the text ends in the buffer; the buffer's end if it is not there.
  private int after(byte[] text) {
    var wanted = MemorySegment.ofArray(text);
    for (int at = 0; at + text.length <= length; at++) {
      if (MemorySegment.mismatch(buffer, at, at + text.length, wanted, 0, text.length) < 0) {
        return at + text.length;
      }
    }
    return length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
