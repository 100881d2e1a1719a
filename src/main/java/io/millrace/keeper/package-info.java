/// Starts, feeds, signals and reaps processes. JDK, `run` and `spool` only; `keeper.os` holds the
/// native calls.
///
/// The keeper is a process of its own, one for each node, that outlives the server. Both speak over
/// a unix socket: [Command]s down, [News] up, framed by [Wire]. A lost message costs at most one
/// look at the run directories.
@NullMarked
package io.millrace.keeper;

import org.jspecify.annotations.NullMarked;
