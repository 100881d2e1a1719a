package io.millrace.keeper.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Extended attributes of files, xattr(7).
final class ExtendedAttribute {
  private static final MemorySegment GET = Libc.function("getxattr");

  private ExtendedAttribute() {}

  static boolean is(Path file, String name, String value) {
    try (var arena = Arena.ofConfined()) {
      var path = arena.allocateFrom(file.toString());
      var attribute = arena.allocateFrom(name);
      var found = arena.allocate(64);
      long length = Libc.call(GET, path.address(), attribute.address(), found.address(), 63);
      return length >= 0 && found.getString(0).equals(value);
    }
  }
}
