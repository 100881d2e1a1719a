package io.millrace.http;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Links that sign a browser in, each exactly once. Safe for any thread.
public final class SignIn {
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Codes nobody has used yet; lost at a restart, which makes a new one.
  private final Set<String> open = ConcurrentHashMap.newKeySet();

  /// A new link, to be put behind the server's address.
  public String newLink() {
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    String code = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open.add(code);
    return "/sign-in?code=" + code;
  }

  /// Whether `code` was good; it is no more after this.
  boolean redeem(String code) {
    return open.remove(code);
  }
}
