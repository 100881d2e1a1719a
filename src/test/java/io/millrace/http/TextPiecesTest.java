package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.http.TextPieces.Piece;
import io.millrace.spool.Frame;
import io.millrace.spool.Slice;
import io.millrace.spool.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextPiecesTest {
  private final TextPieces pieces = new TextPieces();
  private final List<Piece> sent = new ArrayList<>();
  private long offset;

  @Test
  void a_character_cut_across_writes_travels_whole() {
    byte[] smile = "😀".getBytes(StandardCharsets.UTF_8);
    for (byte each : smile) {
      write(Stream.STDOUT, 0, each);
    }
    assertThat(texts()).containsExactly("😀");
    assertThat(sent.getFirst().offset()).isZero();
    assertThat(sent.getFirst().next()).isEqualTo(4);
  }

  @Test
  void text_before_a_half_character_travels_at_once() {
    write(Stream.STDOUT, 0, (byte) 'a', (byte) 0xc3);
    assertThat(texts()).containsExactly("a");
    write(Stream.STDOUT, 50, (byte) 0xa9, (byte) 'b');
    assertThat(texts()).containsExactly("a", "éb");
    assertThat(sent.getLast().epochMillis()).isZero();
  }

  @Test
  void the_other_stream_cuts_a_half_character() {
    write(Stream.STDOUT, 0, (byte) 0xc3);
    write(Stream.STDERR, 0, (byte) 'x');
    write(Stream.STDOUT, 0, (byte) 0xa9);
    assertThat(texts()).containsExactly("base64:ww==", "x", "base64:qQ==");
    assertThat(sent)
        .extracting(Piece::stream)
        .containsExactly(Stream.STDOUT, Stream.STDERR, Stream.STDOUT);
  }

  @Test
  void the_end_cuts_a_half_character() {
    write(Stream.STDERR, 0, (byte) 'a', (byte) 0xf0, (byte) 0x9f);
    sent.addAll(pieces.cut());
    assertThat(texts()).containsExactly("a", "base64:8J8=");
    assertThat(pieces.cut()).isEmpty();
  }

  @Test
  void what_can_become_no_character_is_not_held_back() {
    write(Stream.STDOUT, 0, (byte) 0xff);
    write(Stream.STDOUT, 0, (byte) 0xc0);
    write(Stream.STDOUT, 0, (byte) 0xe0, (byte) 0x80);
    write(Stream.STDOUT, 0, (byte) 0xed, (byte) 0xa0);
    write(Stream.STDOUT, 0, (byte) 0x80);
    assertThat(texts())
        .containsExactly("base64:/w==", "base64:wA==", "base64:4IA=", "base64:7aA=", "base64:gA==");
  }

  @Test
  void nul_and_blank_lines_are_text() {
    write(Stream.STDOUT, 0, (byte) 0, (byte) '\n', (byte) '\n', (byte) '\r');
    assertThat(texts()).containsExactly("\0\n\n\r");
  }

  @Test
  void what_came_together_travels_together_and_what_did_not_keeps_its_time() {
    byte[] bytes = "abcd".getBytes(StandardCharsets.UTF_8);
    List<Frame> frames =
        List.of(
            new Frame(Stream.STDOUT, 1000, 1),
            new Frame(Stream.STDOUT, 1000 + TextPieces.TOGETHER_MILLIS, 2),
            new Frame(Stream.STDOUT, 2000, 3),
            new Frame(Stream.STDERR, 2000, 4));
    sent.addAll(pieces.add(new Slice.Data(0, bytes, frames)));
    assertThat(texts()).containsExactly("ab", "c", "d");
    assertThat(sent).extracting(Piece::epochMillis).containsExactly(1000L, 2000L, 2000L);
  }

  @Test
  void whatever_comes_all_bytes_travel_in_order_and_no_text_has_half_a_character() {
    var random = new Random(42);
    var written = new ByteArrayOutputStream();
    for (int round = 0; round < 3000; round++) {
      byte[] bytes =
          random.nextInt(4) == 0
              ? randomBytes(random)
              : "aé€😀\0\n".repeat(1 + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
      bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      written.writeBytes(bytes);
      write(random.nextInt(3) == 0 ? Stream.STDERR : Stream.STDOUT, round, bytes);
    }
    sent.addAll(pieces.cut());
    var seen = new ByteArrayOutputStream();
    for (Piece piece : sent) {
      assertThat(piece.offset()).isEqualTo(seen.size());
      byte[] bytes =
          piece.text().map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(piece.bytes());
      seen.writeBytes(bytes);
      assertThat(piece.next()).isEqualTo(seen.size());
    }
    assertThat(seen.toByteArray()).isEqualTo(written.toByteArray());
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(8)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void write(Stream stream, long millis, byte... bytes) {
    var frames = List.of(new Frame(stream, millis, offset + bytes.length));
    sent.addAll(pieces.add(new Slice.Data(offset, bytes, frames)));
    offset += bytes.length;
  }

  private List<String> texts() {
    return sent.stream()
        .map(piece -> piece.text().orElseGet(() -> "base64:" + piece.base64()))
        .toList();
  }
}
