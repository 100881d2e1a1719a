package io.millrace.keeper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// A connection whose bytes a test writes itself.
final class RawServer implements AutoCloseable {
  private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
  private final Wire.Decoder<News> decoder = Wire.news();

  RawServer(TestKeeper keeper) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(keeper.socket()));
  }

  /// All in one piece, so that the keeper reads them at once.
  void send(Command... commands) throws IOException {
    write(Frames.join(Arrays.stream(commands).map(Wire::frame).toList()));
  }

  void write(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /// What the keeper says, up to this kind at least.
  List<News> listen(Class<? extends News> last) throws IOException, Wire.Malformed {
    return listen(last::isInstance);
  }

  List<News> listenToExit(Script script) throws IOException, Wire.Malformed {
    return listen(
        news -> news instanceof News.Exited(var record) && record.run().equals(script.run()));
  }

  private List<News> listen(Predicate<News> last) throws IOException, Wire.Malformed {
    var heard = new ArrayList<News>();
    var buffer = ByteBuffer.allocate(1 << 16);
    while (heard.stream().noneMatch(last)) {
      if (channel.read(buffer) < 0) {
        throw new AssertionError("heard only " + heard);
      }
      decoder.feed(buffer.flip());
      buffer.clear();
      for (var next = decoder.next(); next.isPresent(); next = decoder.next()) {
        heard.add(next.get());
      }
    }
    return heard;
  }

  /// Waits until the keeper has closed it, and says how many bytes came before.
  long listenToTheEnd() {
    var buffer = ByteBuffer.allocate(1 << 16);
    long bytes = 0;
    try {
      for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer)) {
        bytes += count;
        buffer.clear();
      }
    } catch (IOException reset) {
      return bytes;
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
