package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSearchTest {

  @ParameterizedTest
  @CsvSource({
    "needle, needle, true",
    "needle, xxnee|dlexx, true",
    "needle, n|e|e|d|l|e, true",
    "needle, neeneedle, true",
    "needle, nee|nee|dle, true",
    "aab, aaaab, true",
    "abab, abaabab, true",
    "needle, needl, false",
    "needle, nee-dle, false",
    "x, abc, false",
  })
  void a_text_is_found_in_whatever_pieces_it_comes(String text, String pieces, boolean found) {
    var search = new ByteSearch(bytes(text));
    boolean any = false;
    for (var piece : pieces.split("\\|")) {
      any |= search.endsIn(bytes(piece));
    }
    assertThat(any).isEqualTo(found);
  }

  @Test
  void a_text_is_not_found_across_a_gap() {
    var search = new ByteSearch(bytes("needle"));
    assertThat(search.endsIn(bytes("nee"))).isFalse();
    search.restart();
    assertThat(search.endsIn(bytes("dle"))).isFalse();
  }

  @Test
  void it_finds_what_a_plain_search_finds() {
    var random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      var text = word(random, 1 + random.nextInt(5));
      var stream = word(random, random.nextInt(40));
      assertThat(new ByteSearch(bytes(text)).endsIn(bytes(stream)))
          .as("'%s' in '%s'", text, stream)
          .isEqualTo(stream.contains(text));
    }
  }

  private static String word(Random random, int length) {
    var word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(2)));
    }
    return word.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
