/// What tests of several packages need: a real PostgreSQL, and more to come.
@NullMarked
package io.millrace.testing;

import org.jspecify.annotations.NullMarked;
