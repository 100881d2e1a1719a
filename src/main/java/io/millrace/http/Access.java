package io.millrace.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who may come in: by which name, from whose page, with which token.
///
/// The check of `Host` stops pages that let their own name point to us (DNS rebinding); the check
/// of `Origin` stops foreign pages, for WebSockets too, which know no same-origin policy. There is
/// no CORS.
final class Access {
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
  private static final Pattern LOOPBACK = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  private static final Pattern BEARER = Pattern.compile("(?i)bearer +([\\x21-\\x7e]+) *");

  private static final Duration COOKIE_AGE = Duration.ofDays(30);

  private final HttpSettings settings;
  private final Tokens tokens;

  Access(HttpSettings settings, Tokens tokens) {
    this.settings = settings;
    this.tokens = tokens;
  }

  /// What is wrong with the name that was used, or with the page that sent it.
  Optional<Problem> checkPlace(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll("Host");
    String host = hosts.size() == 1 ? hosts.getFirst().trim() : "";
    if (!isOurs(host, request)) {
      return Optional.of(Problems.foreignHost(host));
    }
    for (String origin : request.headers().getAll("Origin")) {
      if (!isOwnPage(origin, host)) {
        return Optional.of(Problems.foreignOrigin(origin));
      }
    }
    boolean reads =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    if (!reads && "cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
      return Optional.of(Problems.foreignOrigin("another site"));
    }
    return Optional.empty();
  }

  /// What is missing for a request that needs a token.
  Optional<Problem> checkToken(HttpServerRequest request) {
    List<String> headers = request.headers().getAll("Authorization");
    if (headers.isEmpty()) {
      return hasCookie(request) ? Optional.empty() : Optional.of(Problems.noToken());
    }
    Matcher bearer = BEARER.matcher(headers.size() == 1 ? headers.getFirst() : "");
    return bearer.matches() && tokens.accepts(bearer.group(1))
        ? Optional.empty()
        : Optional.of(Problems.wrongToken());
  }

  /// The `Set-Cookie` that lets the browser of this answer in from now on.
  String cookie() {
    return cookie(tokens.cookieValue(), COOKIE_AGE);
  }

  /// The `Set-Cookie` that takes it back.
  String noCookie() {
    return cookie("", Duration.ZERO);
  }

  private String cookie(String value, Duration age) {
    boolean secure =
        settings.publicUrl().map(URI::getScheme).filter("https"::equalsIgnoreCase).isPresent();
    return "%s=%s; Max-Age=%d; Path=/; HttpOnly; SameSite=Strict%s"
        .formatted(tokens.cookieName(), value, age.toSeconds(), secure ? "; Secure" : "");
  }

  private boolean hasCookie(HttpServerRequest request) {
    return request.cookies(tokens.cookieName()).stream()
        .anyMatch(cookie -> tokens.acceptsCookie(cookie.getValue()));
  }

  private boolean isOurs(String header, HttpServerRequest request) {
    Matcher matcher = HOST.matcher(header);
    if (!matcher.matches()) {
      return false;
    }
    String host = bare(matcher.group(1));
    return host.equals("localhost")
        || LOOPBACK.matcher(host).matches()
        || host.equals("::1")
        || host.equals(bare(settings.host()))
        || settings.publicUrl().map(URI::getHost).map(Access::bare).filter(host::equals).isPresent()
        || isAddress(host, request.localAddress().hostAddress());
  }

  /// A page of ours has our own (checked) host in its origin; behind a proxy its scheme may differ.
  private boolean isOwnPage(String origin, String host) {
    return origin.equalsIgnoreCase("http://" + host)
        || origin.equalsIgnoreCase("https://" + host)
        || settings
            .publicUrl()
            .map(url -> origin.equalsIgnoreCase(url.getScheme() + "://" + url.getAuthority()))
            .orElse(false);
  }

  /// Whether `host` is the literal address the client has connected to: no foreign name can be.
  private static boolean isAddress(String host, @org.jspecify.annotations.Nullable String address) {
    if (address == null || !(host.contains(":") || Character.isDigit(host.charAt(0)))) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(host).equals(InetAddress.ofLiteral(address));
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }

  private static String bare(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      name = name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
