package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UserTest {
  @Test
  void nobody_is_the_one_that_setreuid_takes_for_no_change() {
    assertThatThrownBy(() -> new User("gone", -1, 1000, "/"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new User("gone", 1000, -1, "/"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void root_is_known_and_a_stranger_is_not() {
    assertThat(User.named("root")).map(User::uid).contains(0);
    assertThat(User.named("no-such-user-here")).isEmpty();
  }
}
