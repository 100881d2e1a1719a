package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativesTest {
  @Test
  void native_calls_are_available_here() {
    assertThat(Natives.unavailable()).isEmpty();
  }

  @Test
  void reasons_are_told_in_words_and_by_name() {
    assertThat(Errno.describe(Errno.EMFILE)).isEqualTo("Too many open files (EMFILE)");
    assertThat(Errno.describe(99_999)).isEqualTo("error 99999");
  }

  @Test
  void signals_have_names_and_numbers() {
    assertThat(Signal.name(9)).isEqualTo("SIGKILL");
    assertThat(Signal.name(31)).isEqualTo("SIGSYS");
    assertThat(Signal.name(36)).isEqualTo("SIGRTMIN+2");
    assertThat(Signal.number("HUP")).hasValue(1);
    assertThat(Signal.number("SIGTERM")).hasValue(15);
    assertThat(Signal.number("10")).hasValue(10);
    assertThat(Signal.number("99")).isEmpty();
    assertThat(Signal.number("SIGNAL")).isEmpty();
  }

  @Test
  void users_are_found_by_name_and_number() {
    assertThat(User.named("root")).hasValue(new User("root", 0, 0, "/root"));
    assertThat(User.withUid(0)).map(User::name).hasValue("root");
    assertThat(User.named("nobody-like-this")).isEmpty();
  }
}
