package io.millrace.runner;

import io.millrace.keeper.Command;
import io.millrace.keeper.StdinMode;
import io.millrace.keeper.os.User;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.millrace.spool.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Turns a claimed run into files in its directory and the keeper's order to start it. Blocks.
final class Launches {
  /// Of somebody who may do nothing.
  private static final int NOBODY = 65_534;

  private final Optional<String> defaultUser;
  private final User self;

  /// @param defaultUser login name for runs that name none; empty is the service's own user
  Launches(Optional<String> defaultUser) {
    this.defaultUser = defaultUser;
    int uid = User.effectiveUid();
    this.self = User.withUid(uid).orElseGet(() -> new User(Integer.toString(uid), uid, uid, "/"));
  }

  /// Something that the submission needs is not there (any more); the message says what.
  static final class Impossible extends Exception {
    private static final long serialVersionUID = 1;

    Impossible(String what) {
      super(what, null, false, false);
    }
  }

  /// Writes the script and makes the order. What is written already stays: the order may be given
  /// again.
  Command.Start order(LiveRun live) throws IOException, Impossible {
    var submission = live.run().submission();
    var script = submission.script().orElseThrow();
    var user = user(submission);
    var interpreter = Interpreter.of(submission.interpreter(), script);
    var program =
        program(submission, interpreter)
            .orElseThrow(
                () -> new Impossible("there is no interpreter '" + interpreter.getFirst() + "'"));
    live.directory()
        .create(script.getBytes(StandardCharsets.UTF_8), given(submission), owner(user));
    return order(live, user, command(live, interpreter, program.toString()));
  }

  /// The order of an attempt that a keeper has started, which it knows by its name: nothing is
  /// written, and nothing need still be there.
  Command.Start reminder(LiveRun live) {
    var submission = live.run().submission();
    var interpreter = Interpreter.of(submission.interpreter(), submission.script().orElseThrow());
    var program =
        program(submission, interpreter).map(Path::toString).orElse(interpreter.getFirst());
    var name = submission.user().or(() -> defaultUser);
    var user =
        name.map(wish -> User.named(wish).orElseGet(() -> new User("", NOBODY, NOBODY, "/")))
            .orElse(self);
    return order(live, user, command(live, interpreter, program));
  }

  private Command.Start order(LiveRun live, User user, List<String> command) {
    var submission = live.run().submission();
    return new Command.Start(
        live.id(),
        live.attempt(),
        command,
        Environment.of(submission, user, live.id(), live.attempt()),
        submission.workdir().orElseGet(() -> home(user)),
        user.uid() == self.uid() ? Optional.empty() : Optional.of(user.name()),
        stdin(submission.stdin()),
        submission.terminal(),
        submission.mergeStderr(),
        submission.timeout(),
        submission.grace(),
        submission.limits(),
        submission.nice(),
        submission.umask(),
        submission.isolate(),
        live.firstOffset());
  }

  private User user(Submission submission) throws Impossible {
    var name = submission.user().or(() -> defaultUser);
    if (name.isEmpty()) {
      return self;
    }
    return User.named(name.get())
        .orElseThrow(() -> new Impossible("this host knows no user '" + name.get() + "'"));
  }

  private static Optional<Path> program(Submission submission, List<String> interpreter) {
    var path = submission.environment().getOrDefault("PATH", Environment.PATH);
    return Programs.find(interpreter.getFirst(), path);
  }

  private static List<String> command(LiveRun live, List<String> interpreter, String program) {
    var words = new ArrayList<>(interpreter);
    words.set(0, program);
    words.add(live.directory().scriptFile().toString());
    words.addAll(live.run().submission().args());
    return words;
  }

  /// A script that runs as somebody else must be readable by that one.
  private Optional<Owner> owner(User user) {
    return user.uid() == self.uid()
        ? Optional.empty()
        : Optional.of(new Owner(user.uid(), user.gid()));
  }

  private static Optional<byte[]> given(Submission submission) {
    return submission.stdin() instanceof Stdin.Given given
        ? Optional.of(given.text().getBytes(StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static StdinMode stdin(Stdin stdin) {
    return switch (stdin) {
      case Stdin.None none -> StdinMode.NONE;
      case Stdin.Open open -> StdinMode.PIPE;
      case Stdin.Given given -> StdinMode.FILE;
    };
  }

  /// As cron and ssh do: the home directory, and `/` for a user whose home is missing.
  private static String home(User user) {
    return Files.isDirectory(Path.of(user.home())) ? user.home() : "/";
  }
}
