package io.millrace.keeper.os;

import java.util.Optional;

/// As on a machine without cgroup v2.
class EscapeByMarkTest extends EscapeExamples {
  @Override
  Optional<Cgroups> cgroups() {
    return Optional.empty();
  }
}
