package io.millrace.store;

import java.time.Instant;
import java.util.Optional;

/// How many scheduled runs became ready, and when the next one will.
public record Promoted(int count, Optional<Instant> next) {}
