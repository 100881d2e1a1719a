package io.millrace.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Looks which images the Docker of this machine has, without fetching any.
///
/// Testcontainers cannot be asked: its first answer starts a container, whose image it may have to
/// fetch, and where no registry can be reached that takes minutes to fail.
final class DockerImages {
  private static final Path SOCKET = Path.of("/var/run/docker.sock");

  private DockerImages() {}

  /// Whether there is a Docker, and in it an image of that name, with any tag if it names none.
  static boolean has(String image) {
    if (!Files.exists(SOCKET)) {
      return false;
    }
    var filter = "{\"reference\":[\"" + image + "\"]}";
    var path = "/images/json?filters=" + URLEncoder.encode(filter, StandardCharsets.UTF_8);
    try {
      var answer = get(path);
      return answer.startsWith("HTTP/1.0 200") && answer.contains("\"Id\"");
    } catch (IOException nobody) {
      return false;
    }
  }

  private static String get(String path) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(SOCKET));
      var request = "GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n";
      Channels.newOutputStream(channel).write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
