/// All SQL, one class for each aggregate.
@NullMarked
package io.millrace.store;

import org.jspecify.annotations.NullMarked;
