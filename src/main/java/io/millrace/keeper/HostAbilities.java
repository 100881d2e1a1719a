package io.millrace.keeper;

import io.millrace.keeper.os.Capabilities;
import io.millrace.keeper.os.User;
import java.util.Optional;

/// Puts what was found out about the host into the words of the protocol.
final class HostAbilities {
  private HostAbilities() {}

  static Abilities of(Capabilities found) {
    return new Abilities(
        limit(found, "memory"),
        limit(found, "cpu"),
        limit(found, "pids"),
        unless(found.isolation().isPresent(), "this host allows no PID namespace to this service"),
        unless(
            found.otherUsers(),
            "this service cannot run scripts as somebody else: it is not root, or setpriv(1) is"
                + " missing"),
        unless(
            User.effectiveUid() == 0,
            "only a service that runs as root may raise a script's priority"),
        found.sentences());
  }

  private static Optional<String> limit(Capabilities found, String controller) {
    boolean enforced =
        found.cgroups().filter(cgroups -> cgroups.controllers().contains(controller)).isPresent();
    return unless(
        enforced, "this host cannot enforce it (no cgroup v2 controller '" + controller + "')");
  }

  private static Optional<String> unless(boolean possible, String reason) {
    return possible ? Optional.empty() : Optional.of(reason);
  }
}
