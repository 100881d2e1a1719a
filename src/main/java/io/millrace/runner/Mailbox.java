package io.millrace.runner;

import io.vertx.core.Context;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Hands things to the owner of a state: one hop to its context takes all that came meanwhile, in
/// the order in which they came.
///
/// Any thread may put. A hop to a worker costs a wake-up, which is most of what a trivial run costs
/// the server.
final class Mailbox<T> {
  private final Supplier<Context> owner;
  private final Consumer<T> reader;
  private final ConcurrentLinkedQueue<T> letters = new ConcurrentLinkedQueue<>();

  /// Whether a hop is under way that will find what is put now.
  private final AtomicBoolean hopping = new AtomicBoolean();

  /// @param owner asked at each hop: a verticle has its context only once it is deployed
  /// @param reader called on the owner's context for each letter
  Mailbox(Supplier<Context> owner, Consumer<T> reader) {
    this.owner = owner;
    this.reader = reader;
  }

  void put(T letter) {
    letters.add(letter);
    if (hopping.compareAndSet(false, true)) {
      owner.get().runOnContext(here -> empty());
    }
  }

  private void empty() {
    hopping.set(false);
    for (var letter = letters.poll(); letter != null; letter = letters.poll()) {
      reader.accept(letter);
    }
  }
}
