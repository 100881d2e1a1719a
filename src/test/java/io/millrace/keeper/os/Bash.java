package io.millrace.keeper.os;

import io.millrace.keeper.os.Spawned.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// Runs commands the way the keeper does, and waits for them: for the examples of this package.
final class Bash {
  static final List<String> ENVIRONMENT = List.of("PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C");
  static final Spawner SPAWNER = spawner();
  private static long marks = System.nanoTime();

  private Bash() {}

  record Result(Ended ended, String stdout, String stderr) {}

  static Mark newMark() {
    return Mark.of(marks++);
  }

  /// To its end, with everything it wrote.
  static Result run(String script) throws IOException {
    return run(List.of("/bin/bash", "-c", script), ENVIRONMENT);
  }

  static Result run(List<String> command, List<String> environment) throws IOException {
    return run(Wrapping.NONE, command, "/", environment);
  }

  static Result run(
      Wrapping wrapping, List<String> command, String workdir, List<String> environment)
      throws IOException {
    var out = Pipe.forOutput();
    var err = Pipe.forOutput();
    var streams = new Streams.Piped(new Streams.NoInput(), out.writeEnd(), err.writeEnd());
    var request =
        new SpawnRequest(command, environment, workdir, streams, newMark(), OptionalInt.empty());
    var running = started(wrapping.around(request));
    Fd.close(out.writeEnd());
    Fd.close(err.writeEnd());
    var stdout = readAll(out.readEnd());
    var stderr = readAll(err.readEnd());
    return new Result(end(running), stdout, stderr);
  }

  static SpawnRequest request(List<String> command, List<String> environment, Streams streams) {
    return new SpawnRequest(command, environment, "/", streams, newMark(), OptionalInt.empty());
  }

  static Spawned spawn(SpawnRequest request) {
    return SPAWNER.spawn(request);
  }

  static Running started(SpawnRequest request) {
    var spawned = spawn(request);
    if (spawned instanceof Running running) {
      return running;
    }
    throw new AssertionError(spawned.toString());
  }

  /// Waits for the child's end.
  static Ended end(Running running) {
    Fd.poll(running.pidfd(), Fd.IN, -1);
    var ended = PidFd.reap(running.pidfd()).orElseThrow();
    Fd.close(running.pidfd());
    return ended;
  }

  /// Everything until the other end is closed; closes this one.
  static String readAll(int fd) {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(65_536);
      var all = new ByteArrayOutputStream();
      while (true) {
        int count = Fd.read(fd, buffer, 65_536);
        if (count == -Errno.EAGAIN) {
          Fd.poll(fd, Fd.IN, -1);
        } else if (count <= 0) {
          Fd.close(fd);
          return all.toString(StandardCharsets.UTF_8);
        } else {
          all.writeBytes(bytes(buffer, count));
        }
      }
    }
  }

  /// Adds to `output` until it is enough, or the other end is closed.
  static void readUntil(int fd, StringBuilder output, Predicate<String> isEnough) {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(4096);
      while (!isEnough.test(output.toString())) {
        int count = Fd.read(fd, buffer, 4096);
        if (count == -Errno.EAGAIN) {
          Fd.poll(fd, Fd.IN, -1);
        } else if (count <= 0) {
          return;
        } else {
          output.append(new String(bytes(buffer, count), StandardCharsets.UTF_8));
        }
      }
    }
  }

  static byte[] bytes(MemorySegment buffer, int count) {
    return buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
  }

  static MemorySegment memory(Arena arena, String text) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Spawner spawner() {
    try {
      return new Spawner(1024, 500);
    } catch (SystemCallFailed e) {
      throw new AssertionError(e);
    }
  }
}
