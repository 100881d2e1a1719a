package io.millrace.http;

import io.millrace.runner.Fault;
import java.util.ArrayList;
import java.util.List;

/// Collects all that is wrong with one request, so that the client hears of it at once.
final class Faults {
  private final List<Fault> found = new ArrayList<>();

  void add(String field, String problem) {
    found.add(new Fault(field, problem));
  }

  boolean none() {
    return found.isEmpty();
  }

  List<Fault> list() {
    return List.copyOf(found);
  }

  /// Ends the request here if anything was found.
  void refuse() {
    if (!found.isEmpty()) {
      throw new Refusal(Problems.malformed(list()));
    }
  }
}
