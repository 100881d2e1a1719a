/// Linux, as the keeper needs it: processes, pipes, terminals, signals and cgroups by native calls
/// (FFM), no JNI.
///
/// Thin on purpose: a call that a caller must decide about returns what the kernel answered,
/// `-errno` for a failure; one that only a broken machine refuses throws [SystemCallFailed].
/// Nothing here knows runs, files of the spool or the server. Ask [Natives] first whether the calls
/// are there at all.
///
/// Unless a type says otherwise, an object belongs to one thread (the keeper's loop), which also is
/// the only one that spawns: resource limits are changed around a spawn and are the whole
/// process's.
@NullMarked
package io.millrace.keeper.os;

import org.jspecify.annotations.NullMarked;
