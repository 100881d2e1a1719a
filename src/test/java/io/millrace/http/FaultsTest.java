package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runner.Fault;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultsTest {

  @Test
  void of_a_hundred_thousand_faults_the_first_hundred_are_told_and_that_there_are_more() {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      values.put("field" + i, "");
    }
    var faults = new Faults();

    new Fields("", values, faults).refuseOthers();

    assertThat(faults.list()).hasSize(101);
    assertThat(faults.list().getLast().problem()).contains("more is wrong");
    assertThat(faults.list().subList(0, 100))
        .extracting(Fault::problem)
        .allMatch(problem -> problem.contains("is no field"));
  }
}
