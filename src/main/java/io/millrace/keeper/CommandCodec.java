package io.millrace.keeper;

import io.millrace.run.Limits;
import io.millrace.run.Terminal;
import java.util.Optional;

/// Commands as bytes. The numbers of the kinds and the order of the fields are the protocol: new
/// ones only at the end.
final class CommandCodec {
  private static final int HELLO = 1;
  private static final int START = 2;
  private static final int STOP = 3;
  private static final int INPUT = 4;
  private static final int RESIZE = 5;
  private static final int SAMPLE = 6;
  private static final int FORGET = 7;
  private static final int SURVEY = 8;
  private static final int END = 9;

  private CommandCodec() {}

  static void write(Command command, WireWriter out) {
    switch (command) {
      case Command.Hello hello -> out.kind(HELLO).number(hello.version()).number(hello.epoch());
      case Command.Start start -> start(start, out);
      case Command.Stop stop ->
          out.kind(STOP).run(stop.run()).number(stop.attempt()).text(stop.by()).span(stop.grace());
      case Command.Input input ->
          out.kind(INPUT)
              .number(input.request())
              .run(input.run())
              .number(input.attempt())
              .bytes(input.bytes())
              .flag(input.eof());
      case Command.Resize resize -> {
        out.kind(RESIZE).run(resize.run()).number(resize.attempt());
        terminal(resize.size(), out);
      }
      case Command.Sample sample ->
          out.kind(SAMPLE).number(sample.request()).run(sample.run()).number(sample.attempt());
      case Command.Forget forget -> out.kind(FORGET).run(forget.run()).number(forget.attempt());
      case Command.Survey survey -> out.kind(SURVEY).number(survey.request());
      case Command.End end -> out.kind(END);
    }
  }

  static Optional<Command> read(WireReader in) {
    return switch (in.kind()) {
      case HELLO -> Optional.of(new Command.Hello(in.integer(), in.number()));
      case START -> Optional.of(start(in));
      case STOP -> Optional.of(new Command.Stop(in.run(), in.integer(), in.text(), in.span()));
      case INPUT ->
          Optional.of(
              new Command.Input(in.number(), in.run(), in.integer(), in.bytes(), in.flag()));
      case RESIZE -> Optional.of(new Command.Resize(in.run(), in.integer(), terminal(in)));
      case SAMPLE -> Optional.of(new Command.Sample(in.number(), in.run(), in.integer()));
      case FORGET -> Optional.of(new Command.Forget(in.run(), in.integer()));
      case SURVEY -> Optional.of(new Command.Survey(in.number()));
      case END -> Optional.of(new Command.End());
      default -> Optional.empty();
    };
  }

  private static void start(Command.Start start, WireWriter out) {
    out.kind(START)
        .run(start.run())
        .number(start.attempt())
        .texts(start.command())
        .texts(start.environment())
        .text(start.workdir())
        .optional(start.user(), out::text)
        .number(start.stdin().ordinal())
        .optional(start.terminal(), size -> terminal(size, out))
        .flag(start.mergeStderr())
        .span(start.timeout())
        .span(start.grace());
    limits(start.limits(), out);
    out.optional(start.nice())
        .number(start.umask())
        .flag(start.isolate())
        .number(start.firstOffset());
  }

  private static Command.Start start(WireReader in) {
    return new Command.Start(
        in.run(),
        in.integer(),
        in.texts(),
        in.texts(),
        in.text(),
        in.optional(in::text),
        StdinMode.values()[in.integer()],
        in.optional(() -> terminal(in)),
        in.flag(),
        in.span(),
        in.span(),
        limits(in),
        in.optionalInteger(),
        in.integer(),
        in.flag(),
        in.number());
  }

  private static void limits(Limits limits, WireWriter out) {
    out.optional(limits.memoryBytes())
        .optional(limits.cpuPercent())
        .optional(limits.processes())
        .optional(limits.openFiles())
        .optional(limits.outputBytes());
  }

  private static Limits limits(WireReader in) {
    return new Limits(
        in.optionalNumber(),
        in.optionalInteger(),
        in.optionalInteger(),
        in.optionalInteger(),
        in.optionalNumber());
  }

  private static void terminal(Terminal size, WireWriter out) {
    out.number(size.columns()).number(size.rows());
  }

  private static Terminal terminal(WireReader in) {
    return new Terminal(in.integer(), in.integer());
  }
}
