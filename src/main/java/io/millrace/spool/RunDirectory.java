package io.millrace.spool;

import io.millrace.run.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The files of one attempt of a run, in a directory `<id>.<attempt>` under both roots.
///
/// A value that holds nothing open: any thread, any number of objects for one directory. Who does
/// what is a matter of process: the server creates and deletes, the keeper writes output and exit
/// record.
///
/// @param attempt from 1
public record RunDirectory(SpoolRoots roots, RunId run, int attempt) {
  static final int PRIVATE_MODE = 0700;
  private static final int PASSABLE_MODE = 0711;
  static final int FILE_MODE = 0600;
  private static final int FOREIGN_SCRIPT_MODE = 0400;
  private static final String SCRIPT = "script";
  private static final String STDIN = "stdin";
  private static final String STARTED = "started";
  private static final String EXIT = "exit";
  private static final int STARTED_BYTES = 4 << 10;
  private static final int ID_LENGTH = 36;

  /// Scripts and inputs beyond this lie on the disk.
  private static final int LARGE_BYTES = 64 << 10;

  public static RunDirectory of(SpoolRoots roots, RunId run, int attempt) {
    return new RunDirectory(roots, run, attempt);
  }

  /// All attempts that have a directory, in no order. Other names are passed over.
  public static Set<RunDirectory> list(SpoolRoots roots) throws IOException {
    Set<RunDirectory> found = new HashSet<>();
    try (var scratch = new Scratch()) {
      for (var root : roots.all()) {
        try (var directory = Directory.open(scratch, root)) {
          directory.forEachName(name -> parse(roots, name).ifPresent(found::add));
        }
      }
    }
    return found;
  }

  /// Makes the directory with its script and input, for a script of the service's own user.
  public void create(byte[] script, Optional<byte[]> stdin) throws IOException {
    create(script, stdin, Optional.empty());
  }

  /// Makes the directory with its script and input. A second time replaces both; who has read half
  /// of them reads on in the old ones.
  ///
  /// @param owner as whom the script will run; empty is the service's own user. Others need root
  public void create(byte[] script, Optional<byte[]> stdin, Optional<Owner> owner)
      throws IOException {
    try (var scratch = new Scratch()) {
      int mode = owner.isPresent() ? PASSABLE_MODE : PRIVATE_MODE;
      int scriptMode = owner.isPresent() ? FOREIGN_SCRIPT_MODE : FILE_MODE;
      write(scratch, SCRIPT, script, mode, scriptMode, owner);
      if (stdin.isPresent()) {
        write(scratch, STDIN, stdin.get(), mode, FILE_MODE, Optional.empty());
      }
    }
  }

  /// Whether the script is there, as [#create] left it or changed: a regular file.
  public boolean hasScript() {
    return Files.isRegularFile(scriptFile(), LinkOption.NOFOLLOW_LINKS);
  }

  /// Where the script lies, for the interpreter.
  public Path scriptFile() {
    return locate(SCRIPT);
  }

  /// Where the whole input lies, if it was given.
  public Path stdinFile() {
    return locate(STDIN);
  }

  /// Starts the output of this attempt, without a file so far. The keeper's loop only, once.
  ///
  /// @param firstOffset where it begins in the run's output
  public OutputWriter openWriter(long firstOffset, long limitBytes, MemoryBudget budget) {
    return new OutputWriter(
        firstOffset, new Retention(limitBytes), () -> new SegmentFiles(memory(), disk(), budget));
  }

  /// A reader of this attempt's output, while it is written and after.
  ///
  /// @param firstOffset where it begins in the run's output
  public OutputReader openReader(long firstOffset) {
    return openReader(firstOffset, Long.MAX_VALUE);
  }

  /// As [#openReader(long)], while it lives: nothing is believed to lie behind `believedEnd`.
  ///
  /// @param believedEnd the run's offset that the keeper's news have come to
  public OutputReader openReader(long firstOffset, long believedEnd) {
    return new OutputReader(this, firstOffset, believedEnd);
  }

  /// Writes down that the attempt is about to start, in the keeper's own words: at most 4 KiB.
  public void writeStarted(byte[] mark) throws IOException {
    try (var scratch = new Scratch()) {
      write(scratch, STARTED, mark, PRIVATE_MODE, FILE_MODE, Optional.empty());
    }
  }

