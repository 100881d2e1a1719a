/// Benchmarks: each prints a table with a floor that was measured in the same run, so that ratios
/// count and not the machine.
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
