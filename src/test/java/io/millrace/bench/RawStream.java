package io.millrace.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A viewer's WebSocket (RFC 6455) that costs next to nothing: it reads text frames, and sends
/// nothing behind its handshake.
final class RawStream implements AutoCloseable {
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;

  private final Socket socket;
  private final DataInputStream in;
  private final StringBuilder seen = new StringBuilder();

  /// Opens the stream of `run` from its first byte on.
  RawStream(URI address, String token, String run) throws IOException {
    socket = new Socket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
    var key = Base64.getEncoder().encodeToString(new byte[16]);
    var request =
        "GET /api/v1/runs/%s/stream HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n"
            .formatted(run, address.getAuthority(), token, key);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append((char) in.readUnsignedByte());
    }
    if (!answer.toString().startsWith("HTTP/1.1 101")) {
      throw new IOException(answer.toString());
    }
  }

  /// Reads on until a message holds `word`, and answers with that; an error when the stream ends
  /// before.
  String await(String word) throws IOException {
    var message = next();
    while (!message.contains(word)) {
      message = next();
    }
    return message;
  }

  private String next() throws IOException {
    int kind = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    long bytes =
        switch (length) {
          case LENGTH_16 -> in.readUnsignedShort();
          case LENGTH_64 -> in.readLong();
          default -> length;
        };
    var message = new String(in.readNBytes((int) bytes), StandardCharsets.UTF_8);
    if (kind == CLOSE) {
      throw new IOException("the stream has ended: " + seen);
    }
    seen.append(kind).append(' ').append(message).append('\n');
    return kind == TEXT ? message : "";
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
