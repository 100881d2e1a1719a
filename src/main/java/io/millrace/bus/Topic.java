package io.millrace.bus;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/// One address and the type of what is told there.
///
/// [Topics#install] must have been called on the bus before.
public record Topic<T>(String address, Class<T> type) {

  /// Tells everyone who listens now; nobody is an expected answer, too.
  public void publish(EventBus bus, T news) {
    bus.publish(
        address,
        type.cast(news),
        new DeliveryOptions().setCodecName(LocalCodec.NAME).setLocalOnly(true));
  }

  /// Calls `listener` on the caller's context for everything told from now on, until the consumer
  /// is unregistered.
  public MessageConsumer<T> consume(EventBus bus, Consumer<T> listener) {
    return bus.localConsumer(address, message -> listener.accept(message.body()));
  }
}
