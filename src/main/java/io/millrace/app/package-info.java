/// Makes every object, in order; starts and stops the service. The one place that calls
/// constructors.
@NullMarked
package io.millrace.app;

import org.jspecify.annotations.NullMarked;
