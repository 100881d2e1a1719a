@NullMarked
package io.millrace.spool;

import org.jspecify.annotations.NullMarked;
