package io.millrace.app;

import io.vertx.core.json.JsonObject;
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
    var link = address + parts.signInLink();
    var token = settings.dataDir().resolve("token").toString();
    System.out.println(
        switch (settings.logFormat()) {
          case PLAIN ->
              "Millrace is ready. This link signs your browser in, once:\n  %s\nThe token for everything else is in %s"
                  .formatted(link, token);
          case JSON ->
              new JsonObject()
                  .put("message", "Millrace is ready.")
                  .put("signInOnce", link)
                  .put("tokenFile", token)
                  .encode();
        });
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
