package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.run.Limits;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.ProcessEnd;
import io.millrace.run.RunId;
import io.millrace.run.Terminal;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// One message of each kind at least, with each optional part there and not there.
///
/// The names are those of the lines in `wire-1.txt`: messages are added, and never changed.
final class Messages {
  static final RunId RUN = RunId.parse("0199f2c4-7a3b-7c01-8d2e-0123456789ab").orElseThrow();
  private static final Instant AT = Instant.ofEpochSecond(1_790_000_000L, 123_456_789);
  private static final OutputCounts COUNTS = new OutputCounts(1 << 30, 3 << 28, 1 << 28, 77);
  private static final Limits ALL_LIMITS =
      new Limits(
          OptionalLong.of(512L << 20),
          OptionalInt.of(150),
          OptionalInt.of(100),
          OptionalInt.of(1024),
          OptionalLong.of(64L << 20));

  private Messages() {}

  static Map<String, Command> commands() {
    var messages = new LinkedHashMap<String, Command>();
    messages.put("hello", new Command.Hello(1, 42));
    messages.put("start, small", smallStart());
    messages.put("start, all", largeStart());
    messages.put("stop", new Command.Stop(RUN, 1, "cancelled by “ops”", Duration.ofMillis(1500)));
    messages.put("input", new Command.Input(7, RUN, 2, "ä\0\n".getBytes(UTF_8), false));
    messages.put("input, eof", new Command.Input(8, RUN, 2, new byte[0], true));
    messages.put("resize", new Command.Resize(RUN, 1, new Terminal(120, 40)));
    messages.put("sample", new Command.Sample(9, RUN, 1));
    messages.put("forget", new Command.Forget(RUN, 3));
    messages.put("survey", new Command.Survey(10));
    messages.put("end", new Command.End());
    return messages;
  }

  static Map<String, News> news() {
    var messages = new LinkedHashMap<String, News>();
    messages.put("welcome", new News.Welcome(1, "4f1c9e62", 815, 99_000, ableToAll()));
    messages.put("welcome, unable", new News.Welcome(1, "4f1c9e62", 815, 99_000, unable()));
    messages.put("started", new News.Started(RUN, 1, AT, 4711));
    messages.put("advanced", new News.Advanced(RUN, 1, COUNTS));
    messages.put("stopping", new News.Stopping(RUN, 1, true));
    messages.put("stopping, too late", new News.Stopping(RUN, 1, false));
    messages.put("exited", new News.Exited(exit()));
    messages.put("input taken", new News.InputTaken(7));
    for (var reason : InputRefusal.values()) {
      messages.put("input refused, " + reason, new News.InputRefused(8, reason));
    }
    messages.put("sampled, not running", new News.Sampled(9, Optional.empty()));
    messages.put(
        "sampled",
        new News.Sampled(
            9, Optional.of(new Sample(AT, Duration.ofNanos(1_234_567), 3 << 20, 4, 99))));
    messages.put("known, nothing", new News.Known(10, List.of()));
    messages.put(
        "known", new News.Known(10, List.of(new AttemptName(RUN, 1), new AttemptName(RUN, 2))));
    return messages;
  }

  static Command.Start smallStart() {
    return new Command.Start(
        RUN,
        1,
        List.of("bash", "/run/millrace/script"),
        List.of(),
        "/",
        Optional.empty(),
        StdinMode.NONE,
        Optional.empty(),
        false,
        Duration.ZERO,
        Duration.ofSeconds(10),
        Limits.NONE,
        OptionalInt.empty(),
        022,
        false,
        0);
  }

  private static Command.Start largeStart() {
    return new Command.Start(
        RUN,
        2,
        List.of("python3", "-u", "script", "", "größer"),
        List.of("PATH=/usr/bin", "EMPTY=", "LANG=C.UTF-8"),
        "/home/bäcker",
        Optional.of("bäcker"),
        StdinMode.PIPE,
        Optional.of(new Terminal(80, 24)),
        true,
        Duration.ofMillis(300_500),
        Duration.ZERO,
        ALL_LIMITS,
        OptionalInt.of(-5),
        077,
        true,
        1L << 40);
  }

  private static Abilities ableToAll() {
    Optional<String> yes = Optional.empty();
    return new Abilities(yes, yes, yes, yes, yes, yes, List.of());
  }

  private static Abilities unable() {
    return new Abilities(
        Optional.of("no memory"),
        Optional.of("no cpu"),
        Optional.of("no pids"),
        Optional.of("no namespace"),
        Optional.of("no setpriv"),
        Optional.of("no root"),
        List.of("cgroup v1", "größer"));
  }

  private static ExitRecord exit() {
    var millis = Instant.ofEpochMilli(AT.toEpochMilli());
    return new ExitRecord(
        RUN,
        1,
        "4f1c9e62",
        Optional.of(millis),
        millis.plusMillis(226),
        new Outcome.TimedOut(Duration.ofSeconds(5), new ProcessEnd.Signalled(15)),
        new Usage(Duration.ofMillis(12), 3_481_600),
        COUNTS,
        0,
        Optional.of(millis.plusMillis(100)));
  }
}
