package io.millrace.http;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// How the server is reached, and how much patience it has.
///
/// @param host address to bind
/// @param port 0 takes a free one
/// @param publicUrl by which clients reach it, if that is another name
/// @param maxTimeout the longest `timeoutSeconds` a submission may ask for
/// @param maxScriptBytes of a script, and of a text given as standard input
/// @param requestTimeout for a connection to send its next request's head
/// @param bodyTimeout for a request's body
/// @param pingEvery between two pings to a viewer
/// @param pongWithin after which a viewer who shows no sign of life may be closed
public record HttpSettings(
    String host,
    int port,
    Optional<URI> publicUrl,
    Optional<Duration> maxTimeout,
    int maxScriptBytes,
    Duration requestTimeout,
    Duration bodyTimeout,
    Duration pingEvery,
    Duration pongWithin) {

  /// Everything as it is when the operator says nothing.
  public static HttpSettings at(String host, int port) {
    return new HttpSettings(
        host,
        port,
        Optional.empty(),
        Optional.empty(),
        10 << 20,
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20),
        Duration.ofSeconds(60));
  }

  /// The largest JSON body: escapes make a script longer than it is.
  int maxJsonBytes() {
    return Math.toIntExact(Math.min(Integer.MAX_VALUE / 2, 2L * maxScriptBytes + (1 << 20)));
  }
}
