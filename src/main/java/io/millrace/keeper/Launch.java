package io.millrace.keeper;

import io.millrace.keeper.os.Cgroup;
import io.millrace.keeper.os.CgroupLimits;
import io.millrace.keeper.os.Fd;
import io.millrace.keeper.os.Mark;
import io.millrace.keeper.os.Pipe;
import io.millrace.keeper.os.ProcessTree;
import io.millrace.keeper.os.Pty;
import io.millrace.keeper.os.SpawnRequest;
import io.millrace.keeper.os.Spawned;
import io.millrace.keeper.os.Streams;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.keeper.os.User;
import io.millrace.keeper.os.Wrapping;
import io.millrace.run.RunId;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Starts the main process of an attempt: opens what it needs, and closes all of that again when it
/// cannot be started.
///
/// Belongs to the loop.
final class Launch {
  private static final int USUAL_UMASK = 022;

  private final Command.Start order;
  private final RunDirectory directory;
  private final Host host;
  private final Loop.Owner owner;

  /// What becomes the child's alone, closed here in any case.
  private final List<Integer> childEnds = new ArrayList<>();

  /// What stays the keeper's, closed here when the start fails.
  private final List<Integer> ownEnds = new ArrayList<>();

  private final List<Birth.Readable> readables = new ArrayList<>();
  private Optional<InputPipe> input = Optional.empty();
  private Optional<Pty> terminal = Optional.empty();
  private Optional<Cgroup> cgroup = Optional.empty();

  sealed interface Result {}

  record Started(Birth birth) implements Result {}

  /// Nothing is left of it; `reason` is a sentence part for people.
  record Failed(String reason) implements Result {}

  private Launch(Command.Start order, RunDirectory directory, Host host, Loop.Owner owner) {
    this.order = order;
    this.directory = directory;
    this.host = host;
    this.owner = owner;
  }

  /// @param owner who hears of mistakes with what is opened here
  static Result of(Command.Start order, RunDirectory directory, Host host, Loop.Owner owner) {
    return new Launch(order, directory, host, owner).start();
  }

  /// What all processes of an attempt are found by: the same for every keeper.
  static Mark mark(RunId run, int attempt) {
    long bits = run.uuid().getMostSignificantBits() * 0x9E3779B97F4A7C15L;
    return Mark.of(bits ^ Long.rotateLeft(run.uuid().getLeastSignificantBits(), 17) + attempt);
  }

  private Result start() {
    try {
      var user = user();
      cgroup = cgroup();
      var streams = streams(user);
      keepReserve();
      var result = spawn(streams, user);
      return switch (result) {
        case Spawned.Running running -> born(running);
        case Spawned.NotStarted refused -> failed(refused.reason());
      };
    } catch (IOException failure) {
      return failed(String.valueOf(failure.getMessage()));
    } catch (RuntimeException | Error mistake) {
      KeeperLog.error(order.run() + ": a mistake of the keeper's own at its start", mistake);
      return failed("the keeper made a mistake at its start: " + mistake);
    } finally {
      childEnds.forEach(Fd::close);
    }
  }

  /// What lives needs descriptors to be looked after: the last ones are not for newcomers.
  private void keepReserve() throws SystemCallFailed {
    for (int fd : ownEnds) {
      host.spawner().checkRoom(fd);
    }
  }

  private Spawned spawn(Streams streams, Optional<User> user) {
    boolean bornInCgroup = cgroup.isPresent() && host.spawner().bearsIntoCgroups();
    var wrapping =
        new Wrapping(
            order.umask() == USUAL_UMASK ? OptionalInt.empty() : OptionalInt.of(order.umask()),
            order.nice(),
            order.limits().openFiles().isPresent()
                ? OptionalLong.of(order.limits().openFiles().getAsInt())
                : OptionalLong.empty(),
            user,
            bornInCgroup ? Optional.empty() : cgroup,
            order.isolate() ? host.capabilities().isolation() : Optional.empty());
    return host.spawner()
        .spawn(
            wrapping.around(
                new SpawnRequest(
                    order.command(),
                    order.environment(),
                    order.workdir(),
                    streams,
                    mark(order.run(), order.attempt()),
                    bornInCgroup
                        ? OptionalInt.of(cgroup.orElseThrow().directory())
                        : OptionalInt.empty())));
  }

  private Result born(Spawned.Running running) {
    var mark = mark(order.run(), order.attempt());
    var tree =
        new ProcessTree(host.processes(), mark, Optional.of(running), cgroup, order.isolate());
    return new Started(
        new Birth(running.pid(), running.pidfd(), mark, tree, cgroup, readables, terminal, input));
  }

  private Failed failed(String reason) {
    ownEnds.forEach(Fd::close);
    cgroup.ifPresent(group -> host.capabilities().cgroups().orElseThrow().release(group));
    return new Failed(reason);
  }

  private Optional<User> user() throws IOException {
    if (order.user().isEmpty()) {
      return Optional.empty();
    }
    var name = order.user().get();
    return Optional.of(
        User.named(name)
            .orElseThrow(() -> new IOException("this host knows no user '" + name + "'")));
  }

  /// Runs get a cgroup when they can be born in it for nothing, and when their limits need one.
  private Optional<Cgroup> cgroup() throws IOException {
    var limits =
        new CgroupLimits(
            order.limits().memoryBytes(), order.limits().cpuPercent(), order.limits().processes());
    var cgroups = host.capabilities().cgroups();
    if (cgroups.isEmpty() || (limits.isNone() && !host.spawner().bearsIntoCgroups())) {
      return Optional.empty();
    }
    return Optional.of(cgroups.get().acquire(limits));
  }

  private Streams streams(Optional<User> user) throws SystemCallFailed {
    if (order.terminal().isPresent()) {
      return terminal(user);
    }
    var stdin = stdin();
    var out = output(Stream.STDOUT);
    return new Streams.Piped(stdin, out, order.mergeStderr() ? out : output(Stream.STDERR));
  }

  private Streams terminal(Optional<User> user) throws SystemCallFailed {
    var size = order.terminal().orElseThrow();
    var pty = Pty.open(size.columns(), size.rows());
    ownEnds.add(pty.master());
    user.ifPresent(pty::giveTo);
    readables.add(new Birth.Readable(pty.master(), Stream.STDOUT));
    int writing = Fd.duplicate(pty.master());
    ownEnds.add(writing);
    terminal = Optional.of(pty);
    input = Optional.of(new InputPipe(host.loop(), owner, writing, true));
    return new Streams.Terminal(pty.path());
  }

  private Streams.Input stdin() throws SystemCallFailed {
    return switch (order.stdin()) {
      case NONE -> new Streams.NoInput();
      case FILE -> new Streams.FileInput(directory.stdinFile().toString());
      case PIPE -> {
        var pipe = Pipe.forInput();
        childEnds.add(pipe.readEnd());
        ownEnds.add(pipe.writeEnd());
        input = Optional.of(new InputPipe(host.loop(), owner, pipe.writeEnd(), false));
        yield new Streams.PipeInput(pipe.readEnd());
      }
    };
  }

  private int output(Stream stream) throws SystemCallFailed {
    var pipe = Pipe.forOutput();
    childEnds.add(pipe.writeEnd());
    ownEnds.add(pipe.readEnd());
    readables.add(new Birth.Readable(pipe.readEnd(), stream));
    return pipe.writeEnd();
  }
}
