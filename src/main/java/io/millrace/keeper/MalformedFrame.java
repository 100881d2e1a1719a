package io.millrace.keeper;

import java.io.IOException;

/// A peer sent what is no frame of the protocol; the connection must end.
public final class MalformedFrame extends IOException {
  MalformedFrame(String problem) {
    super(problem);
  }

  MalformedFrame(String problem, Throwable cause) {
    super(problem, cause);
  }
}
