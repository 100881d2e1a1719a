package io.millrace.keeper.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What this machine lets the keeper do, found once at the start by trying it.
///
/// @param glibc for example `2.36`
/// @param cgroups where runs can have cgroups; `cgroupNote` says which, or why not
/// @param bornInCgroup whether a run's first process can be born in its cgroup (glibc 2.39)
/// @param marks whether runs can be marked, see [Mark]
/// @param otherUsers whether runs can be given another user
/// @param isolation how runs can be isolated
public record Capabilities(
    String glibc,
    Optional<Cgroups> cgroups,
    String cgroupNote,
    boolean bornInCgroup,
    boolean marks,
    boolean otherUsers,
    Optional<Isolation> isolation) {

  /// Takes some tens of milliseconds, and starts some processes. See [CgroupTree#open] for the
  /// name.
  public static Capabilities detect(String cgroupName) throws SystemCallFailed {
    return detect(CgroupTree.open(cgroupName));
  }

  /// As if cgroups could not be used.
  public static Capabilities withoutCgroups(String reason) throws SystemCallFailed {
    return detect(new CgroupTree.None(reason));
  }

  private static Capabilities detect(CgroupTree tree) throws SystemCallFailed {
    var cgroups =
        tree instanceof CgroupTree.Usable(var usable, _)
            ? Optional.of(usable)
            : Optional.<Cgroups>empty();
    var note =
        switch (tree) {
          case CgroupTree.Usable(var usable, var limits) ->
              "cgroup v2 at " + usable.root() + ", limits: " + limits;
          case CgroupTree.None(var reason) -> "no cgroups: " + reason;
        };
    return new Capabilities(
        Libc.text(Libc.call(Libc.function("gnu_get_libc_version"))),
        cgroups,
        note,
        new SpawnAttributes().canBearIntoCgroups(),
        Mark.isUsable(),
        canBecomeOthers(),
        Isolation.detect());
  }

  private static boolean canBecomeOthers() {
    var command =
        List.of("--reuid=65534", "--regid=65534", "--clear-groups", "--", "/bin/sh", "-c", ":");
    return Programs.find("setpriv")
        .map(
            setpriv -> {
              var all = new ArrayList<>(List.of(setpriv));
              all.addAll(command);
              return User.effectiveUid() == 0 && Trial.succeeds(all);
            })
        .orElse(false);
  }

  /// One sentence for each, for the log and for `/version`.
  public List<String> sentences() {
    return List.of(
        "glibc " + glibc + (bornInCgroup ? ", runs are born in their cgroup" : ""),
        cgroupNote,
        marks
            ? "runs are marked, so that nothing of them can hide"
            : "runs cannot be marked: the hard limit of real-time processor time (RLIMIT_RTTIME) is"
                + " too low",
        otherUsers
            ? "runs can have another user"
            : "runs have the user of the service: it is not root, or setpriv(1) is missing",
        isolation.isEmpty()
            ? "runs cannot be isolated: no PID namespace is allowed here, or unshare(1) or"
                + " nsenter(1) is missing"
            : isolation.get().isByRoot()
                ? "runs can be isolated"
                : "runs can be isolated, by a user namespace");
  }
}
