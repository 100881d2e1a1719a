package io.millrace.keeper;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Orders that wait for their start: no more spawns are in the air at once than do each other good.
///
/// Belongs to the loop.
final class StartQueue {
  /// More spawns in the air only make each other slow.
  private static final int IN_THE_AIR_PER_CORE = 4;

  private final int mostInTheAir = IN_THE_AIR_PER_CORE * Runtime.getRuntime().availableProcessors();

  /// What was withdrawn is in `order` only.
  private final Map<AttemptName, Command.Start> waiting = new HashMap<>();

  private final ArrayDeque<Command.Start> order = new ArrayDeque<>();
  private int inTheAir;

  void add(Command.Start start) {
    waiting.put(AttemptName.of(start), start);
    order.add(start);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean has(AttemptName name) {
    return waiting.containsKey(name);
  }

  Set<AttemptName> names() {
    return waiting.keySet();
  }

  /// Takes one out, which is not to be started any more.
  Optional<Command.Start> withdraw(AttemptName name) {
    return Optional.ofNullable(waiting.remove(name));
  }

  /// Takes all of them out.
  List<Command.Start> withdrawAll() {
    var all = List.copyOf(waiting.values());
    waiting.clear();
    order.clear();
    return all;
  }

  /// Takes out the next one that may start now.
  Optional<Command.Start> next() {
    while (inTheAir < mostInTheAir && !order.isEmpty()) {
      var start = waiting.remove(AttemptName.of(order.remove()));
      if (start != null) {
        return Optional.of(start);
      }
    }
    return Optional.empty();
  }

  /// One is being started.
  void tookOff() {
    inTheAir++;
  }

  /// One has shown life, was started long enough ago, or could not be started.
  void landed() {
    inTheAir--;
  }
}
