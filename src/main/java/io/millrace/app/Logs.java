package io.millrace.app;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Changes what `logback.xml` says to what the operator says, for the whole process.
final class Logs {
  private Logs() {}

  /// @param level of our own packages; libraries speak up only when something is wrong
  static void apply(LogFormat format, Level level) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      logback
          .getLogger("io.millrace")
          .setLevel(ch.qos.logback.classic.Level.convertAnSLF4JLevel(level));
      if (format == LogFormat.JSON) {
        writeJson(logback);
      }
    }
  }

  private static void writeJson(LoggerContext logback) {
    var appender = logback.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr");
    if (appender instanceof OutputStreamAppender<ILoggingEvent> stderr) {
      var encoder = new JsonLines();
      encoder.setContext(logback);
      encoder.start();
      stderr.setEncoder(encoder);
    }
  }
}
