/// Run directories and their output on disk. JDK and `run` only.
///
/// Each attempt of a run has a directory: the script, its input, its output and how it ended. The
/// keeper is the only one who writes output and exit records; the server writes scripts, reads,
/// flushes and deletes. What another process of the same user does to these files (delete, cut,
/// replace by links or pipes) may cost that run its output, and nothing else.
@NullMarked
package io.millrace.spool;

import org.jspecify.annotations.NullMarked;
