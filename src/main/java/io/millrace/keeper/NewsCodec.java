package io.millrace.keeper;

import io.millrace.spool.ExitRecord;
import java.util.List;

/// Fields of each piece of news, in order. Numbers of kinds are for ever.
final class NewsCodec {
  private static final int WELCOME = 1;
  private static final int REFUSED = 2;
  private static final int STARTED = 3;
  private static final int ADVANCED = 4;
  private static final int STOPPING = 5;
  private static final int EXITED = 6;
  private static final int INPUT_TAKEN = 7;
  private static final int INPUT_REFUSED = 8;
  private static final int SAMPLED = 9;
  private static final int LISTED = 10;
  private static final List<News.Refusal> REFUSALS =
      List.of(
          News.Refusal.NOT_RUNNING, News.Refusal.NO_STDIN, News.Refusal.CLOSED, News.Refusal.FULL);

  private NewsCodec() {}

  static byte[] encode(News news) {
    var frame =
        switch (news) {
          case News.Welcome welcome ->
              new FrameWriter(WELCOME)
                  .number(welcome.version())
                  .text(welcome.bootId())
                  .number(welcome.pid())
                  .list(welcome.capabilities(), FrameWriter::text);
          case News.Refused refused -> new FrameWriter(REFUSED).text(refused.reason());
          case News.Started started ->
              new FrameWriter(STARTED)
                  .run(started.run())
                  .number(started.attempt())
                  .time(started.at())
                  .number(started.pid());
          case News.Advanced advanced ->
              new FrameWriter(ADVANCED)
                  .run(advanced.run())
                  .number(advanced.attempt())
                  .counts(advanced.counts());
          case News.Stopping stopping ->
              new FrameWriter(STOPPING)
                  .run(stopping.run())
                  .number(stopping.attempt())
                  .time(stopping.at())
                  .flag(stopping.tooLate());
          case News.Exited exited -> new FrameWriter(EXITED).bytes(exited.exit().encode());
          case News.InputTaken taken -> new FrameWriter(INPUT_TAKEN).number(taken.request());
          case News.InputRefused refused ->
              new FrameWriter(INPUT_REFUSED)
                  .number(refused.request())
                  .choice(REFUSALS, refused.reason());
          case News.Sampled sampled ->
              new FrameWriter(SAMPLED)
                  .number(sampled.request())
                  .optional(sampled.sample(), NewsCodec::sample);
          case News.Listed listed ->
              new FrameWriter(LISTED)
                  .number(listed.request())
                  .list(listed.live(), NewsCodec::live)
                  .flag(listed.last());
        };
    return frame.frame();
  }

  static News decode(FieldReader fields) {
    int kind = fields.kind();
    return switch (kind) {
      case WELCOME ->
          new News.Welcome(
              fields.number(), fields.text(), fields.large(), fields.list(FieldReader::text));
      case REFUSED -> new News.Refused(fields.text());
      case STARTED ->
          new News.Started(fields.run(), fields.attempt(), fields.time(), fields.large());
      case ADVANCED -> new News.Advanced(fields.run(), fields.attempt(), fields.counts());
      case STOPPING ->
          new News.Stopping(fields.run(), fields.attempt(), fields.time(), fields.flag());
      case EXITED ->
          new News.Exited(
              ExitRecord.decode(fields.bytes())
                  .orElseThrow(() -> new IllegalArgumentException("a damaged exit record")));
      case INPUT_TAKEN -> new News.InputTaken(fields.large());
      case INPUT_REFUSED -> new News.InputRefused(fields.large(), fields.choice(REFUSALS));
      case SAMPLED -> new News.Sampled(fields.large(), fields.optional(NewsCodec::sample));
      case LISTED -> new News.Listed(fields.large(), fields.list(NewsCodec::live), fields.flag());
      default -> throw new IllegalArgumentException("no news has this kind");
    };
  }

  private static FrameWriter sample(FrameWriter frame, News.Sample sample) {
    return frame
        .time(sample.at())
        .duration(sample.cpu())
        .number(sample.memoryBytes())
        .number(sample.processes())
        .number(sample.outputBytes());
  }

  private static News.Sample sample(FieldReader fields) {
    return new News.Sample(
        fields.time(), fields.duration(), fields.large(), fields.number(), fields.large());
  }

  private static FrameWriter live(FrameWriter frame, News.Live live) {
    return frame
        .run(live.run())
        .number(live.attempt())
        .optional(live.startedAt(), FrameWriter::time)
        .counts(live.counts())
        .optional(live.stopRequestedAt(), FrameWriter::time);
  }

  private static News.Live live(FieldReader fields) {
    return new News.Live(
        fields.run(),
        fields.attempt(),
        fields.optional(FieldReader::time),
        fields.counts(),
        fields.optional(FieldReader::time));
  }
}
