package io.millrace.runner;

import io.millrace.keeper.os.Rlimit;
import io.millrace.keeper.os.User;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says at the submission what this host would not be able to do later: all of it at once.
///
/// Looks at the host only when the submission asks for something particular; it blocks then, away
/// from the event loop.
final class HostChecks {
  private static final Path KERNEL_OPEN_FILES = Path.of("/proc/sys/fs/nr_open");

  private final Vertx vertx;
  private final KeeperLink keeper;

  HostChecks(Vertx vertx, KeeperLink keeper) {
    this.vertx = vertx;
    this.keeper = keeper;
  }

  Future<List<Fault>> faults(HostNeeds needs) {
    var faults = new ArrayList<Fault>();
    needs
        .unit()
        .ifPresent(
            unit ->
                faults.add(new Fault("unit", "there is no unit '" + unit + "' on this service")));
    limits(needs, faults);
    boolean looks =
        needs.workdir().isPresent() || needs.user().isPresent() || needs.interpreter().isPresent();
    return looks
        ? vertx.executeBlocking(() -> look(needs, faults), false)
        : Future.succeededFuture(faults);
  }

  /// A keeper that is away says nothing against a submission; what cannot be done then fails at its
  /// start.
  private void limits(HostNeeds needs, List<Fault> faults) {
    var here = keeper.keeper();
    if (here.isEmpty()) {
      return;
    }
    var abilities = here.get().abilities();
    var limits = needs.limits();
    limits
        .memoryBytes()
        .ifPresent(bytes -> require(abilities.memoryLimit(), "limits.memory", faults));
    limits.cpuPercent().ifPresent(percent -> require(abilities.cpuLimit(), "limits.cpu", faults));
    limits
        .processes()
        .ifPresent(count -> require(abilities.processLimit(), "limits.processes", faults));
    limits
        .openFiles()
        .ifPresent(
            count -> {
              long most = mostOpenFiles();
              if (count > most) {
                faults.add(
                    new Fault(
                        "limits.openFiles", "this host allows at most " + most + " open files"));
              }
            });
    if (needs.isolate()) {
      require(abilities.isolate(), "isolate", faults);
    }
    needs
        .nice()
        .ifPresent(
            nice -> {
              if (nice < 0) {
                require(abilities.negativeNice(), "nice", faults);
              }
            });
  }

  /// The hard limit, which only root may raise, up to the kernel's own (proc_sys_fs(5)), whose file
  /// gives its number to the first read only, however short.
  private static long mostOpenFiles() {
    try {
      return User.effectiveUid() == 0
          ? Long.parseLong(Files.readAllLines(KERNEL_OPEN_FILES).getFirst().strip())
          : Rlimit.of(0, Rlimit.OPEN_FILES).hard();
    } catch (IOException hidden) {
      return Long.MAX_VALUE;
    }
  }

  private static void require(Optional<String> whyNot, String field, List<Fault> faults) {
    whyNot.ifPresent(reason -> faults.add(new Fault(field, reason)));
  }

  private List<Fault> look(HostNeeds needs, List<Fault> faults) {
    needs.user().ifPresent(name -> user(name, faults));
    needs.workdir().ifPresent(path -> workdir(path, faults));
    needs.interpreter().ifPresent(text -> interpreter(text, needs.path(), faults));
    return faults;
  }

  private void user(String name, List<Fault> faults) {
    var user = User.named(name);
    if (user.isEmpty()) {
      faults.add(new Fault("user", "this host knows no user '" + name + "'"));
    } else if (user.get().uid() != User.effectiveUid()) {
      keeper.keeper().ifPresent(here -> require(here.abilities().otherUsers(), "user", faults));
    }
  }

  private static void workdir(String path, List<Fault> faults) {
    try {
      if (!Files.isDirectory(Path.of(path))) {
        faults.add(new Fault("workdir", "there is no directory '" + path + "' on this host"));
      }
    } catch (InvalidPathException unusable) {
      faults.add(new Fault("workdir", "'" + path + "' is no path: " + unusable.getReason()));
    }
  }

  private static void interpreter(String text, Optional<String> path, List<Fault> faults) {
    var program = Interpreter.of(Optional.of(text), "").getFirst();
    if (Programs.find(program, path.orElse(Environment.PATH)).isEmpty()) {
      faults.add(new Fault("interpreter", "there is no program '" + program + "' on this host"));
    }
  }
}
