package io.millrace.keeper;

import io.millrace.run.Limits;
import io.millrace.run.Terminal;
import java.util.List;

/// Fields of each command, in order. Numbers of kinds are for ever.
final class CommandCodec {
  private static final int HELLO = 1;
  private static final int START = 2;
  private static final int STOP = 3;
  private static final int INPUT = 4;
  private static final int RESIZE = 5;
  private static final int SAMPLE = 6;
  private static final int FORGET = 7;
  private static final int LIST_LIVE = 8;
  private static final int END = 9;
  private static final List<Command.StdinMode> STDIN_MODES =
      List.of(Command.StdinMode.NONE, Command.StdinMode.PIPE, Command.StdinMode.FILE);

  private CommandCodec() {}

  static byte[] encode(Command command) {
    var frame =
        switch (command) {
          case Command.Hello hello ->
              new FrameWriter(HELLO)
                  .number(hello.version())
                  .text(hello.serverId())
                  .number(hello.epoch());
          case Command.Start start -> start(new FrameWriter(START), start);
          case Command.Stop stop ->
              new FrameWriter(STOP)
                  .run(stop.run())
                  .number(stop.attempt())
                  .text(stop.by())
                  .optional(stop.grace(), FrameWriter::duration);
          case Command.Input input ->
              new FrameWriter(INPUT)
                  .number(input.request())
                  .run(input.run())
                  .bytes(input.bytes())
                  .flag(input.eof());
          case Command.Resize resize ->
              terminal(new FrameWriter(RESIZE).run(resize.run()), resize.terminal());
          case Command.Sample sample ->
              new FrameWriter(SAMPLE).number(sample.request()).run(sample.run());
          case Command.Forget forget ->
              new FrameWriter(FORGET).run(forget.run()).number(forget.attempt());
          case Command.ListLive list -> new FrameWriter(LIST_LIVE).number(list.request());
          case Command.End end -> new FrameWriter(END).flag(end.killAll());
        };
    return frame.frame();
  }

  static Command decode(FieldReader fields) {
    int kind = fields.kind();
    return switch (kind) {
      case HELLO -> new Command.Hello(fields.number(), fields.text(), fields.large());
      case START -> start(fields);
      case STOP ->
          new Command.Stop(
              fields.run(),
              fields.attempt(),
              fields.text(),
              fields.optional(FieldReader::duration));
      case INPUT -> new Command.Input(fields.large(), fields.run(), fields.bytes(), fields.flag());
      case RESIZE -> new Command.Resize(fields.run(), terminal(fields));
      case SAMPLE -> new Command.Sample(fields.large(), fields.run());
      case FORGET -> new Command.Forget(fields.run(), fields.attempt());
      case LIST_LIVE -> new Command.ListLive(fields.large());
      case END -> new Command.End(fields.flag());
      default -> throw new IllegalArgumentException("no command has this kind");
    };
  }

  private static FrameWriter start(FrameWriter frame, Command.Start start) {
    return limits(
            frame
                .run(start.run())
                .number(start.attempt())
                .list(start.command(), FrameWriter::text)
                .list(start.environment(), FrameWriter::text)
                .text(start.workdir())
                .optional(start.user(), FrameWriter::text)
                .choice(STDIN_MODES, start.stdin())
                .optional(start.terminal(), CommandCodec::terminal)
                .flag(start.mergeStderr())
                .duration(start.timeout())
                .duration(start.grace()),
            start.limits())
        .optional(start.nice())
        .number(start.umask())
        .flag(start.isolate())
        .number(start.firstOffset());
  }

  private static Command.Start start(FieldReader fields) {
    return new Command.Start(
        fields.run(),
        fields.attempt(),
        fields.list(FieldReader::text),
        fields.list(FieldReader::text),
        fields.text(),
        fields.optional(FieldReader::text),
        fields.choice(STDIN_MODES),
        fields.optional(CommandCodec::terminal),
        fields.flag(),
        fields.duration(),
        fields.duration(),
        limits(fields),
        fields.optionalNumber(),
        fields.number(),
        fields.flag(),
        fields.large());
  }

  private static FrameWriter limits(FrameWriter frame, Limits limits) {
    return frame
        .optional(limits.memoryBytes())
        .optional(limits.cpuPercent())
        .optional(limits.processes())
        .optional(limits.openFiles())
        .optional(limits.outputBytes());
  }

  private static Limits limits(FieldReader fields) {
    return new Limits(
        fields.optionalLarge(),
        fields.optionalNumber(),
        fields.optionalNumber(),
        fields.optionalNumber(),
        fields.optionalLarge());
  }

  private static FrameWriter terminal(FrameWriter frame, Terminal terminal) {
    return frame.number(terminal.columns()).number(terminal.rows());
  }

  private static Terminal terminal(FieldReader fields) {
    return new Terminal(fields.number(), fields.number());
  }
}
