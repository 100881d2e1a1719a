package io.millrace.keeper.os;

/// What a child finds under descriptors 0, 1 and 2; it has no others.
public sealed interface Streams {
  /// Pipes: `stdout` and `stderr` are write ends, and may be the same one.
  record Piped(Input input, int stdout, int stderr) implements Streams {
    public Piped {
      aboveStandard(stdout);
      aboveStandard(stderr);
    }
  }

  /// A terminal for all three, which becomes the child's controlling one. See [Pty].
  record Terminal(String path) implements Streams {}

  /// Where stdin comes from.
  sealed interface Input {}

  /// `/dev/null`: at its end from the beginning.
  record NoInput() implements Input {}

  /// The read end of a pipe.
  record PipeInput(int readEnd) implements Input {
    public PipeInput {
      aboveStandard(readEnd);
    }
  }

  /// A file that is opened for reading.
  record FileInput(String path) implements Input {}

  private static void aboveStandard(int fd) {
    if (fd < 3) {
      throw new IllegalArgumentException("Descriptor " + fd + " is in the way of 0, 1 and 2");
    }
  }
}
