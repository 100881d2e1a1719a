/// REST, streams, the page, and who may do what. The only package that knows HTTP and JSON.
///
/// A request passes [io.millrace.http.Access] first, then its route; whatever is wrong becomes one
/// [io.millrace.http.Problem]. Routes parse into the types of `run` and ask
/// [io.millrace.runner.RunService]; they decide nothing about runs themselves.
@NullMarked
package io.millrace.http;

import org.jspecify.annotations.NullMarked;
