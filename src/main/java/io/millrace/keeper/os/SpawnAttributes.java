package io.millrace.keeper.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What every child starts with, posix_spawnattr_init(3): a session of its own, no signal blocked,
/// none ignored.
///
/// Both matter: the threads of a JVM block and ignore some signals, and children inherit that.
final class SpawnAttributes {
  private static final int SETSIGDEF = 4;
  private static final int SETSIGMASK = 8;
  private static final int SETSID = 0x80;
  private static final int SETCGROUP = 0x100;

  /// `posix_spawnattr_t` has 336 bytes, `sigset_t` 128.
  private static final int BYTES = 512;

  private static final MemorySegment SET_FLAGS = Libc.function("posix_spawnattr_setflags");

  private final MemorySegment plain;
  private final MemorySegment inCgroup;
  private final MemorySegment setCgroup;

  SpawnAttributes() {
    var arena = Arena.ofAuto();
    setCgroup = Libc.find("posix_spawnattr_setcgroup_np").orElse(MemorySegment.NULL);
    plain = make(arena, SETSID | SETSIGMASK | SETSIGDEF);
    inCgroup = make(arena, SETSID | SETSIGMASK | SETSIGDEF | SETCGROUP);
  }

  /// Whether children can be born in a cgroup: glibc 2.39.
  boolean canBearIntoCgroups() {
    return !setCgroup.equals(MemorySegment.NULL);
  }

  long ordinary() {
    return plain.address();
  }

  long inCgroup(int directory) {
    if (!canBearIntoCgroups()) {
      throw new IllegalStateException("This C library cannot start a process in a cgroup");
    }
    Libc.call(setCgroup, inCgroup.address(), directory);
    return inCgroup.address();
  }

  private static MemorySegment make(Arena arena, int flags) {
    var attributes = arena.allocate(BYTES, 16);
    var signals = arena.allocate(128, 16);
    Libc.call(Libc.function("posix_spawnattr_init"), attributes.address());
    Libc.call(SET_FLAGS, attributes.address(), flags);
    Libc.call(Libc.function("sigemptyset"), signals.address());
    Libc.call(Libc.function("posix_spawnattr_setsigmask"), attributes.address(), signals.address());
    // Not sigfillset(3): it leaves out 32 and 33, and children would then ignore these two.
    signals.fill((byte) 0xff);
    Libc.call(
        Libc.function("posix_spawnattr_setsigdefault"), attributes.address(), signals.address());
    return attributes;
  }
}
