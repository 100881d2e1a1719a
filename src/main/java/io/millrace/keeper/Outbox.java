package io.millrace.keeper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/// Frames on their way to a peer. Any thread adds one, one thread writes many at once.
///
/// A peer that stops reading costs at most `mostBytes`. No frame is left out: what does not fit is
/// the end of the connection.
final class Outbox {
  private static final int BATCH_BYTES = 256 << 10;

  private final long mostBytes;
  private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean overfull;

  /// The writer's own: between 0 and its limit lies what goes next.
  private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES).limit(0);

  Outbox(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /// Whether the writer has to be woken, as nothing was waiting or there is no more room.
  synchronized boolean add(byte[] frame) {
    overfull = overfull || waitingBytes + frame.length > mostBytes;
    if (overfull) {
      return true;
    }
    boolean first = waiting.isEmpty();
    waiting.addLast(ByteBuffer.wrap(frame));
    waitingBytes += frame.length;
    return first;
  }

  synchronized boolean overfull() {
    return overfull;
  }

  synchronized long waitingBytes() {
    return waitingBytes;
  }

  /// Writes as much as the channel takes without waiting and answers how many bytes that was.
  long writeTo(WritableByteChannel channel) throws IOException {
    long written = 0;
    while (fill()) {
      written += channel.write(batch);
      if (batch.hasRemaining()) {
        break;
      }
    }
    return written;
  }

  /// Whether everything is written. The writer's thread only.
  synchronized boolean isEmpty() {
    return !batch.hasRemaining() && waiting.isEmpty();
  }

  private synchronized boolean fill() {
    batch.compact();
    while (!waiting.isEmpty() && batch.hasRemaining()) {
      var frame = waiting.getFirst();
      int part = Math.min(frame.remaining(), batch.remaining());
      batch.put(frame.slice(frame.position(), part));
      frame.position(frame.position() + part);
      waitingBytes -= part;
      if (!frame.hasRemaining()) {
        waiting.removeFirst();
      }
    }
    batch.flip();
    return batch.hasRemaining();
  }
}
