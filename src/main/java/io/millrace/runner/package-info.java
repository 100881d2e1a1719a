/// Takes accepted runs to their end.
///
/// [RunService] is what the outside asks; [OutputSource] reads what a run wrote, wherever it lies.
@NullMarked
package io.millrace.runner;

import org.jspecify.annotations.NullMarked;
