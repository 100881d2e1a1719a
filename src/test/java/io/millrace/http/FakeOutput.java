package io.millrace.http;

import io.millrace.run.OutputCounts;
import io.millrace.spool.Frame;
import io.millrace.spool.Slice;
import io.millrace.spool.Stream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One run's output in memory, with at most one gap.
final class FakeOutput {
  private byte[] bytes = new byte[1024];
  private int size;
  private final List<Frame> frames = new ArrayList<>();
  private long stdout;
  private long stderr;
  private long gapFrom;
  private long gapTo;
  private long readBytes;

  synchronized OutputCounts write(Stream stream, byte[] written, long epochMillis) {
    if (size + written.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * (size + written.length));
    }
    System.arraycopy(written, 0, bytes, size, written.length);
    size += written.length;
    frames.add(new Frame(stream, epochMillis, size));
    switch (stream) {
      case STDOUT -> stdout += written.length;
      case STDERR -> stderr += written.length;
    }
    return counts();
  }

  synchronized void drop(long from, long to) {
    gapFrom = from;
    gapTo = to;
  }

  synchronized long readBytes() {
    return readBytes;
  }

  synchronized OutputCounts counts() {
    return new OutputCounts(size, stdout, stderr, gapTo - gapFrom);
  }

  synchronized Slice read(long offset, int maxBytes) {
    if (offset >= size) {
      return new Slice.AtEnd(size);
    }
    if (offset >= gapFrom && offset < gapTo) {
      return new Slice.Gap(offset, gapTo);
    }
    long end = Math.min(size, offset + maxBytes);
    if (offset < gapFrom) {
      end = Math.min(end, gapFrom);
    }
    readBytes += end - offset;
    byte[] part = Arrays.copyOfRange(bytes, (int) offset, (int) end);
    List<Frame> cut = new ArrayList<>();
    long begin = 0;
    for (Frame frame : frames) {
      if (frame.end() > offset && begin < end) {
        cut.add(new Frame(frame.stream(), frame.epochMillis(), Math.min(frame.end(), end)));
      }
      begin = frame.end();
    }
    return new Slice.Data(offset, part, cut);
  }
}
