package io.millrace.http;

import io.millrace.spool.Frame;
import io.millrace.spool.Slice;
import io.millrace.spool.Stream;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/// Makes the bytes a client asked for of the bytes that were read.
final class OutputRendering {
  private final Optional<Stream> only;
  private final boolean timestamps;
  private long skip;
  private boolean lineBegins = true;

  /// @param only all others are left out
  /// @param skip this many bytes of what is left are left out at the beginning
  OutputRendering(Optional<Stream> only, boolean timestamps, long skip) {
    this.only = only;
    this.timestamps = timestamps;
    this.skip = skip;
  }

  Buffer render(Slice.Data data) {
    if (only.isEmpty() && !timestamps && skip == 0) {
      return Buffer.buffer(data.bytes());
    }
    var out = Buffer.buffer(data.bytes().length);
    int begin = 0;
    for (Frame frame : data.frames()) {
      int end = (int) (frame.end() - data.offset());
      if (only.isEmpty() || only.get() == frame.stream()) {
        int skipped = (int) Math.min(skip, end - begin);
        skip -= skipped;
        add(out, data.bytes(), begin + skipped, end, frame.epochMillis());
      }
      begin = end;
    }
    return out;
  }

  private void add(Buffer out, byte[] bytes, int begin, int end, long epochMillis) {
    if (!timestamps) {
      out.appendBytes(bytes, begin, end - begin);
      return;
    }
    int lineStart = begin;
    while (lineStart < end) {
      int lineEnd = lineStart;
      while (lineEnd < end && bytes[lineEnd] != '\n') {
        lineEnd++;
      }
      boolean complete = lineEnd < end;
      int next = complete ? lineEnd + 1 : end;
      if (lineBegins) {
        String time = RunJson.time(Instant.ofEpochMilli(epochMillis)) + " ";
        out.appendBytes(time.getBytes(StandardCharsets.US_ASCII));
      }
      out.appendBytes(bytes, lineStart, next - lineStart);
      lineBegins = complete;
      lineStart = next;
    }
  }
}
