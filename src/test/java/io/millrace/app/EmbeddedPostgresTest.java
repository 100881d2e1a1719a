package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresTest {
  private static final Path PROGRAMS = Path.of("target", "postgres").toAbsolutePath();

  private Path data;

  @BeforeEach
  void makeDataDirectory() throws IOException {
    Files.createDirectories(PROGRAMS);
    data = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "embedded-");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx--x--x"));
  }

  @AfterEach
  void removeDataDirectory() throws IOException {
    if (Postmaster.find(data.resolve("postgres/cluster")).isPresent()) {
      start().stop();
    }
    PostgresBinaries.deleteTree(data);
  }

  @Test
  void the_first_start_makes_a_durable_database_that_needs_its_password() throws Exception {
    var postgres = start();

    assertThat(ask(postgres, "show fsync")).isEqualTo("on");
    assertThat(ask(postgres, "show synchronous_commit")).isEqualTo("on");
    assertThat(ask(postgres, "select current_database()")).isEqualTo("millrace");
    assertThat(ask(postgres, "show server_version")).startsWith(PostgresBinaries.MAJOR + ".");
    assertThat(PosixFilePermissions.toString(permissions("password"))).isEqualTo("rw-------");
    assertThatThrownBy(
            () ->
                DriverManager.getConnection(
                    postgres.settings().jdbcUrl(), postgres.settings().user(), "guessed"))
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void what_was_written_is_there_after_a_restart() throws Exception {
    var first = start();
    ask(first, "create table kept as select 42 as answer; select 1");
    first.stop();
    assertThat(ProcessHandle.of(first.pid()).filter(ProcessHandle::isAlive)).isEmpty();

    var second = start();

    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(ask(second, "select answer from kept")).isEqualTo("42");
  }

  @Test
  void it_outlives_a_killed_service_and_is_found_again() throws Exception {
    var service = service();
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(data.resolve("started")));
    service.destroyForcibly().waitFor();
    long pid = Long.parseLong(Files.readString(data.resolve("started")));

    var found = start();

    assertThat(found.pid()).isEqualTo(pid);
    assertThat(ask(found, "select 1")).isEqualTo("1");
  }

  @Test
  void it_runs_in_a_session_of_its_own() {
    var postgres = start();
    var stat = Path.of("/proc", Long.toString(postgres.pid()), "stat");
    assertThat(stat)
        .content()
        .satisfies(
            text -> {
              var afterName = text.substring(text.lastIndexOf(')') + 2).split(" ");
              assertThat(afterName[3]).isEqualTo(Long.toString(postgres.pid()));
            });
  }

  @Test
  void a_killed_initdb_leaves_nothing_that_looks_like_data() throws Exception {
    var service = service();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> !list("cluster.new-*/base").isEmpty());
    service.destroyForcibly().waitFor();
    assertThat(data.resolve("postgres/cluster")).doesNotExist();

    assertThat(ask(start(), "select 1")).isEqualTo("1");
    assertThat(list("cluster.new-*")).isEmpty();
  }

  @Test
  void a_killed_server_is_started_again_and_has_lost_nothing() throws Exception {
    var first = start();
    ask(first, "create table kept as select 42 as answer; select 1");
    assertThat(Commands.run(data, "kill", "-KILL", Long.toString(first.pid())).code()).isZero();

    assertThat(ask(start(), "select answer from kept")).isEqualTo("42");
  }

  @Test
  void a_pid_file_that_names_a_stranger_is_not_believed() throws Exception {
    start().stop();
    var stranger = ProcessHandle.current().pid();
    Files.writeString(
        data.resolve("postgres/cluster/postmaster.pid"),
        stranger + "\n" + data + "\n1\n5432\n\n127.0.0.1\n\nready\n");

    var postgres = start();

    assertThat(postgres.pid()).isNotEqualTo(stranger);
    assertThat(ask(postgres, "select 1")).isEqualTo("1");
  }

  @Test
  void two_starts_at_once_share_one_server() throws Exception {
    try (var threads = Executors.newFixedThreadPool(2)) {
      var starts = new ArrayList<java.util.concurrent.Future<EmbeddedPostgres>>();
      for (int i = 0; i < 2; i++) {
        starts.add(threads.submit(this::start));
      }
      assertThat(starts.get(0).get().pid()).isEqualTo(starts.get(1).get().pid());
    }
  }

  @Test
  void data_of_another_major_version_is_refused_with_the_way_out() throws IOException {
    start().stop();
    Files.writeString(data.resolve("postgres/cluster/PG_VERSION"), "17\n");

    assertThatThrownBy(this::start)
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("written by PostgreSQL 17")
        .hasMessageContaining("pg_dump 17");
  }

  @Test
  void root_is_told_which_folder_keeps_postgres_out() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        new com.sun.security.auth.module.UnixSystem().getUid() == 0);
    var closed = Files.createDirectory(data.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

    assertThatThrownBy(() -> EmbeddedPostgres.start(closed.resolve("data"), PROGRAMS))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("chmod o+x " + closed);
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(data, PROGRAMS);
  }

  private Process service() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Service.class.getName(),
            data.toString())
        .inheritIO()
        .start();
  }

  /// A service that is killed in the middle of things.
  static final class Service {
    public static void main(String[] args) throws IOException {
      var data = Path.of(args[0]);
      var postgres = EmbeddedPostgres.start(data, PROGRAMS);
      var told = Files.writeString(data.resolve("telling"), Long.toString(postgres.pid()));
      Files.move(told, data.resolve("started"));
      int unused = System.in.read();
    }
  }

  private static String ask(EmbeddedPostgres postgres, String sql) throws SQLException {
    var settings = postgres.settings();
    try (var connection =
            DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
        var statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      while (!rows) {
        rows = statement.getMoreResults();
      }
      var answer = statement.getResultSet();
      answer.next();
      return answer.getString(1);
    }
  }

  private java.util.Set<java.nio.file.attribute.PosixFilePermission> permissions(String file)
      throws IOException {
    return Files.getPosixFilePermissions(data.resolve("postgres").resolve(file));
  }

  private List<Path> list(String glob) throws IOException {
    var home = data.resolve("postgres");
    if (!Files.exists(home)) {
      return List.of();
    }
    var slash = glob.indexOf('/');
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(home, slash < 0 ? glob : glob.substring(0, slash))) {
      for (var folder : folders) {
        var path = slash < 0 ? folder : folder.resolve(glob.substring(slash + 1));
        if (Files.exists(path)) {
          found.add(path);
        }
      }
    }
    return found;
  }
}
