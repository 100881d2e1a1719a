package io.millrace.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the embedded PostgreSQL is set: durable, small, reachable from this machine with a password
/// only.
///
/// All of it stands on the command line, so that a newer Millrace brings its own and the folder
/// keeps none.
final class PostgresOptions {
  private PostgresOptions() {}

  static List<String> command(PostgresBinaries binaries, PostgresCluster cluster, int port) {
    var command = new ArrayList<String>();
    command.add(binaries.program("postgres").toString());
    command.add("-D");
    command.add(cluster.data().toString());
    settings(port).forEach((name, value) -> command.add("--" + name + "=" + value));
    return command;
  }

  private static Map<String, String> settings(int port) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("port", Integer.toString(port));
    settings.put("unix_socket_directories", "");
    settings.put("max_connections", "40");

    settings.put("fsync", "on");
    settings.put("full_page_writes", "on");
    settings.put("synchronous_commit", "on");
    settings.put("max_wal_size", "1GB");
    settings.put("checkpoint_timeout", "15min");

    settings.put("shared_buffers", "128MB");
    settings.put("work_mem", "8MB");
    settings.put("maintenance_work_mem", "64MB");
    settings.put("huge_pages", "off");
    // A query over years of partitions locks several indexes of each.
    settings.put("max_locks_per_transaction", "256");

    // Two cores are for scripts: no helpers that a query could wake, no compiler.
    settings.put("io_method", "sync");
    settings.put("max_worker_processes", "2");
    settings.put("max_parallel_workers", "0");
    settings.put("max_parallel_workers_per_gather", "0");
    settings.put("max_logical_replication_workers", "0");
    settings.put("jit", "off");

    // The queue is rewritten all the time; its table says how often it wants to be cleaned.
    settings.put("autovacuum_naptime", "10s");
    settings.put("autovacuum_max_workers", "2");

    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("log_checkpoints", "off");
    settings.put("log_line_prefix", "%m [%p] ");
    return settings;
  }
}
