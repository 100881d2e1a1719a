package io.millrace.app;

import io.millrace.keeper.os.User;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// What can be known to go wrong before anything is started.
final class Preconditions {
  private Preconditions() {}

  /// @throws StartRefused when the address cannot be opened or the scripts' user is unknown
  static void check(Settings settings) {
    settings
        .runUser()
        .filter(name -> User.named(name).isEmpty())
        .ifPresent(
            name -> {
              throw new StartRefused(
                  "This host knows no user '%s'. Make one, or name another with --run-user."
                      .formatted(name));
            });
    address(settings.host(), settings.port());
  }

  private static void address(String host, int port) {
    try (var socket = new ServerSocket()) {
      // As the server will: a port whose last user has just gone is free.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException | IllegalArgumentException refused) {
      throw new StartRefused(
          "Port %d of %s cannot be opened: %s. Stop who has it, or choose another with --port and --host."
              .formatted(port, host, refused.getMessage()),
          refused);
    }
  }
}
