package io.millrace.keeper;

import io.millrace.spool.ExitRecord;
import java.util.Optional;

/// News as bytes. The numbers of the kinds and the order of the fields are the protocol: new ones
/// only at the end.
final class NewsCodec {
  private static final int WELCOME = 1;
  private static final int STARTED = 2;
  private static final int ADVANCED = 3;
  private static final int STOPPING = 4;
  private static final int EXITED = 5;
  private static final int INPUT_TAKEN = 6;
  private static final int INPUT_REFUSED = 7;
  private static final int SAMPLED = 8;
  private static final int KNOWN = 9;

  private NewsCodec() {}

  static void write(News news, WireWriter out) {
    switch (news) {
      case News.Welcome welcome -> {
        out.kind(WELCOME)
            .number(welcome.version())
            .text(welcome.bootId())
            .number(welcome.pid())
            .number(welcome.startTicks());
        abilities(welcome.abilities(), out);
      }
      case News.Started started ->
          out.kind(STARTED)
              .run(started.run())
              .number(started.attempt())
              .time(started.at())
              .number(started.pid());
      case News.Advanced advanced ->
          out.kind(ADVANCED)
              .run(advanced.run())
              .number(advanced.attempt())
              .counts(advanced.counts());
      case News.Stopping stopping ->
          out.kind(STOPPING).run(stopping.run()).number(stopping.attempt()).flag(stopping.inTime());
      case News.Exited exited -> out.kind(EXITED).bytes(exited.record().encode());
      case News.InputTaken taken -> out.kind(INPUT_TAKEN).number(taken.request());
      case News.InputRefused refused ->
          out.kind(INPUT_REFUSED).number(refused.request()).number(refused.why().ordinal());
      case News.Sampled sampled ->
          out.kind(SAMPLED)
              .number(sampled.request())
              .optional(sampled.sample(), sample -> sample(sample, out));
      case News.Known known -> {
        out.kind(KNOWN).number(known.request()).number(known.attempts().size());
        known.attempts().forEach(name -> out.run(name.run()).number(name.attempt()));
      }
    }
  }

  static Optional<News> read(WireReader in) {
    return switch (in.kind()) {
      case WELCOME ->
          Optional.of(
              new News.Welcome(in.integer(), in.text(), in.number(), in.number(), abilities(in)));
      case STARTED -> Optional.of(new News.Started(in.run(), in.integer(), in.time(), in.number()));
      case ADVANCED -> Optional.of(new News.Advanced(in.run(), in.integer(), in.counts()));
      case STOPPING -> Optional.of(new News.Stopping(in.run(), in.integer(), in.flag()));
      case EXITED -> Optional.of(new News.Exited(ExitRecord.decode(in.bytes()).orElseThrow()));
      case INPUT_TAKEN -> Optional.of(new News.InputTaken(in.number()));
      case INPUT_REFUSED ->
          Optional.of(new News.InputRefused(in.number(), InputRefusal.values()[in.integer()]));
      case SAMPLED -> Optional.of(new News.Sampled(in.number(), in.optional(() -> sample(in))));
      case KNOWN ->
          Optional.of(
              new News.Known(in.number(), in.list(() -> new AttemptName(in.run(), in.integer()))));
      default -> Optional.empty();
    };
  }

  private static void abilities(Abilities abilities, WireWriter out) {
    out.optional(abilities.memoryLimit(), out::text)
        .optional(abilities.cpuLimit(), out::text)
        .optional(abilities.processLimit(), out::text)
        .optional(abilities.isolate(), out::text)
        .optional(abilities.otherUsers(), out::text)
        .optional(abilities.negativeNice(), out::text)
        .texts(abilities.summary());
  }

  private static Abilities abilities(WireReader in) {
    return new Abilities(
        in.optional(in::text),
        in.optional(in::text),
        in.optional(in::text),
        in.optional(in::text),
        in.optional(in::text),
        in.optional(in::text),
        in.texts());
  }

  private static void sample(Sample sample, WireWriter out) {
    out.time(sample.at())
        .span(sample.cpu())
        .number(sample.memoryBytes())
        .number(sample.processes())
        .number(sample.outputBytes());
  }

  private static Sample sample(WireReader in) {
    return new Sample(in.time(), in.span(), in.number(), in.integer(), in.number());
  }
}
