package io.millrace.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// An HTTP client that costs next to nothing: one kept connection, requests made of bytes
/// beforehand.
final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final URI address;
  private final String token;

  RawClient(URI address, String token) throws IOException {
    this.address = address;
    this.token = token;
    this.socket = new Socket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
  }

  /// A submission of `script` as bytes, to be sent as often as wished.
  byte[] submission(String script) {
    return request("POST", "/api/v1/runs", "text/x-shellscript", script);
  }

  byte[] request(String method, String path, String contentType, String body) {
    var head =
        "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(
                method,
                path,
                address.getAuthority(),
                token,
                contentType,
                body.getBytes(StandardCharsets.UTF_8).length);
    return (head + body).getBytes(StandardCharsets.UTF_8);
  }

  /// Sends a request and returns the answer's body; anything but a 2xx is an error.
  String send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    var status = line();
    if (!status.startsWith("HTTP/1.1 2")) {
      throw new IOException(status);
    }
    int length = 0;
    for (var header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the server closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
