package io.millrace.app;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import org.jspecify.annotations.Nullable;

/// Counts every HTTP request out exactly once, whatever became of it.
///
/// Vert.x tells the end of a request that was read to its end. Of one that was not (no HTTP, or
/// broken off, and answered) it tells nothing when the connection goes, and of one whose body
/// cannot be decoded it tells the end twice; the number of active requests would be wrong for ever.
///
/// A connection has one request at a time: HTTP/2 is off. Lives on the connection's event loop.
final class ExactRequests<R, W, S>
    implements HttpServerMetrics<ExactRequests.Request<R>, W, ExactRequests.Connection<R, S>> {
  private final HttpServerMetrics<R, W, S> exact;

  ExactRequests(HttpServerMetrics<R, W, S> counted) {
    this.exact = counted;
  }

  /// One connection, and its last request.
  static final class Connection<R, S> {
    private final S metric;
    private @Nullable Request<R> last;

    private Connection(S metric) {
      this.metric = metric;
    }
  }

  /// One request, and what has been told of it.
  static final class Request<R> {
    private final R metric;
    private boolean read;
    private boolean answered;
    private boolean reset;

    private Request(R metric) {
      this.metric = metric;
    }
  }

  @Override
  public Connection<R, S> connected(SocketAddress remote, String remoteName) {
    return new Connection<>(exact.connected(remote, remoteName));
  }

  @Override
  public void disconnected(Connection<R, S> connection, SocketAddress remote) {
    Request<R> last = connection.last;
    if (last != null && !(last.read && last.answered)) {
      requestReset(last);
    }
    exact.disconnected(connection.metric, remote);
  }

  @Override
  public Request<R> requestBegin(Connection<R, S> connection, HttpRequest request) {
    var begun = new Request<>(exact.requestBegin(connection.metric, request));
    connection.last = begun;
    return begun;
  }

  @Override
  public void requestEnd(Request<R> request, @Nullable HttpRequest head, long bytesRead) {
    request.read = true;
    exact.requestEnd(request.metric, head, bytesRead);
  }

  @Override
  public void requestReset(Request<R> request) {
    if (!request.reset) {
      request.reset = true;
      exact.requestReset(request.metric);
    }
  }

  @Override
  public void responseBegin(Request<R> request, HttpResponse response) {
    exact.responseBegin(request.metric, response);
  }

  @Override
  public Request<R> responsePushed(
      Connection<R, S> connection, HttpMethod method, String uri, HttpResponse response) {
    return new Request<>(exact.responsePushed(connection.metric, method, uri, response));
  }

  @Override
  public void responseEnd(Request<R> request, @Nullable HttpResponse response, long bytesWritten) {
    request.answered = true;
    exact.responseEnd(request.metric, response, bytesWritten);
  }

  @Override
  public W connected(Connection<R, S> connection, Request<R> request, ServerWebSocket socket) {
    return exact.connected(connection.metric, request.metric, socket);
  }

  @Override
  public void disconnected(W socket) {
    exact.disconnected(socket);
  }

  @Override
  public void requestRouted(Request<R> request, String route) {
    exact.requestRouted(request.metric, route);
  }

  @Override
  public void bytesRead(Connection<R, S> connection, SocketAddress remote, long bytes) {
    exact.bytesRead(connection.metric, remote, bytes);
  }

  @Override
  public void bytesWritten(Connection<R, S> connection, SocketAddress remote, long bytes) {
    exact.bytesWritten(connection.metric, remote, bytes);
  }

  @Override
  public void exceptionOccurred(
      Connection<R, S> connection, SocketAddress remote, Throwable failure) {
    exact.exceptionOccurred(connection.metric, remote, failure);
  }

  @Override
  public void close() {
    exact.close();
  }
}
