package io.millrace.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads the output of one attempt by offset, while it is written and after, from any process of
/// the service.
///
/// A script can put anything into its directory: what would lie behind the end that the keeper
/// tells (in the exit record, else in its news) is not believed.
///
/// One thread at a time, not always the same. Between reads it holds the two files of one segment
/// open. Damage of any kind reads as a gap or as an end, never as a failure; failures mean that
/// this process is out of files or memory.
public final class OutputReader implements AutoCloseable {
  private static final int MOST_TRIES = 100;

  private final RunDirectory directory;
  private final long firstOffset;
  private final long believedEnd;
  private @Nullable SegmentReader current;
  private @Nullable ExitRecord exit;

  OutputReader(RunDirectory directory, long firstOffset, long believedEnd) {
    this.directory = directory;
    this.firstOffset = firstOffset;
    this.believedEnd = believedEnd;
  }

  /// What is at `offset`: at most `maxBytes` bytes of one segment.
  public Slice read(long offset, int maxBytes) throws IOException {
    if (offset < firstOffset) {
      return new Slice.NotHere(OptionalLong.of(firstOffset));
    }
    try (var scratch = new Scratch()) {
      if (current != null && offset < end()) {
        var data = current.read(scratch, offset, upToEnd(offset, maxBytes));
        if (data.isPresent()) {
          return data.get();
        }
      }
      return lookUp(scratch, offset, maxBytes);
    }
  }

  /// First offsets of the segments that are here now, rising.
  public List<Long> offsets() throws IOException {
    try (var scratch = new Scratch()) {
      hasEnded();
      return List.copyOf(list(scratch).segments().headMap(end(), false).keySet());
    }
  }

  /// The whole segment that begins at `first`; empty if it has gone or is damaged from its
  /// beginning.
  ///
  /// It is complete if there is a later one or the attempt has ended.
  public Optional<Segment> segment(long first) throws IOException {
    boolean ended = hasEnded();
    try (var scratch = new Scratch()) {
      return load(scratch, list(scratch), first, ended);
    }
  }

  /// All segments with their bytes, up to the whole limit: for outputs that are known to be small.
  public List<Segment> segments() throws IOException {
    boolean ended = hasEnded();
    var found = new ArrayList<Segment>();
    try (var scratch = new Scratch()) {
      var listing = list(scratch);
      for (long first : listing.segments().headMap(end(), false).keySet()) {
        load(scratch, listing, first, ended).ifPresent(found::add);
      }
    }
    return found;
  }

  /// Removes the segments that end at or before `upTo` and have a successor, after they were stored
  /// elsewhere.
  ///
  /// @param upTo not beyond the head: the tail is the writer's to drop
  public void dropHead(long upTo) throws IOException {
    try (var scratch = new Scratch()) {
      var listing = list(scratch);
      for (var segment : listing.segments().entrySet()) {
        long first = segment.getKey();
        if (first >= upTo || listing.after(first).isEmpty()) {
          break;
        }
        if (open(scratch, listing, first) && opened().end(scratch) <= upTo) {
          SegmentFiles.remove(scratch, segment.getValue(), first);
        }
      }
    }
  }

  /// Closes its files.
  @Override
  public void close() {
    try (var scratch = new Scratch()) {
      closeCurrent(scratch);
    }
  }

  /// Finds the segment by its name. The order matters: list first, read the segment's end second,
  /// so that what grew or began meanwhile is seen now or by the next call.
  ///
  /// Segments are made in rising order, so a list that shows a later one misses none before it, but
  /// for those that were made while the list was read. That is why a gap counts only when two lists
  /// in a row agree on it.
  private Slice lookUp(Scratch scratch, long offset, int maxBytes) throws IOException {
    var agreed = Optional.<View>empty();
    for (int tries = 0; ; tries++) {
      boolean ended = hasEnded();
      var listing = list(scratch);
      if (!listing.present()) {
        return new Slice.NotHere(OptionalLong.empty());
      }
      if (offset >= end()) {
        return new Slice.AtEnd(end());
      }
      var view = new View(listing.at(offset), listing.after(offset), ended);
      long end = firstOffset;
      if (view.at().isPresent() && open(scratch, listing, view.at().getAsLong())) {
        var data = opened().read(scratch, offset, upToEnd(offset, maxBytes));
        if (data.isPresent()) {
          return data.get();
        }
        end = opened().end(scratch);
        if (!opened().isCurrent(scratch)) {
          continue;
        }
      }
      if (view.next().isEmpty() && !ended) {
        return new Slice.AtEnd(end);
      }
      if (agreed.equals(Optional.of(view)) || tries > MOST_TRIES) {
        return nothingAt(offset, view);
      }
      agreed = Optional.of(view);
    }
  }

  /// What two lists say about an offset: the segment below it, the one above, and whether no more
  /// will come.
  private record View(OptionalLong at, OptionalLong next, boolean ended) {}

  private Slice nothingAt(long offset, View view) {
    long next = Math.min(view.next().orElse(exit == null ? offset : exit.end()), end());
    if (next <= offset) {
      return new Slice.AtEnd(next);
    }
    return view.at().isPresent()
        ? new Slice.Gap(offset, next)
        : new Slice.NotHere(OptionalLong.of(next));
  }

  /// Nothing lies behind it.
  private long end() {
    return exit == null ? believedEnd : exit.end();
  }

  private int upToEnd(long offset, int maxBytes) {
    return (int) Math.min(maxBytes, end() - offset);
  }

  private boolean hasEnded() throws IOException {
    if (exit == null) {
      exit = directory.readExit().orElse(null);
    }
    return exit != null;
  }

  private Listing list(Scratch scratch) throws PosixException {
    return Listing.of(scratch, directory.places());
  }

  private boolean open(Scratch scratch, Listing listing, long first) throws PosixException {
    if (current != null && current.first() == first && current.isCurrent(scratch)) {
      return true;
    }
    closeCurrent(scratch);
    var place = listing.segments().get(first);
    if (place == null) {
      return false;
    }
    var opened = Directory.find(scratch, place);
    if (opened.isPresent()) {
      try (var open = opened.get()) {
        current = SegmentReader.open(scratch, place, open, first).orElse(null);
      }
    }
    return current != null;
  }

  private Optional<Segment> load(Scratch scratch, Listing listing, long first, boolean ended)
      throws PosixException {
    if (first >= end()
        || !listing.segments().containsKey(first)
        || !open(scratch, listing, first)) {
      return Optional.empty();
    }
    boolean complete = ended || listing.after(first).isPresent();
    return opened().whole(scratch, complete).map(segment -> segment.cutAt(end(), exit != null));
  }

  private SegmentReader opened() {
    return Objects.requireNonNull(current);
  }

  private void closeCurrent(Scratch scratch) {
    if (current != null) {
      current.close(scratch);
      current = null;
    }
  }
}
