package io.millrace.keeper;

import io.millrace.keeper.os.Errno;
import io.millrace.keeper.os.Fd;
import io.millrace.keeper.os.Pipe;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.spool.Stream;
import java.lang.foreign.MemorySegment;

/// The keeper's end of a pipe or terminal that a run writes to.
///
/// Belongs to the loop. One read for each time it is ready, so that no run holds up another.
final class OutputPipe {
  private static final int READ_BYTES = 64 << 10;

  /// The most that is read at once, from a pipe that is full each time: the buffer's size.
  static final int BUSY_BYTES = 256 << 10;

  private final Loop loop;
  private final MemorySegment buffer;
  private final int fd;
  private final Stream stream;
  private final Sink sink;
  private final long token;
  private int readBytes = READ_BYTES;
  private boolean open = true;

  /// Takes what was read.
  interface Sink {
    void take(Stream stream, MemorySegment bytes);

    /// Nothing more will come.
    void ended();
  }

  OutputPipe(Host host, int fd, Stream stream, Sink sink, Loop.Owner owner)
      throws SystemCallFailed {
    this.loop = host.loop();
    this.buffer = host.buffer();
    this.fd = fd;
    this.stream = stream;
    this.sink = sink;
    this.token = loop.watch(fd, Fd.IN, events -> read(), owner);
  }

  boolean isOpen() {
    return open;
  }

  /// Takes what is in it now, and closes it: for a pipe that somebody outside the run holds open.
  void drainAndClose() {
    for (int reads = 0; open && reads < BUSY_BYTES / READ_BYTES && read(); reads++) {}
    close();
  }

  private boolean read() {
    int count = Fd.read(fd, buffer, readBytes);
    if (count > 0) {
      sink.take(stream, buffer.asSlice(0, count));
      if (count == readBytes && readBytes < BUSY_BYTES) {
        Pipe.resize(fd, BUSY_BYTES);
        readBytes = BUSY_BYTES;
      }
      return true;
    }
    if (count != -Errno.EAGAIN) {
      close();
      sink.ended();
    }
    return false;
  }

  void close() {
    if (open) {
      open = false;
      loop.unwatch(fd, token);
      Fd.close(fd);
    }
  }
}
