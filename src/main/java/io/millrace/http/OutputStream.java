package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.runner.QueuePlace;
import io.millrace.spool.Slice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;

/// One viewer's WebSocket: tells a run's states and output as they come, and takes its commands.
final class OutputStream implements RunFollower.Viewer {
  private final ServerWebSocket socket;
  private final Pulse pulse;
  private final TextPieces pieces = new TextPieces();

  private OutputStream(ServerWebSocket socket, Pulse pulse) {
    this.socket = socket;
    this.pulse = pulse;
  }

  /// Serves `socket` until the run has ended or the viewer goes.
  ///
  /// @param connection on which the socket was opened
  /// @param found the run as the follower found it
  static void serve(
      Vertx vertx,
      HttpSettings settings,
      ServerWebSocket socket,
      HttpConnection connection,
      RunFollower follower,
      StreamCommands commands,
      Run found,
      long from) {
    var pulse = new Pulse(vertx, settings, socket, connection, follower::look, follower::close);
    socket.closeHandler(
        gone -> {
          pulse.stop();
          follower.close();
        });
    socket.exceptionHandler(broken -> follower.close());
    socket.drainHandler(
        drained -> {
          pulse.alive();
          follower.resume();
        });
    commands.listen(socket, pulse);
    follower.begin(new OutputStream(socket, pulse), found, from, Long.MAX_VALUE);
  }

  @Override
  public boolean isFull() {
    return socket.writeQueueFull();
  }

  @Override
  public void status(Run run, Optional<QueuePlace> place) {
    if (run.status().ended()) {
      sendCut();
    }
    socket.writeTextMessage(StreamFrames.status(run, place));
  }

  @Override
  public void output(Slice.Data data) {
    pieces.add(data).forEach(this::send);
  }

  @Override
  public void gap(Slice.Gap gap) {
    sendCut();
    socket.writeTextMessage(StreamFrames.gap(gap.offset(), gap.next()));
  }

  @Override
  public void end(Run run) {
    sendCut();
    socket.writeTextMessage(StreamFrames.end(run));
    pulse.close(1000, null);
  }

  @Override
  public void failed(Throwable failure) {
    Problem problem = Failures.problem(failure, "stream " + socket.path());
    socket.writeTextMessage(StreamFrames.error(problem));
    pulse.close(1011, problem.kind());
  }

  private void sendCut() {
    pieces.cut().forEach(this::send);
  }

  private void send(TextPieces.Piece piece) {
    socket.writeTextMessage(StreamFrames.output(piece));
  }
}
