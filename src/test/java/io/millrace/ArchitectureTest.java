package io.millrace;

import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Who may know whom. A package that is named here and not written yet breaks nothing.
class ArchitectureTest {

  /// From the ground up: a package imports those of the rows above its own in this list, and none
  /// beside it.
  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of("run", "unit"),
          Set.of("store", "keeper", "spool", "bus"),
          Set.of("runner"),
          Set.of("supervise", "git"),
          Set.of("http"),
          Set.of("app"),
          Set.of("cli"));

  private static final String[] JDK = {
    "java..", "javax..", "jdk..", "sun..", "com.sun..", "org.jspecify.annotations"
  };

  private static final JavaClasses MILLRACE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.millrace");

  @Test
  void packages_import_downwards_and_never_sideways() {
    classes().should(importOnlyLowerLevels()).allowEmptyShould(true).check(MILLRACE);
  }

  @Test
  void run_and_unit_know_only_the_jdk() {
    onlyKnow("run");
    onlyKnow("unit");
  }

  @Test
  void keeper_and_spool_know_only_the_jdk_and_run() {
    onlyKnow("spool", "run");
    onlyKnow("keeper", "spool", "run");
  }

  @Test
  void only_http_and_cli_and_the_wiring_know_http_and_json() {
    noClasses()
        .that()
        .resideOutsideOfPackages(millrace("http", "cli", "app"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx.ext.web..",
            "io.vertx.core.http..",
            "io.vertx.core.json..",
            "com.fasterxml.jackson..")
        .allowEmptyShould(true)
        .check(MILLRACE);
  }

  @Test
  void only_store_and_the_wiring_know_sql() {
    noClasses()
        .that()
        .resideOutsideOfPackages(millrace("store", "app"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx.sqlclient..",
            "io.vertx.pgclient..",
            "java.sql..",
            "javax.sql..",
            "org.postgresql..",
            "org.flywaydb..")
        .allowEmptyShould(true)
        .check(MILLRACE);
  }

  @Test
  void no_packages_import_each_other_in_a_circle() {
    slices()
        .matching("io.millrace.(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(MILLRACE);
  }

  @Test
  void every_package_says_what_may_be_null() {
    assertThat(MILLRACE.stream().map(JavaClass::getPackage).distinct())
        .allSatisfy(
            each ->
                assertThat(each.isAnnotatedWith(NullMarked.class))
                    .as("%s has a package-info.java with @NullMarked", each.getName())
                    .isTrue());
  }

  private static void onlyKnow(String name, String... others) {
    var known = Stream.of(Stream.of(JDK), Stream.of(millrace(name)), Stream.of(millrace(others)));
    classes()
        .that()
        .resideInAPackage("io.millrace." + name + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(known.flatMap(each -> each).toArray(String[]::new))
        .allowEmptyShould(true)
        .check(MILLRACE);
  }

  private static ArchCondition<JavaClass> importOnlyLowerLevels() {
    return new ArchCondition<>("import only lower levels (keeper may import spool)") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        var from = top(item).orElseThrow(() -> new AssertionError(item + " is in no package"));
        for (var dependency : item.getDirectDependenciesFromSelf()) {
          var to = top(dependency.getTargetClass());
          if (to.isPresent() && !mayImport(from, to.get())) {
            events.add(violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static boolean mayImport(String from, String to) {
    var sideways = from.equals("keeper") && to.equals("spool");
    return from.equals(to) || sideways || level(to) < level(from);
  }

  private static int level(String name) {
    for (int level = 0; level < LEVELS.size(); level++) {
      if (LEVELS.get(level).contains(name)) {
        return level;
      }
    }
    throw new AssertionError("io.millrace." + name + " has no level here yet: add it to LEVELS");
  }

  /// The first word after `io.millrace.`, for our own classes.
  private static Optional<String> top(JavaClass type) {
    var name = type.getBaseComponentType().getPackageName();
    return name.startsWith("io.millrace.")
        ? Optional.of(name.substring("io.millrace.".length()).split("\\.", 2)[0])
        : Optional.empty();
  }

  private static String[] millrace(String... names) {
    return Stream.of(names).map(name -> "io.millrace." + name + "..").toArray(String[]::new);
  }
}
