package io.millrace.keeper.os;

/// Tells the service manager that started this process how far it is, sd_notify(3). Any thread.
public final class ServiceManager {
  /// What a unit of `Type=notify` waits for.
  public static final String READY = "READY=1";

  public static final String STOPPING = "STOPPING=1";

  private ServiceManager() {}

  /// Nothing happens where nobody wants to know, or nobody listens any more.
  public static void tell(String state) {
    var socket = System.getenv("NOTIFY_SOCKET");
    if (socket == null || socket.isEmpty()) {
      return;
    }
    try {
      UnixSocket.tell(socket, state);
    } catch (SystemCallFailed nobody) {
      System.err.println("The service manager could not be told " + state + ": " + nobody);
    }
  }
}
