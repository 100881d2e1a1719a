package io.millrace.store;

/// What is known of a stored piece of output without its bytes.
///
/// Equality is identity, as with [OutputRow].
///
/// @param firstOffset of its first byte in the run's output
/// @param frames as in [OutputRow]
@SuppressWarnings("ArrayRecordComponent")
public record StoredIndex(long firstOffset, byte[] frames) {}
