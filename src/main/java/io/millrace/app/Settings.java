package io.millrace.app;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.event.Level;

/// Everything an operator can decide about `millrace serve`; `millrace serve --help` is the
/// reference.
///
/// @param dataDir absolute; holds what must survive a reboot
/// @param runDir absolute; holds run directories, on a memory file system where there is one
/// @param host address to listen on
/// @param port 0 takes a free one
/// @param publicUrl under which people reach the service, when that is not host and port
/// @param database empty starts the embedded PostgreSQL
/// @param node name under which this server's runs appear; empty is the host's at the first start
/// @param maxRunning number of slots: runs at the same time
/// @param maxQueued beyond it a submission is answered with 429
/// @param maxTimeout the longest a run may ask for; empty is no bound
/// @param runUser login name that scripts run as unless they ask for another
/// @param keepDays history older than this is dropped; empty keeps everything
/// @param shutdownGrace how long scripts may go on when the service stops by cancelling
/// @param logFormat of what goes to standard error
/// @param logLevel what is less important is not logged
public record Settings(
    Path dataDir,
    Path runDir,
    String host,
    int port,
    Optional<URI> publicUrl,
    Optional<DatabaseUrl> database,
    Optional<String> node,
    int maxRunning,
    int maxQueued,
    Optional<Duration> maxTimeout,
    Optional<String> runUser,
    OptionalInt keepDays,
    Duration shutdownGrace,
    OnStop onStop,
    KeeperChoice keeper,
    LogFormat logFormat,
    Level logLevel) {

  public static final int DEFAULT_PORT = 8080;
  public static final int DEFAULT_MAX_RUNNING = 1000;
  public static final int DEFAULT_MAX_QUEUED = 100_000;
  public static final Duration DEFAULT_SHUTDOWN_GRACE = Duration.ofSeconds(30);
}
