package io.millrace.app;

/// The service cannot start as things are; the message says why and what to do, for the person at
/// the terminal.
public final class StartRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartRefused(String message) {
    super(message);
  }

  public StartRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
