package io.millrace.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secrets that open the API. Comparing takes the same time whatever is sent.
///
/// The page's cookie is made from the first token, so that it survives restarts and ends with the
/// token.
public final class Tokens {
  private final List<byte[]> digests;
  private final String cookieName;
  private final String cookieValue;

  /// @param tokens at least one, none of them blank
  public Tokens(List<String> tokens) {
    if (tokens.isEmpty() || tokens.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("There must be a token, and no token may be blank.");
    }
    digests = tokens.stream().map(Tokens::sha256).toList();
    byte[] name = hmac(tokens.getFirst(), "millrace cookie name");
    cookieName = "millrace-" + HexFormat.of().formatHex(name, 0, 4);
    cookieValue =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(hmac(tokens.getFirst(), "millrace cookie"));
  }

  boolean accepts(String token) {
    byte[] digest = sha256(token);
    boolean known = false;
    for (byte[] ours : digests) {
      known |= MessageDigest.isEqual(ours, digest);
    }
    return known;
  }

  boolean acceptsCookie(String value) {
    return MessageDigest.isEqual(sha256(value), sha256(cookieValue));
  }

  /// Differs from server to server: browsers share cookies between the ports of one host.
  String cookieName() {
    return cookieName;
  }

  String cookieValue() {
    return cookieValue;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  private static byte[] hmac(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has HmacSHA256", missing);
    }
  }
}
