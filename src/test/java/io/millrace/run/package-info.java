@NullMarked
package io.millrace.run;

import org.jspecify.annotations.NullMarked;
