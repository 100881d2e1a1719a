package io.millrace.keeper.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// What one of a cgroup's files says: lines of a name and a number, or a number alone.
final class CgroupFile {
  private static final int BYTES = 4096;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BYTES);
  private String text = "";

  CgroupFile read(int directory, String name) {
    int fd = Fd.open(directory, Libc.cString(name), Fd.O_RDONLY);
    if (fd < 0) {
      text = "";
      return this;
    }
    readOpen(fd);
    Fd.close(fd);
    return this;
  }

  CgroupFile readOpen(int fd) {
    int length = Math.max(0, Fd.pread(fd, buffer, BYTES, 0));
    var bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    text = new String(bytes, StandardCharsets.US_ASCII);
    return this;
  }

  /// The number behind a name; empty without such a file or line.
  OptionalLong value(String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst();
  }

  /// The number that the file begins with; empty without one, as for `max`.
  OptionalLong first() {
    var word = text.strip();
    return !word.isEmpty() && word.chars().allMatch(Character::isDigit)
        ? OptionalLong.of(Long.parseLong(word))
        : OptionalLong.empty();
  }
}
