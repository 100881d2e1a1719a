package io.millrace.keeper.os;

import io.millrace.keeper.os.Spawned.Cause;
import io.millrace.keeper.os.Spawned.NotStarted;
import io.millrace.keeper.os.Streams.FileInput;
import io.millrace.keeper.os.Streams.Piped;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Why a program could not be started. posix_spawn(3) gives one errno for all of its steps, so they
/// are tried afterwards.
final class SpawnFailure {
  private SpawnFailure() {}

  /// The refusal of texts that C cannot carry: those with a NUL.
  static Optional<NotStarted> unspeakable(SpawnRequest request) {
    return Stream.of(request.command(), request.environment())
            .flatMap(List::stream)
            .anyMatch(text -> text.indexOf('\0') >= 0)
        ? Optional.of(new NotStarted(Cause.ARGUMENTS, "An argument or variable has a NUL in it"))
        : Optional.empty();
  }

  static NotStarted explain(int errno, SpawnRequest request) {
    return switch (errno) {
      case Errno.E2BIG ->
          new NotStarted(
              Cause.ARGUMENTS,
              "The arguments and the environment are longer than Linux can pass on (E2BIG): one may"
                  + " have 131,071 bytes");
      case Errno.EAGAIN, Errno.ENOMEM, Errno.EMFILE ->
          new NotStarted(Cause.EXHAUSTED, "No other process fits now: " + Errno.describe(errno));
      default ->
          workdir(request)
              .or(() -> input(request))
              .or(() -> program(request, errno))
              .orElseGet(() -> new NotStarted(Cause.OTHER, Errno.describe(errno)));
    };
  }

  private static Optional<NotStarted> workdir(SpawnRequest request) {
    var path = request.workdir();
    int fd = Fd.openDirectory(path);
    if (fd >= 0) {
      Fd.close(fd);
    }
    int result = fd < 0 ? fd : FileAccess.mayEnter(path);
    return result == 0
        ? Optional.empty()
        : failed(Cause.WORKDIR, "Working directory", path, result);
  }

  private static Optional<NotStarted> input(SpawnRequest request) {
    if (request.streams() instanceof Piped(FileInput(var path), _, _)) {
      int fd = Fd.open(path, Fd.O_RDONLY);
      if (fd < 0) {
        return failed(Cause.INPUT, "Input", path, fd);
      }
      Fd.close(fd);
    }
    return Optional.empty();
  }

  private static Optional<NotStarted> program(SpawnRequest request, int errno) {
    var path = request.command().getFirst();
    int result = FileAccess.mayExecute(path);
    if (result < 0) {
      return failed(Cause.PROGRAM, "Interpreter", path, result);
    }
    return switch (errno) {
      case Errno.ENOENT ->
          Optional.of(
              new NotStarted(
                  Cause.PROGRAM, "Interpreter " + path + ": its own interpreter is not there"));
      case Errno.ENOEXEC, Errno.EACCES, Errno.ENOTDIR ->
          failed(Cause.PROGRAM, "Interpreter", path, -errno);
      default -> Optional.empty();
    };
  }

  private static Optional<NotStarted> failed(Cause cause, String what, String path, int result) {
    return Optional.of(new NotStarted(cause, what + " " + path + ": " + Errno.describe(-result)));
  }
}
