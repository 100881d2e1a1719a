package io.millrace.keeper;

import io.millrace.spool.ExitRecord;
import java.util.List;

/// A server's connection to a keeper, and what it heard.
record Server(KeeperClient client, Heard heard) implements AutoCloseable {

  void send(Command command) {
    client.send(command);
  }

  News.Started awaitStarted(Script script) throws InterruptedException {
    return heard.await(News.Started.class, started -> started.run().equals(script.run()));
  }

  ExitRecord awaitExit(Script script) throws InterruptedException {
    return heard
        .await(News.Exited.class, exited -> exited.record().run().equals(script.run()))
        .record();
  }

  /// Waits until it has written so many bytes.
  void awaitOutput(Script script, long bytes) throws InterruptedException {
    heard.await(
        News.Advanced.class,
        advanced -> advanced.run().equals(script.run()) && advanced.counts().bytes() >= bytes);
  }

  News.Stopping awaitStopping(Script script) throws InterruptedException {
    return heard.await(News.Stopping.class, stopping -> stopping.run().equals(script.run()));
  }

  /// Every command sent before has been dealt with when this returns.
  List<AttemptName> survey(long request) throws InterruptedException {
    send(new Command.Survey(request));
    return heard.await(News.Known.class, known -> known.request() == request).attempts();
  }

  ExitRecord run(Script script) throws InterruptedException {
    send(script.start());
    return awaitExit(script);
  }

  @Override
  public void close() {
    client.close();
  }
}
