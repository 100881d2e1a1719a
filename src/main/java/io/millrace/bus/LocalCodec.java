package io.millrace.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/// Hands bodies over as they are, within one JVM only.
final class LocalCodec implements MessageCodec<Object, Object> {
  static final String NAME = "millrace-local";

  @Override
  public void encodeToWire(Buffer buffer, Object body) {
    throw refusal();
  }

  @Override
  public Object decodeFromWire(int position, Buffer buffer) {
    throw refusal();
  }

  @Override
  public Object transform(Object body) {
    return body;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  private static IllegalStateException refusal() {
    return new IllegalStateException(
        "News of the bus stays within one JVM: other nodes learn of a change from PostgreSQL."
            + " Publish on it locally.");
  }
}
