/// Starts, feeds, signals and reaps processes: a small process of its own that outlives the server.
///
/// JDK, `run` and `spool` only. [io.millrace.keeper.Command] goes down to the keeper and
/// [io.millrace.keeper.News] comes up from it, over a unix socket; `keeper.os` holds the native
/// calls.
@NullMarked
package io.millrace.keeper;

import org.jspecify.annotations.NullMarked;
