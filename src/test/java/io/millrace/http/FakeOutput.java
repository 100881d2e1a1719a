package io.millrace.http;

import io.millrace.run.OutputCounts;
import io.millrace.spool.Frame;
import io.millrace.spool.Slice;
import io.millrace.spool.Stream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One run's output in memory, with at most one gap.
final class FakeOutput {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Frame> frames = new ArrayList<>();
  private long stdout;
  private long stderr;
  private long gapFrom;
  private long gapTo;

  synchronized OutputCounts write(Stream stream, byte[] written, long epochMillis) {
    bytes.writeBytes(written);
    frames.add(new Frame(stream, epochMillis, bytes.size()));
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

  synchronized OutputCounts counts() {
    return new OutputCounts(bytes.size(), stdout, stderr, gapTo - gapFrom);
  }

  synchronized Slice read(long offset, int maxBytes) {
    if (offset >= bytes.size()) {
      return new Slice.AtEnd(bytes.size());
    }
    if (offset >= gapFrom && offset < gapTo) {
      return new Slice.Gap(offset, gapTo);
    }
    long end = Math.min(bytes.size(), offset + maxBytes);
    if (offset < gapFrom) {
      end = Math.min(end, gapFrom);
    }
    byte[] part = Arrays.copyOfRange(bytes.toByteArray(), (int) offset, (int) end);
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
