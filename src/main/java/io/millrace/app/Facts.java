package io.millrace.app;

import io.millrace.http.ServiceFacts;
import io.millrace.runner.Fault;
import io.millrace.runner.Runner;
import io.millrace.store.Database;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/// What the open pages tell about this service.
final class Facts implements ServiceFacts {
  private final Database database;
  private final Runner runner;

  Facts(Database database, Runner runner) {
    this.database = database;
    this.runner = runner;
  }

  @Override
  public String version() {
    return Build.version();
  }

  @Override
  public List<String> capabilities() {
    return runner.keeper().map(keeper -> keeper.abilities().summary()).orElse(List.of());
  }

  @Override
  public Future<List<Fault>> missing() {
    var missing = new ArrayList<Fault>();
    if (!database.isAvailable()) {
      missing.add(new Fault("database", "it does not answer; it is asked again all the time"));
    }
    if (runner.keeper().isEmpty()) {
      missing.add(new Fault("keeper", "there is none; one is being looked for or started"));
    }
    return Future.succeededFuture(missing);
  }

  @Override
  public String metrics() {
    return "";
  }
}
