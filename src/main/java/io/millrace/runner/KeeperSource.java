package io.millrace.runner;

import io.millrace.keeper.KeeperClient;
import java.io.IOException;

/// Where a connection to the keeper comes from: the one that runs, else a new one.
@FunctionalInterface
public interface KeeperSource {

  /// Blocks until there is a connection.
  ///
  /// @throws IOException when no keeper runs and none could be started
  KeeperClient connect(KeeperClient.Listener listener) throws IOException;
}
