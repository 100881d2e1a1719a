package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// api/openapi.yaml in itself; RunRoutesTest and its neighbours hold real traffic against it.
class ReferenceTest {
  private final List<String> references = new ArrayList<>();
  private final List<String> operations = new ArrayList<>();

  @Test
  void every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
    collect(Reference.document());
    assertThat(references).isNotEmpty().allSatisfy(Reference::schema);
    assertThat(operations).hasSizeGreaterThan(15).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"script\": \"x\", \"unit\": \"y\"}",
        "{\"script\": \"x\", \"nmae\": \"y\"}",
        "{\"script\": \"x\", \"timeoutSeconds\": -1}",
        "{\"script\": \"x\", \"limits\": {\"memory\": \"lots\"}}",
        "{\"script\": \"x\", \"env\": {\"MILLRACE_A\": \"\"}}",
        "{\"script\": \"x\", \"tty\": {\"columns\": 80}}",
        "{\"script\": \"x\", \"umask\": 22}",
      })
  void it_refuses_what_the_server_refuses(String json) {
    assertThat(Reference.requestErrors("POST", "/api/v1/runs", json)).isNotEmpty();
  }

  private void collect(@Nullable Object node) {
    switch (node) {
      case Map<?, ?> map ->
          map.forEach(
              (key, value) -> {
                if (key.equals("$ref")) {
                  references.add(value.toString());
                } else if (key.equals("operationId")) {
                  operations.add(value.toString());
                } else if (value != null) {
                  collect(value);
                }
              });
      case List<?> list -> list.forEach(this::collect);
      case null, default -> {}
    }
  }
}
