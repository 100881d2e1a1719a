package io.millrace.runner;

import io.millrace.keeper.KeeperClient;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/// Where a connection to the keeper comes from: the one that runs, else a new one.
@FunctionalInterface
public interface KeeperSource {

  /// Blocks until there is a connection.
  ///
  /// @param stopped whether nobody wants one any more; another thread may change the answer
  /// @throws IOException when no keeper runs and none could be started, or it is `stopped`
  KeeperClient connect(KeeperClient.Listener listener, BooleanSupplier stopped) throws IOException;
}
