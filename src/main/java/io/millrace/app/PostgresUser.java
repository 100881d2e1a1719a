package io.millrace.app;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Whom PostgreSQL runs as. It refuses to run as root, so root's service gives it to a user without
/// rights; everybody else's runs it as itself.
///
/// @param other whether this is not the user of the service
record PostgresUser(int uid, int gid, boolean other) {
  private static final List<String> WITHOUT_RIGHTS = List.of("postgres", "daemon", "nobody");
  private static final Path USERS = Path.of("/etc/passwd");

  /// The owner of the data that is there, or the user for new data.
  static PostgresUser of(Path cluster) throws IOException {
    var me = new UnixSystem();
    int uid = Math.toIntExact(me.getUid());
    int gid = Math.toIntExact(me.getGid());
    if (!Files.exists(cluster)) {
      return uid != 0 ? new PostgresUser(uid, gid, false) : withoutRights();
    }
    int owner = (int) Files.getAttribute(cluster, "unix:uid");
    if (owner == 0) {
      throw new StartRefused(
          "%s belongs to root, as whom PostgreSQL refuses to run. Give it to another user: chown -R postgres %s"
              .formatted(cluster, cluster));
    }
    if (uid != 0 && uid != owner) {
      throw new StartRefused(
          "%s belongs to user %d and the service runs as user %d. Start it as the user who started it first, or as root."
              .formatted(cluster, owner, uid));
    }
    return new PostgresUser(owner, (int) Files.getAttribute(cluster, "unix:gid"), uid != owner);
  }

  private static PostgresUser withoutRights() throws IOException {
    var users = Files.readAllLines(USERS).stream().map(line -> line.split(":", -1)).toList();
    return WITHOUT_RIGHTS.stream()
        .flatMap(name -> users.stream().filter(user -> user.length > 3 && user[0].equals(name)))
        .findFirst()
        .map(user -> new PostgresUser(Integer.parseInt(user[2]), Integer.parseInt(user[3]), true))
        .orElseThrow(
            () ->
                new StartRefused(
                    "PostgreSQL refuses to run as root, and %s names none of %s. Add one (useradd --system postgres), start as another user, or give --database-url."
                        .formatted(USERS, WITHOUT_RIGHTS)));
  }

  /// The command line that runs `command` as this user.
  List<String> command(List<String> command) {
    if (!other) {
      return command;
    }
    var whole =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--"));
    whole.addAll(command);
    return whole;
  }

  void own(Path path) throws IOException {
    if (other) {
      Files.setAttribute(path, "unix:uid", uid);
      Files.setAttribute(path, "unix:gid", gid);
    }
  }

  /// Makes sure that this user can reach `folder`: opens those of `ours` for passing through, and
  /// refuses if one above them is closed.
  void reach(Path folder, Path ours) throws IOException {
    if (!other) {
      return;
    }
    for (var each = folder; each.startsWith(ours); each = parent(each)) {
      var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(each));
      if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
        Files.setPosixFilePermissions(each, permissions);
      }
    }
    for (var each = Optional.ofNullable(ours.toRealPath().getParent());
        each.isPresent();
        each = each.map(Path::getParent)) {
      if (!canPass(each.get())) {
        throw new StartRefused(
            "PostgreSQL runs as user %d, who cannot pass through %s to its data in %s. Run 'chmod o+x %s', name another --data-dir, or give --database-url."
                .formatted(uid, each.get(), folder, each.get()));
      }
    }
  }

  private static Path parent(Path folder) {
    return Objects.requireNonNullElse(folder.getParent(), Path.of("/"));
  }

  private boolean canPass(Path folder) throws IOException {
    var permissions = Files.getPosixFilePermissions(folder);
    if (uid == (int) Files.getAttribute(folder, "unix:uid")) {
      return permissions.contains(PosixFilePermission.OWNER_EXECUTE);
    }
    if (gid == (int) Files.getAttribute(folder, "unix:gid")) {
      return permissions.contains(PosixFilePermission.GROUP_EXECUTE);
    }
    return permissions.contains(PosixFilePermission.OTHERS_EXECUTE);
  }
}
