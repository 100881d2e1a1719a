package io.millrace.http;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Guesses which known word a mistyped one was meant to be.
final class Nearest {
  private static final int FARTHEST = 3;

  private Nearest() {}

  /// `; did you mean 'timeoutSeconds'?`, or nothing when no known word is near.
  static String hint(String word, Collection<String> known) {
    Map<String, Integer> distances =
        known.stream().collect(Collectors.toMap(name -> name, name -> distance(word, name)));
    return distances.entrySet().stream()
        .filter(entry -> entry.getValue() <= Math.min(FARTHEST, entry.getKey().length() / 2))
        .min(
            Map.Entry.<String, Integer>comparingByValue()
                .thenComparing(Comparator.comparing(Map.Entry::getKey)))
        .map(entry -> "; did you mean '" + entry.getKey() + "'?")
        .orElse("");
  }

  /// Levenshtein's, regardless of case; words too long to be meant count as far away.
  private static int distance(String from, String to) {
    if (Math.abs(from.length() - to.length()) > FARTHEST) {
      return Integer.MAX_VALUE;
    }
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
