/// Journeys through the whole service: real processes, real PostgreSQL, real sockets.
@NullMarked
package io.millrace.journey;

import org.jspecify.annotations.NullMarked;
