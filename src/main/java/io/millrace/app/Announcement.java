package io.millrace.app;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// What the person at the terminal reads when the service is ready.
final class Announcement {
  private Announcement() {}

  static void print(Parts parts, Settings settings) {
    var address =
        settings
            .publicUrl()
            .map(url -> url.toString().replaceFirst("/$", ""))
            .orElseGet(() -> "http://" + host(settings.host()) + ":" + parts.port());
    System.out.println("Millrace is ready. This link signs your browser in, once:");
    System.out.println("  " + address + parts.signInLink());
    System.out.println(
        "The token for everything else is in " + settings.dataDir().resolve("token"));
    System.out.flush();
  }

  private static String host(String bound) {
    try {
      var address = InetAddress.getByName(bound);
      if (address.isAnyLocalAddress()) {
        return "127.0.0.1";
      }
    } catch (UnknownHostException named) {
      return bound;
    }
    return bound.contains(":") ? "[" + bound + "]" : bound;
  }
}
