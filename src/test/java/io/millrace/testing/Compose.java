package io.millrace.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `docker/compose.yaml` brought up by the Docker of this machine, as a project and on a port of
/// its own. Close it, and its containers and volumes are gone; the image stays.
public final class Compose implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private final int port;
  private String token = "";

  private Compose(int port) {
    this.port = port;
  }

  /// Builds the image, starts everything, and waits until the service takes runs on.
  public static Compose up() {
    try (var free = new ServerSocket(0)) {
      var compose = new Compose(free.getLocalPort());
      free.close();
      try {
        compose.run("up", "-d", "--build");
        compose.awaitReady();
        compose.token = compose.run("exec", "-T", "millrace", "cat", "/var/lib/millrace/token");
        return compose;
      } catch (RuntimeException | AssertionError failure) {
        compose.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// A client with the first token.
  public Api api() {
    return new Api(URI.create("http://127.0.0.1:" + port), token.strip());
  }

  public Api awaitReady() {
    await().atMost(READY_WITHIN).ignoreExceptions().until(this::isReady);
    return api();
  }

  private boolean isReady() {
    return api().get("/health/ready").statusCode() == 200;
  }

  /// Runs `docker compose` with these arguments and returns what it prints.
  ///
  /// @throws AssertionError when it fails, with what it has said
  public String run(String... arguments) {
    var command = new ArrayList<>(List.of("docker", "compose", "-f", "docker/compose.yaml"));
    command.addAll(List.of("-p", "millrace-test-" + port));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MILLRACE_PORT", Integer.toString(port));
    try {
      var process = builder.start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + said);
      }
      return said;
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(String.join(" ", command), failure);
    }
  }

  @Override
  public void close() {
    run("down", "-v", "--timeout", "1");
  }
}
