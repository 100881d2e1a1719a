@NullMarked
package io.millrace.keeper;

import org.jspecify.annotations.NullMarked;
