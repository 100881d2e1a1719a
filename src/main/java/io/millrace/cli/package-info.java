/// The commands people type; they talk to the REST API only (except `serve`, `keeper` and
/// `migrate`).
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
