package io.millrace.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes each event of the log as `{"at","level","logger","message"}`, with its `stack` if it has
/// one.
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);
  private static final byte[] NOTHING = {};

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line =
        new JsonObject()
            .put("at", AT.format(Instant.ofEpochMilli(event.getTimeStamp())))
            .put("level", event.getLevel().toString())
            .put("logger", event.getLoggerName())
            .put("message", event.getFormattedMessage());
    if (event.getThrowableProxy() != null) {
      line.put("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return (line.encode() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
