package io.millrace.spool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Brings an ended attempt's output and exit record from memory to the disk, safe from power cuts.
///
/// The exit record is last: where it is complete, all before it is. Files in memory stay until
/// their copies are safe.
final class DiskMove {
  private static final String EXIT = "exit";

  private final Scratch scratch;
  private final Directory disk;

  private DiskMove(Scratch scratch, Directory disk) {
    this.scratch = scratch;
    this.disk = disk;
  }

  /// Copies from `memory`, if it is not the same folder, into `disk`.
  static void copy(Scratch scratch, Path memory, Path disk) throws PosixException {
    try (var target = Directory.make(scratch, disk, RunDirectory.PRIVATE_MODE)) {
      var move = new DiskMove(scratch, target);
      var source =
          memory.equals(disk) ? Optional.<Directory>empty() : Directory.find(scratch, memory);
      if (source.isPresent()) {
        try (var open = source.get()) {
          move.copySegments(open);
          move.settle();
          move.copy(open, EXIT, ExitRecord.MOST_BYTES);
        }
      }
      move.settle();
    }
  }

  private void copySegments(Directory memory) throws PosixException {
    List<Long> segments = new ArrayList<>();
    memory.forEachName(name -> SegmentName.firstOffset(name).ifPresent(segments::add));
    for (long first : segments) {
      copy(memory, SegmentName.bytes(first), Retention.SEGMENT_BYTES);
      copy(memory, SegmentName.frames(first), Retention.SEGMENT_FRAMES * Frame.BYTES);
    }
  }

  private void copy(Directory memory, String name, int maxBytes) throws PosixException {
    var content = SmallFile.read(scratch, memory, name, maxBytes);
    if (content.isPresent()) {
      SmallFile.write(scratch, disk, name, content.get(), RunDirectory.FILE_MODE, Optional.empty());
    }
  }

  /// Waits until files and names are on the disk.
  private void settle() throws PosixException {
    List<String> names = new ArrayList<>();
    disk.forEachName(names::add);
    for (var name : names) {
      var file = disk.openFile(name);
      if (file.isPresent()) {
        try {
          Posix.fsync(scratch, file.get());
        } finally {
          Posix.close(scratch, file.get());
        }
      }
    }
    Posix.fsync(scratch, disk.descriptor());
  }
}
