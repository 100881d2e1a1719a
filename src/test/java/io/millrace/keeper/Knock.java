package io.millrace.keeper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;

/// A program of its own: says something at a socket, and prints whether it is answered.
final class Knock {
  private Knock() {}

  public static void main(String[] args) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(args[0]));
      System.out.print(
          isAnswered(channel, HexFormat.of().parseHex(args[1])) ? "welcome" : "turned away");
    }
  }

  private static boolean isAnswered(SocketChannel channel, byte[] words) {
    try {
      channel.write(ByteBuffer.wrap(words));
      return channel.read(ByteBuffer.allocate(1)) > 0;
    } catch (IOException closed) {
      return false;
    }
  }
}
