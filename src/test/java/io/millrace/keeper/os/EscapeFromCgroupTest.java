package io.millrace.keeper.os;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// With a cgroup for each run; left out where there is no cgroup v2 to write to.
class EscapeFromCgroupTest extends EscapeExamples {
  private static Optional<Cgroups> machine = Optional.empty();

  @BeforeAll
  static void look_at_the_machine() {
    var tree = CgroupTree.open("millrace-test-" + Self.pid());
    assumeTrue(tree instanceof CgroupTree.Usable, tree::toString);
    machine = Optional.of(((CgroupTree.Usable) tree).cgroups());
  }

  @AfterAll
  static void tidy_up() {
    machine.ifPresent(Cgroups::close);
  }

  @Override
  Optional<Cgroups> cgroups() {
    return machine;
  }
}
