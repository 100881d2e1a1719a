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
  private static final RunId RUN =
      RunId.parse("0199f2c4-7a3b-7c01-8d2e-0123456789ab").orElseThrow();
  private static final Instant AT = Instant.ofEpochMilli(1_790_000_000_123L);
  private static final OutputCounts COUNTS = new OutputCounts(1 << 30, 1 << 29, 1 << 29, 77);
  private static final Limits ALL_LIMITS =
      new Limits(
          OptionalLong.of(512L << 20),
          OptionalInt.of(150),
          OptionalInt.of(100),
          OptionalInt.of(1024),
          OptionalLong.of(64L << 20));

  private Messages() {}

  static RunId run() {
    return RUN;
  }

  static Map<String, Command> commands() {
    var messages = new LinkedHashMap<String, Command>();
    messages.put("hello", new Command.Hello(1, "host-a/4711", 42));
    messages.put("start, small", smallStart());
    messages.put("start, all", largeStart());
    messages.put("stop", new Command.Stop(RUN, 1, "cancelled by “ops”", Optional.empty()));
    messages.put("stop, grace", new Command.Stop(RUN, 2, "", Optional.of(Duration.ofMillis(1500))));
    messages.put("input", new Command.Input(7, RUN, "ä\0\n".getBytes(UTF_8), false));
    messages.put("input, eof", new Command.Input(8, RUN, new byte[0], true));
    messages.put("resize", new Command.Resize(RUN, new Terminal(120, 40)));
    messages.put("sample", new Command.Sample(9, RUN));
    messages.put("forget", new Command.Forget(RUN, 3));
    messages.put("list live", new Command.ListLive(10));
    messages.put("end", new Command.End(false));
    messages.put("end, kill all", new Command.End(true));
    return messages;
  }

  static Map<String, News> news() {
    var messages = new LinkedHashMap<String, News>();
    messages.put("welcome", new News.Welcome(1, "4f1c9e62", 815, List.of("cgroup v2", "pty")));
    messages.put("refused", new News.Refused("epoch 41 is superseded by 42"));
    messages.put("started", new News.Started(RUN, 1, AT, 4711));
    messages.put("advanced", new News.Advanced(RUN, 1, COUNTS));
    messages.put("stopping", new News.Stopping(RUN, 1, AT, false));
    messages.put("stopping, too late", new News.Stopping(RUN, 1, AT, true));
    messages.put("exited", new News.Exited(exit()));
    messages.put("input taken", new News.InputTaken(7));
    for (var reason : News.Refusal.values()) {
      messages.put("input refused, " + reason, new News.InputRefused(8, reason));
    }
    messages.put("sampled, not running", new News.Sampled(9, Optional.empty()));
    messages.put(
        "sampled",
        new News.Sampled(
            9, Optional.of(new News.Sample(AT, Duration.ofNanos(1_234_567), 3 << 20, 4, 99))));
    messages.put("listed, nothing", new News.Listed(10, List.of(), true));
    messages.put(
        "listed",
        new News.Listed(
            10,
            List.of(
                new News.Live(RUN, 1, Optional.of(AT), COUNTS, Optional.of(AT.plusMillis(5))),
                new News.Live(RUN, 2, Optional.empty(), OutputCounts.ZERO, Optional.empty())),
            false));
    return messages;
  }

  private static Command.Start smallStart() {
    return new Command.Start(
        RUN,
        1,
        List.of("bash", "/run/millrace/script"),
        List.of(),
        "/",
        Optional.empty(),
        Command.StdinMode.NONE,
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
        Command.StdinMode.PIPE,
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

  private static ExitRecord exit() {
    return new ExitRecord(
        RUN,
        1,
        "4f1c9e62",
        Optional.of(AT),
        AT.plusMillis(226),
        new Outcome.TimedOut(Duration.ofSeconds(5), new ProcessEnd.Signalled(15)),
        new Usage(Duration.ofMillis(12), 3_481_600),
        COUNTS,
        0,
        Optional.of(AT.plusMillis(100)));
  }
}