  /// What [#writeStarted] wrote; empty for an attempt that no keeper ever started.
  public Optional<byte[]> readStarted() throws IOException {
    try (var scratch = new Scratch()) {
      for (var place : places()) {
        var directory = Directory.find(scratch, place);
        if (directory.isPresent()) {
          try (var open = directory.get()) {
            var mark = SmallFile.read(scratch, open, STARTED, STARTED_BYTES);
            if (mark.isPresent()) {
              return mark;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /// Writes down how the attempt ended: in memory or, if there is no room, on the disk.
  public void writeExit(ExitRecord exit) throws IOException {
    try (var scratch = new Scratch()) {
      write(scratch, EXIT, exit.encode(), PRIVATE_MODE, FILE_MODE, Optional.empty());
    }
  }

  /// Whether there is anything in the place of the exit record, readable or not.
  public boolean hasExit() {
    return has(EXIT);
  }

  /// Whether there is anything in the place of what [#writeStarted] writes, readable or not.
  public boolean hasStarted() {
    return has(STARTED);
  }

  private boolean has(String name) {
    return places().stream()
        .anyMatch(place -> Files.exists(place.resolve(name), LinkOption.NOFOLLOW_LINKS));
  }

  /// How the attempt ended; empty as long as that is not written down completely and for this very
  /// attempt.
  public Optional<ExitRecord> readExit() throws IOException {
    try (var scratch = new Scratch()) {
      for (var place : places()) {
        var directory = Directory.find(scratch, place);
        if (directory.isPresent()) {
          try (var open = directory.get()) {
            var exit =
                SmallFile.read(scratch, open, EXIT, ExitRecord.MOST_BYTES)
                    .flatMap(ExitRecord::decode)
                    .filter(record -> record.run().equals(run) && record.attempt() == attempt);
            if (exit.isPresent()) {
              return exit;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /// Moves output and exit record from memory to the disk, safe from power cuts; script and input
  /// go.
  ///
  /// For an attempt that has ended and must wait for its database. A second time is fine. If the
  /// disk fails, what was in memory is still there.
  public void moveToDisk() throws IOException {
    try (var scratch = new Scratch()) {
      DiskMove.copy(scratch, memory(), disk());
      for (var root : roots.all()) {
        try (var open = Directory.open(scratch, root)) {
          if (root.equals(roots.disk())) {
            open.sync();
          } else {
            open.remove(name());
          }
        }
      }
    }
  }

  /// Removes everything. Nothing there is fine.
  public void delete() throws IOException {
    try (var scratch = new Scratch()) {
      for (var root : roots.all()) {
        var directory = Directory.find(scratch, root);
        if (directory.isPresent()) {
          try (var open = directory.get()) {
            open.remove(name());
          }
        }
      }
    }
  }

  /// Its directories, the one in memory first.
  List<Path> places() {
    return roots.all().stream().map(root -> root.resolve(name())).toList();
  }

  private void write(
      Scratch scratch,
      String name,
      byte[] content,
      int directoryMode,
      int mode,
      Optional<Owner> owner)
      throws PosixException {
    var places = places();
    var failure = Optional.<PosixException>empty();
    for (var place : places) {
      boolean last = place.equals(places.getLast());
      try (var directory = Directory.make(scratch, place, directoryMode)) {
        if (directoryMode == PASSABLE_MODE) {
          Posix.fchmod(scratch, directory.descriptor(), PASSABLE_MODE);
        }
        if (last || content.length <= LARGE_BYTES) {
          SmallFile.write(scratch, directory, name, content, mode, owner);
          return;
        }
        directory.remove(name);
      } catch (PosixException full) {
        failure = Optional.of(full);
      }
    }
    throw failure.orElseThrow();
  }

  private Path locate(String file) {
    var places = places();
    var first = places.getFirst().resolve(file);
    return Files.exists(first, LinkOption.NOFOLLOW_LINKS) ? first : places.getLast().resolve(file);
  }

  private Path memory() {
    return roots.memory().resolve(name());
  }

  private Path disk() {
    return roots.disk().resolve(name());
  }

  private String name() {
    return run + "." + attempt;
  }

  private static Optional<RunDirectory> parse(SpoolRoots roots, String name) {
    if (name.length() < ID_LENGTH + 2 || name.charAt(ID_LENGTH) != '.') {
      return Optional.empty();
    }
    var number = name.substring(ID_LENGTH + 1);
    if (number.length() > 9
        || number.charAt(0) == '0'
        || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    return RunId.parse(name.substring(0, ID_LENGTH))
        .map(run -> new RunDirectory(roots, run, Integer.parseInt(number)));
  }
}
