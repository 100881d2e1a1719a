package io.millrace.http;

import java.time.Duration;
import java.util.Optional;

/// Changes of settings that tests need.
final class Settings {
  private Settings() {}

  static HttpSettings withMaxTimeout(HttpSettings s, Duration most) {
    return new HttpSettings(
        s.host(),
        s.port(),
        s.publicUrl(),
        Optional.of(most),
        s.maxScriptBytes(),
        s.requestTimeout(),
        s.bodyTimeout(),
        s.pingEvery(),
        s.pongWithin());
  }

  static HttpSettings impatient(HttpSettings s, Duration patience) {
    return new HttpSettings(
        s.host(),
        s.port(),
        s.publicUrl(),
        s.maxTimeout(),
        s.maxScriptBytes(),
        patience,
        patience,
        s.pingEvery(),
        s.pongWithin());
  }

  static HttpSettings withPulse(HttpSettings s, Duration pingEvery, Duration pongWithin) {
    return new HttpSettings(
        s.host(),
        s.port(),
        s.publicUrl(),
        s.maxTimeout(),
        s.maxScriptBytes(),
        s.requestTimeout(),
        s.bodyTimeout(),
        pingEvery,
        pongWithin);
  }
}
