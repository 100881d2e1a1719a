/// What the tests share: a real service to talk to, and words for waiting.
@NullMarked
package io.millrace.testing;

import org.jspecify.annotations.NullMarked;
