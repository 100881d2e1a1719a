package io.millrace.spool;

/// Bytes of one stream that were read at one moment.
///
/// @param end absolute offset behind its last byte; it begins where the frame before it ends
public record Frame(Stream stream, long epochMillis, long end) {}
