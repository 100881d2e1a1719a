/// Nouns and rules of a run. JDK only.
///
/// A run is one execution of a script or of a unit's command. What is in here decides and
/// describes; it opens no file, no socket and no process. Everything is immutable.
@NullMarked
package io.millrace.run;

import org.jspecify.annotations.NullMarked;
