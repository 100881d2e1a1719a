package io.millrace.keeper;

import java.time.Instant;

/// What is written into a run directory before its main process is started, so that a later keeper
/// knows that it was.
///
/// @param by the keeper that started it
/// @param firstOffset where the attempt's output begins in the run's
record StartMark(Identity by, Instant at, long firstOffset) {

  byte[] encode() {
    return new WireWriter(0)
        .text(by.bootId())
        .number(by.pid())
        .number(by.startTicks())
        .time(at)
        .number(firstOffset)
        .bytes();
  }

  /// @throws RuntimeException for what [#encode] did not make
  static StartMark of(byte[] bytes) {
    var in = new WireReader(bytes);
    return new StartMark(new Identity(in.text(), in.number(), in.number()), in.time(), in.number());
  }
}
