package io.millrace.spool;

import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The segments of an attempt that one look at its directories found.
///
/// A look may miss what is made while it lasts; see [OutputReader].
///
/// @param segments where each lies, by first offset
/// @param present whether there was a directory at all
record Listing(NavigableMap<Long, Path> segments, boolean present) {

  static Listing of(Scratch scratch, List<Path> places) throws PosixException {
    var segments = new TreeMap<Long, Path>();
    boolean present = false;
    for (var place : places) {
      var directory = Directory.find(scratch, place);
      if (directory.isPresent()) {
        present = true;
        try (var open = directory.get()) {
          open.forEachName(
              name ->
                  SegmentName.firstOffset(name)
                      .ifPresent(first -> segments.putIfAbsent(first, place)));
        }
      }
    }
    return new Listing(segments, present);
  }

  /// First offset of the segment that holds `offset`, if one does.
  OptionalLong at(long offset) {
    return optional(segments.floorKey(offset));
  }

  /// First offset of the next segment.
  OptionalLong after(long offset) {
    return optional(segments.higherKey(offset));
  }

  private static OptionalLong optional(@Nullable Long key) {
    return key == null ? OptionalLong.empty() : OptionalLong.of(key);
  }
}
