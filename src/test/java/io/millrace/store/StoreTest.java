package io.millrace.store;

import io.millrace.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the tests of the store have in common: a database for each class, empty before each test.
/// One class at a time, so the fields are that class's.
abstract class StoreTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  static StoreFixture store;

  @BeforeAll
  static void open() {
    store = new StoreFixture(DATABASE.settings());
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @BeforeEach
  void clear() {
    store.clear();
  }
}
