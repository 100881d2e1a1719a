package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;

/// The one door to the C library.
///
/// Every function used here takes at most six integers or addresses and returns one, so a single
/// handle of that shape calls them all: registers beyond a function's own parameters are ignored by
/// both ABIs (x86-64 psABI, AAPCS64). That keeps the keeper's start short (each further shape costs
/// 4 ms to link) and the call sites compiled. Variadic functions go through [#syscall] instead.
///
/// A result of −1 comes back as `-errno`. May be called from any thread.
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final long ERRNO_OFFSET =
      Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));
  private static final MethodHandle CALL = LINKER.downcallHandle(integers(6), ERRNO);
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(integers(7), ERRNO, Linker.Option.firstVariadicArg(1));
  private static final MemorySegment SYSCALL_FUNCTION = function("syscall");
  private static final ThreadLocal<Local> LOCAL = ThreadLocal.withInitial(Local::new);

  private Libc() {}

  /// What each thread needs for itself: where errno lands, and room for one small structure in
  /// flight.
  private static final class Local {
    final MemorySegment errno = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    final MemorySegment scratch = Arena.ofAuto().allocate(512, 16);
    MemorySegment text = Arena.ofAuto().allocate(4096);
  }

  static MemorySegment function(String name) {
    return find(name)
        .orElseThrow(() -> new NoSuchElementException("The C library has no function " + name));
  }

  static Optional<MemorySegment> find(String name) {
    return LINKER.defaultLookup().find(name);
  }

  /// 512 bytes of this thread's own, valid until its next use by any method of this package.
  static MemorySegment scratch() {
    return LOCAL.get().scratch;
  }

  /// `text` in UTF-8 with a NUL behind it, valid until this thread's next use of any method of this
  /// package.
  static MemorySegment cString(String text) {
    var local = LOCAL.get();
    long most = 3L * text.length() + 1;
    if (local.text.byteSize() < most) {
      local.text = Arena.ofAuto().allocate(most);
    }
    local.text.setString(0, text);
    return local.text;
  }

  static long call(MemorySegment function) {
    return call(function, 0, 0, 0, 0, 0, 0);
  }

  static long call(MemorySegment function, long a) {
    return call(function, a, 0, 0, 0, 0, 0);
  }

  static long call(MemorySegment function, long a, long b) {
    return call(function, a, b, 0, 0, 0, 0);
  }

  static long call(MemorySegment function, long a, long b, long c) {
    return call(function, a, b, c, 0, 0, 0);
  }

  static long call(MemorySegment function, long a, long b, long c, long d) {
    return call(function, a, b, c, d, 0, 0);
  }

  static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    var errno = LOCAL.get().errno;
    try {
      long result = (long) CALL.invokeExact(function, errno, a, b, c, d, e, f);
      return (int) result == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : result;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  static long syscall(int number, long a, long b) {
    return syscall(number, a, b, 0, 0, 0);
  }

  static long syscall(int number, long a, long b, long c, long d, long e) {
    var errno = LOCAL.get().errno;
    try {
      long result =
          (long) SYSCALL.invokeExact(SYSCALL_FUNCTION, errno, (long) number, a, b, c, d, e, 0L);
      return result == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : result;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// The text at an address that the C library owns, empty for a null pointer.
  static String text(long address) {
    return address == 0 ? "" : MemorySegment.ofAddress(address).reinterpret(4096).getString(0);
  }

  private static FunctionDescriptor integers(int count) {
    var parameters = new MemoryLayout[count];
    Arrays.fill(parameters, JAVA_LONG);
    return FunctionDescriptor.of(JAVA_LONG, parameters);
  }
}
