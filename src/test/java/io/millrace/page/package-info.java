/// The page in the browser: its files, and what a person does with it.
@NullMarked
package io.millrace.page;

import org.jspecify.annotations.NullMarked;
