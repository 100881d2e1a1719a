package io.millrace.store;

/// A client's promise that submissions with this key are one.
///
/// @param fingerprint SHA-256 of what the submission means
public record Idempotency(String key, byte[] fingerprint) {}
