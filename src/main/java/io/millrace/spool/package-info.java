/// Run directories and their output on disk. JDK and `run` only.
@NullMarked
package io.millrace.spool;

import org.jspecify.annotations.NullMarked;
