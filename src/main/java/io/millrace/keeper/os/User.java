package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A user of this machine, getpwnam(3): of `/etc/passwd`, LDAP or whatever it is set up with.
public record User(String name, int uid, int gid, String home) {
  /// To setreuid(2) and its kin that means: as it is, so mostly root.
  private static final int UNCHANGED = -1;

  private static final MemorySegment BY_NAME = Libc.function("getpwnam_r");
  private static final MemorySegment BY_UID = Libc.function("getpwuid_r");
  private static final MemorySegment EFFECTIVE = Libc.function("geteuid");

  /// `struct passwd`: name 0, password 8, uid 16, gid 20, comment 24, home 32, shell 40; behind it
  /// the texts.
  private static final int RECORD = 64;

  private static final int TEXTS = 64 * 1024;

  public User {
    if (uid == UNCHANGED || gid == UNCHANGED) {
      throw new IllegalArgumentException("no user has the uid or gid " + UNCHANGED);
    }
  }

  /// Empty for an unknown one.
  public static Optional<User> named(String name) {
    try (var arena = Arena.ofConfined()) {
      return find(arena, BY_NAME, arena.allocateFrom(name).address());
    }
  }

  public static Optional<User> withUid(int uid) {
    try (var arena = Arena.ofConfined()) {
      return find(arena, BY_UID, uid);
    }
  }

  /// The uid that this process acts as.
  public static int effectiveUid() {
    return (int) Libc.call(EFFECTIVE);
  }

  private static Optional<User> find(Arena arena, MemorySegment function, long key) {
    var record = arena.allocate(RECORD + 8 + TEXTS, 8);
    long found = record.address() + RECORD;
    Libc.call(function, key, record.address(), found + 8, TEXTS, found, 0);
    if (record.get(JAVA_LONG, RECORD) == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new User(
            Libc.text(record.get(JAVA_LONG, 0)),
            record.get(JAVA_INT, 16),
            record.get(JAVA_INT, 20),
            Libc.text(record.get(JAVA_LONG, 32))));
  }
}
