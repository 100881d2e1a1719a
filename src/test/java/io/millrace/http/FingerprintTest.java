package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Submission;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"script\":\"x\"} | { \"script\" : \"\\u0078\" }",
        "{\"script\":\"x\"} |"
            + " {\"script\":\"x\",\"timeoutSeconds\":300,\"graceSeconds\":10.0,\"priority\":0,\"umask\":\"022\",\"isolate\":false}",
        "{\"script\":\"x\"} |"
            + " {\"script\":\"x\",\"args\":[],\"env\":{},\"labels\":{},\"limits\":{},\"name\":null,\"stdin\":false}",
        "{\"script\":\"x\"} |"
            + " {\"script\":\"x\",\"limits\":{\"output\":\"64M\"},\"onConflict\":\"queue\",\"retry\":{\"attempts\":1,\"delaySeconds\":5}}",
        "{\"script\":\"x\",\"limits\":{\"memory\":\"1G\"}} |"
            + " {\"script\":\"x\",\"limits\":{\"memory\":\"1024m\"}}",
        "{\"script\":\"x\",\"env\":{\"A\":\"1\",\"B\":\"2\"}} |"
            + " {\"env\":{\"B\":\"2\",\"A\":\"1\"},\"script\":\"x\"}",
        "{\"script\":\"x\",\"runAt\":\"2031-01-01T00:00:00Z\"} |"
            + " {\"script\":\"x\",\"runAt\":\"2031-01-01T01:00:00.000+01:00\"}",
      })
  void the_same_meaning_has_the_same_fingerprint(String one, String other) {
    assertThat(print(one)).isEqualTo(print(other));
  }

  @Test
  void every_field_counts() {
    List<String> different = new ArrayList<>();
    for (String field :
        List.of(
            "",
            ",\"name\":\"a\"",
            ",\"args\":[\"a\"]",
            ",\"args\":[\"a\",\"\"]",
            ",\"args\":[\"\",\"a\"]",
            ",\"env\":{\"a\":\"\"}",
            ",\"env\":{\"a\":\"b\"}",
            ",\"labels\":{\"a\":\"b\"}",
            ",\"workdir\":\"/a\"",
            ",\"user\":\"a\"",
            ",\"interpreter\":\"a\"",
            ",\"concurrencyKey\":\"a\"",
            ",\"concurrencyKey\":\"a\",\"onConflict\":\"reject\"",
            ",\"stdin\":true",
            ",\"stdin\":\"\"",
            ",\"stdin\":\"open\"",
            ",\"timeoutSeconds\":0",
            ",\"graceSeconds\":0",
            ",\"priority\":1",
            ",\"nice\":0",
            ",\"umask\":\"000\"",
            ",\"isolate\":true",
            ",\"mergeStderr\":true",
            ",\"tty\":{\"columns\":80,\"rows\":24}",
            ",\"runAt\":\"2031-01-01T00:00:00Z\"",
            ",\"retry\":{\"attempts\":2}",
            ",\"retry\":{\"attempts\":2,\"delaySeconds\":1}",
            ",\"retry\":{\"attempts\":2,\"delaySeconds\":1,\"backoff\":2}",
            ",\"limits\":{\"memory\":\"1\"}",
            ",\"limits\":{\"cpu\":\"1%\"}",
            ",\"limits\":{\"processes\":1}",
            ",\"limits\":{\"openFiles\":1}",
            ",\"limits\":{\"output\":\"1\"}")) {
      different.add(print("{\"script\":\"x\"" + field + "}"));
    }
    different.add(print("{\"script\":\"y\"}"));
    different.add(print("{\"unit\":\"x\"}"));
    assertThat(different).doesNotHaveDuplicates();
  }

  @Test
  void a_fingerprint_of_yesterday_is_valid_today() {
    assertThat(HexFormat.of().formatHex(Fingerprint.of(Submission.of("true"))))
        .isEqualTo("5b3eece2e80dc2d19910a1c09fe55263fa3e80a6c7b92f7fe76469a2ab2bd80f");
  }

  private static String print(String json) {
    return HexFormat.of().formatHex(Fingerprint.of(SubmissionForm.read(json)));
  }
}
