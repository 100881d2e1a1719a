package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A WebSocket of which every frame can be seen, those too that no client would hand out.
final class RawSocket implements AutoCloseable {
  static final int CLOSE = 8;
  static final int END = -1;
  private final Socket socket;
  private final DataInputStream in;

  RawSocket(Door door, String path) throws IOException {
    socket = new Socket("127.0.0.1", door.port());
    in = new DataInputStream(socket.getInputStream());
    write(
        """
        GET %s HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Connection: Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

        """
            .formatted(path, Door.TOKEN)
            .replace("\n", "\r\n"));
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readByte());
    }
    assertThat(head).startsWith("HTTP/1.1 101 ");
  }

  /// @param text of at most 125 ASCII characters
  void say(String text) throws IOException {
    // A mask of zeros leaves the text as it is.
    write("\u0081" + (char) (0x80 | text.length()) + "\0\0\0\0" + text);
  }

  /// The opcode of the next frame, or [#END].
  int next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return END;
    }
    int length = in.readUnsignedByte();
    in.skipNBytes(length == 126 ? in.readUnsignedShort() : length);
    return first & 15;
  }

  private void write(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
