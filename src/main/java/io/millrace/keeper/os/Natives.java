package io.millrace.keeper.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.List;
import java.util.Optional;

/// Says whether this process can make the native calls that the keeper lives by, and if not, why
/// not and what to do.
///
/// Uses other classes of this package only after it knows that they can be, so it can be asked
/// anywhere.
public final class Natives {
  /// Functions that not every C library has, with the reason they are missing.
  private static final List<String> NEEDED =
      List.of(
          "gnu_get_libc_version",
          "posix_spawn_file_actions_addchdir_np",
          "posix_spawn_file_actions_addclosefrom_np",
          "strerrorname_np",
          "prlimit");

  private Natives() {}

  /// Why native calls are not available here, as a sentence for the operator; empty when they are.
  public static Optional<String> unavailable() {
    var os = System.getProperty("os.name");
    if (!os.equals("Linux")) {
      return Optional.of("Millrace runs scripts on Linux only, and this is " + os + ".");
    }
    var arch = System.getProperty("os.arch");
    if (!Arch.isKnown(arch)) {
      return Optional.of(
          "Millrace knows the system calls of x86-64 and aarch64 only, and this is " + arch + ".");
    }
    try {
      return missing(Linker.nativeLinker());
    } catch (IllegalCallerException e) {
      return Optional.of(
          "Java refuses native calls: start it with --enable-native-access=ALL-UNNAMED ("
              + e.getMessage()
              + ").");
    } catch (UnsupportedOperationException e) {
      return Optional.of("This Java cannot call native code at all (" + e.getMessage() + ").");
    }
  }

  private static Optional<String> missing(Linker linker) {
    // Asks Java for permission, before a class that needs it fails to initialize.
    linker.downcallHandle(FunctionDescriptor.ofVoid());
    for (var name : NEEDED) {
      if (linker.defaultLookup().find(name).isEmpty()) {
        return Optional.of(
            "Millrace needs the GNU C library 2.34 or newer: this one has no function "
                + name
                + ".");
      }
    }
    int pidfd = PidFd.open(Self.pid());
    if (pidfd < 0) {
      return Optional.of(
          "Millrace needs Linux 5.4 or newer, or a sandbox that allows pidfd_open(2): "
              + Errno.describe(-pidfd)
              + ".");
    }
    Fd.close(pidfd);
    try (var orphans = new Orphans(_ -> false)) {
      orphans.refresh();
      return Optional.empty();
    } catch (SystemCallFailed e) {
      return Optional.of(
          "Millrace needs a kernel that tells the children of a process (CONFIG_PROC_CHILDREN): "
              + e.getMessage()
              + ".");
    }
  }
}
