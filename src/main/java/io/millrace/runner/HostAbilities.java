package io.millrace.runner;

import java.util.Optional;

/// What this host cannot do for a run, each with the reason; empty means that it can.
///
/// @param negativeNice a priority above the service's own
/// @param otherUsers running as somebody else than the service
public record HostAbilities(
    Optional<String> memory,
    Optional<String> cpu,
    Optional<String> processes,
    Optional<String> isolate,
    Optional<String> negativeNice,
    Optional<String> otherUsers) {}
