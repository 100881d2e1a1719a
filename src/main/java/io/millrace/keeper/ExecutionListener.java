package io.millrace.keeper;

import io.millrace.spool.ExitRecord;

/// Hears what becomes of an execution; called on the loop.
interface ExecutionListener {
  void tell(News news);

  /// It has shown life or its start was long enough ago: another one may start.
  void landed(Execution execution);

  /// Nothing of it is left.
  void over(Execution execution, ExitRecord record);
}
