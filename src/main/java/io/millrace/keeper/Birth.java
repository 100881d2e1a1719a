package io.millrace.keeper;

import io.millrace.keeper.os.Cgroup;
import io.millrace.keeper.os.Fd;
import io.millrace.keeper.os.Mark;
import io.millrace.keeper.os.ProcessTree;
import io.millrace.keeper.os.Pty;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.run.Limits;
import io.millrace.run.Terminal;
import io.millrace.spool.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A main process that was just started, with everything of it that must be closed in the end.
///
/// Belongs to the loop.
final class Birth {
  private final int pid;
  private final int pidfd;
  private final Mark mark;
  private final ProcessTree tree;
  private final Optional<Cgroup> cgroup;
  private final List<Readable> readables;
  private final Optional<Pty> terminal;
  private final Optional<InputPipe> input;
  private final List<OutputPipe> pipes = new ArrayList<>();
  private long pidfdToken = -1;
  private boolean released;

  /// A descriptor that the run's output comes from.
  record Readable(int fd, Stream stream) {}

  Birth(
      int pid,
      int pidfd,
      Mark mark,
      ProcessTree tree,
      Optional<Cgroup> cgroup,
      List<Readable> readables,
      Optional<Pty> terminal,
      Optional<InputPipe> input) {
    this.pid = pid;
    this.pidfd = pidfd;
    this.mark = mark;
    this.tree = tree;
    this.cgroup = cgroup;
    this.readables = List.copyOf(readables);
    this.terminal = terminal;
    this.input = input;
  }

  int pid() {
    return pid;
  }

  int pidfd() {
    return pidfd;
  }

  Mark mark() {
    return mark;
  }

  ProcessTree tree() {
    return tree;
  }

  Optional<Cgroup> cgroup() {
    return cgroup;
  }

  void resize(Terminal size) {
    terminal.ifPresent(pty -> pty.resize(size.columns(), size.rows()));
  }

  /// Empty when it was taken.
  Optional<InputRefusal> offer(byte[] bytes, boolean eof) {
    return input.isEmpty() ? Optional.of(InputRefusal.NO_STDIN) : input.get().offer(bytes, eof);
  }

  void watch(Host host, OutputPipe.Sink sink, Runnable mainEnded, Loop.Owner owner)
      throws SystemCallFailed {
    for (var readable : readables) {
      pipes.add(new OutputPipe(host, readable.fd(), readable.stream(), sink, owner));
    }
    pidfdToken = host.loop().watch(pidfd, Fd.IN, events -> mainEnded.run(), owner);
  }

  /// Hears no more of it, and reads nothing more: for one that goes wrong.
  void unwatch(Loop loop) {
    unwatchMain(loop);
    input.ifPresent(InputPipe::close);
    pipes.forEach(OutputPipe::close);
    readables.subList(pipes.size(), readables.size()).forEach(never -> Fd.close(never.fd()));
  }

  boolean outputIsOpen() {
    return pipes.stream().anyMatch(OutputPipe::isOpen);
  }

  void drainOutput() {
    pipes.forEach(OutputPipe::drainAndClose);
  }

  /// The main process was reaped: nobody is told of it again, and nobody reads what is sent to it.
  void mainIsOver(Loop loop) {
    tree.mainHasEnded();
    unwatchMain(loop);
    input.ifPresent(InputPipe::close);
  }

  private void unwatchMain(Loop loop) {
    if (pidfdToken >= 0) {
      loop.unwatch(pidfd, pidfdToken);
      pidfdToken = -1;
    }
  }

  /// The limit that the kernel killed for; empty when it did not.
  OptionalLong outOfMemory(Limits limits) {
    return limits.memoryBytes().isPresent()
            && cgroup.isPresent()
            && cgroup.get().outOfMemoryKills() > 0
        ? limits.memoryBytes()
        : OptionalLong.empty();
  }

  /// Nothing of the run is alive any more: gives everything back. A second time is nothing.
  void release(Host host) {
    if (released) {
      return;
    }
    released = true;
    mainIsOver(host.loop());
    drainOutput();
    Fd.close(pidfd);
    cgroup.ifPresent(group -> host.capabilities().cgroups().orElseThrow().release(group));
  }
}
