package io.millrace.keeper.os;

/// What differs between processors: numbers of system calls that have no plain libc function, and
/// packed structures.
///
/// Sources: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h and
/// include/uapi/linux/eventpoll.h of Linux. All else used here is laid out alike on 64-bit Linux
/// with glibc. The aarch64 side is untested.
enum Arch {
  X86_64(72, 16, 157, 247, 257, 217, 0x10000, 12, 4),
  AARCH64(25, 29, 167, 95, 56, 61, 0x4000, 16, 8);

  static final Arch CURRENT = of(System.getProperty("os.arch"));

  final int fcntl;
  final int ioctl;
  final int prctl;
  final int waitid;
  final int openat;
  final int getdents64;

  /// Flag of open(2): fail unless it is a directory.
  final int directoryFlag;

  /// Bytes of one `struct epoll_event`, and where in it the caller's data begins.
  final int epollEventBytes;

  final int epollDataOffset;

  /// Alike everywhere: newer calls share their numbers.
  static final int PIDFD_SEND_SIGNAL = 424;

  static final int PIDFD_OPEN = 434;

  Arch(
      int fcntl,
      int ioctl,
      int prctl,
      int waitid,
      int openat,
      int getdents64,
      int directoryFlag,
      int epollEventBytes,
      int epollDataOffset) {
    this.fcntl = fcntl;
    this.ioctl = ioctl;
    this.prctl = prctl;
    this.waitid = waitid;
    this.openat = openat;
    this.getdents64 = getdents64;
    this.directoryFlag = directoryFlag;
    this.epollEventBytes = epollEventBytes;
    this.epollDataOffset = epollDataOffset;
  }

  static boolean isKnown(String name) {
    return name.equals("amd64") || name.equals("x86_64") || name.equals("aarch64");
  }

  private static Arch of(String name) {
    return name.equals("aarch64") ? AARCH64 : X86_64;
  }
}
