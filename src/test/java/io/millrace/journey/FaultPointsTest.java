package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// A step that was renamed is missed here, not by the benchmark that comes by it once in a while.
class FaultPointsTest {

  @ParameterizedTest
  @FieldSource("io.millrace.journey.FaultPoints#STEPS")
  void every_step_of_a_run_is_a_method_of_the_product(String step) throws Exception {
    var where = Breakpoint.Where.of(step);
    assertThat(Arrays.stream(Class.forName(where.type()).getDeclaredMethods()).map(Method::getName))
        .contains(where.method());
  }
}
