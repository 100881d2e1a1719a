package io.millrace.keeper.os;

import java.util.function.LongPredicate;

/// Looks through all processes of the machine for those with a mark. About 2 µs for each process
/// there is.
final class Survey implements AutoCloseable {
  private final PidList processes = new PidList();
  private final int folder = SystemCallFailed.check("/proc", Fd.openDirectory("/proc"));
  private final ProcFs proc = new ProcFs();
  private final int self = Self.pid();

  Survey() throws SystemCallFailed {}

  /// What to do with a process that was found. The descriptor is closed afterwards.
  interface Found {
    void process(int pid, int pidfd, long mark);
  }

  /// Shows every living process that has a wanted mark, this one excepted.
  ///
  /// What the descriptor stands for certainly has the mark, even if pids are reused at the same
  /// time: it is looked at again after the descriptor was opened.
  void of(LongPredicate wanted, Found found) {
    processes.readDirectory(folder);
    for (int i = 0; i < processes.size(); i++) {
      int pid = processes.pid(i);
      long mark = mark(pid);
      if (Mark.isMark(mark) && wanted.test(mark) && pid != self) {
        show(pid, mark, found);
      }
    }
  }

  private void show(int pid, long mark, Found found) {
    int pidfd = PidFd.open(pid);
    if (pidfd >= 0) {
      if (mark(pid) == mark && !PidFd.hasEnded(pidfd)) {
        found.process(pid, pidfd, mark);
      }
      Fd.close(pidfd);
    }
  }

  private long mark(int pid) {
    long mark = Mark.read(pid);
    if (mark == -Errno.EPERM && ProcessSignal.probe(pid) == 0) {
      return proc.markFromLimits(pid);
    }
    return mark;
  }

  @Override
  public void close() {
    Fd.close(folder);
  }
}
