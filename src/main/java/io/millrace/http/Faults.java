package io.millrace.http;

import io.millrace.runner.Fault;
import java.util.ArrayList;
import java.util.List;

/// Collects all that is wrong with one request, so that the client hears of it at once.
final class Faults {
  /// More of them help nobody, and could fill the memory.
  private static final int MOST = 100;

  private final List<Fault> found = new ArrayList<>();

  void add(String field, String problem) {
    if (found.size() < MOST) {
      found.add(new Fault(field, problem));
    } else if (found.size() == MOST) {
      found.add(new Fault(field, "and more is wrong; mend the others first"));
    }
  }

  /// Adds what is no second complaint about one field.
  void addIfFirst(Fault fault) {
    if (noneOf(fault.field())) {
      add(fault.field(), fault.problem());
    }
  }

  boolean none() {
    return found.isEmpty();
  }

  /// Whether there are so many that looking for others is of no use.
  boolean enough() {
    return found.size() > MOST;
  }

  /// Whether nothing was said about `field` itself.
  boolean noneOf(String field) {
    return found.stream().noneMatch(fault -> fault.field().equals(field));
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
