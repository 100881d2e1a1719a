package io.millrace.store;

import java.util.Arrays;

/// What makes two submissions the same one, for 24 hours.
///
/// @param key as the client sent it, at most 1,024 bytes of UTF-8
/// @param fingerprint digest of the submission's meaning: one key with two fingerprints is a
///   conflict
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Idempotency(String key, byte[] fingerprint) {

  @Override
  public boolean equals(Object other) {
    return other instanceof Idempotency(String otherKey, byte[] otherFingerprint)
        && key.equals(otherKey)
        && Arrays.equals(fingerprint, otherFingerprint);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Arrays.hashCode(fingerprint);
  }
}
