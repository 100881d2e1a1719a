/// The addresses on the event bus and what travels on them.
///
/// Messages are news: whoever misses one looks at the truth (Postgres, the spool) instead. Nobody
/// waits for an answer here. Bodies are immutable values, handed over by reference within this JVM;
/// nothing on the bus is ever made into bytes.
@NullMarked
package io.millrace.bus;

import org.jspecify.annotations.NullMarked;
