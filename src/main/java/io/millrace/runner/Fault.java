package io.millrace.runner;

/// One thing wrong with a request.
///
/// @param field as the client wrote it, such as `limits.memory`
/// @param problem a sentence part with the value and what was expected
public record Fault(String field, String problem) {}
