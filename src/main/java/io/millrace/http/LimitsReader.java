package io.millrace.http;

import io.millrace.run.Limits;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Reads `limits`.
final class LimitsReader {
  private static final int MOST_PROCESSES = 4_194_304;
  private static final int MOST_OPEN_FILES = 1 << 30;

  private LimitsReader() {}

  /// @param base what a limit is that is not given
  static Limits read(Fields in, Limits base) {
    OptionalLong memory = size(in, "memory");
    OptionalInt cpu = cpu(in);
    OptionalInt processes = in.whole("processes", 1, MOST_PROCESSES);
    OptionalInt openFiles = in.whole("openFiles", 1, MOST_OPEN_FILES);
    OptionalLong output = size(in, "output");
    in.refuseOthers();
    return new Limits(
        memory.isPresent() ? memory : base.memoryBytes(),
        cpu.isPresent() ? cpu : base.cpuPercent(),
        processes.isPresent() ? processes : base.processes(),
        openFiles.isPresent() ? openFiles : base.openFiles(),
        output.isPresent() ? output : base.outputBytes());
  }

  private static OptionalLong size(Fields in, String name) {
    Optional<Object> value = in.take(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong bytes =
        switch (value.get()) {
          case String text -> Sizes.bytes(text);
          case BigDecimal number when number.signum() > 0 && number.precision() < 30 ->
              Sizes.bytes(number.toString());
          default -> OptionalLong.empty();
        };
    if (bytes.isEmpty()) {
      in.wrong(name, "a size above 0 such as \"512M\"", value.get());
    }
    return bytes;
  }

  private static OptionalInt cpu(Fields in) {
    Optional<Object> value = in.take("cpu");
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    OptionalInt percent =
        value.get() instanceof String text ? Sizes.percent(text) : OptionalInt.empty();
    if (percent.isEmpty()) {
      in.wrong("cpu", "a percentage of one core above 0 such as \"150%\"", value.get());
    }
    return percent;
  }
}
