package io.millrace.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Lets all tests wait long for their conditions: machines are slow, and what comes late is no
/// failure. Found by JUnit as a service.
public final class PatientWaits implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext test) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }
}
