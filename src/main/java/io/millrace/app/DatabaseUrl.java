package io.millrace.app;

import io.millrace.store.DatabaseSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where an existing PostgreSQL is, read from `postgresql://user:password@host:port/database`.
///
/// The password never appears in `toString`.
public record DatabaseUrl(String host, int port, String database, String user, String password) {
  private static final int DEFAULT_PORT = 5432;

  /// Reads a URL as libpq writes it (PostgreSQL manual, 34.1.1.2); `password` fills in one that the
  /// URL leaves out.
  ///
  /// @throws IllegalArgumentException with a sentence that says what is missing; it never quotes
  ///   the URL
  public static DatabaseUrl parse(String url, Optional<String> password) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException malformed) {
      throw new IllegalArgumentException(
          "the database URL cannot be read: expected"
              + " postgresql://user:password@host:port/database");
    }
    var scheme = uri.getScheme();
    if (!"postgresql".equals(scheme) && !"postgres".equals(scheme)) {
      throw new IllegalArgumentException("the database URL must begin with postgresql://");
    }
    var path = uri.getPath();
    if (uri.getHost() == null || path == null || path.length() < 2) {
      throw new IllegalArgumentException("the database URL needs a host and a database name");
    }
    if (uri.getRawQuery() != null) {
      throw new IllegalArgumentException("the database URL takes no parameters after '?'");
    }
    var login = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
    int colon = login.indexOf(':');
    var user = decode(colon < 0 ? login : login.substring(0, colon));
    if (user.isEmpty()) {
      throw new IllegalArgumentException(
          "the database URL needs a user: postgresql://user@host/database");
    }
    var secret = colon < 0 ? password.orElse("") : decode(login.substring(colon + 1));
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new DatabaseUrl(uri.getHost(), port, path.substring(1), user, secret);
  }

  /// The same for the stores.
  public DatabaseSettings settings() {
    return new DatabaseSettings(
        host, port, database, user, password, DatabaseSettings.DEFAULT_CONNECTIONS);
  }

  private static String decode(String raw) {
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
  }
}
