package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpollTest {
  @Test
  void tells_by_token_what_is_ready() throws IOException {
    var first = Pipe.forInput();
    var second = Pipe.forInput();
    try (var epoll = new Epoll(8);
        var arena = Arena.ofConfined()) {
      epoll.add(first.readEnd(), Fd.IN, Long.MAX_VALUE);
      epoll.add(second.readEnd(), Fd.IN, 1L << 40);
      assertThat(epoll.await(0)).isZero();

      Fd.write(second.writeEnd(), Bash.memory(arena, "x"), 1);
      assertThat(epoll.await(-1)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(1L << 40);
      assertThat(epoll.events(0)).isEqualTo(Fd.IN);

      Fd.close(first.writeEnd());
      assertThat(epoll.await(-1)).isEqualTo(2);
      var tokens = new HashSet<>(List.of(epoll.token(0), epoll.token(1)));
      assertThat(tokens).containsExactlyInAnyOrder(Long.MAX_VALUE, 1L << 40);

      epoll.delete(second.readEnd());
      epoll.modify(first.readEnd(), 0, 7);
      assertThat(epoll.await(-1)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(7);
      assertThat(epoll.events(0)).isEqualTo(Fd.HANGUP);
    }
    List.of(first.readEnd(), second.readEnd(), second.writeEnd()).forEach(Fd::close);
  }

  @Test
  void another_thread_wakes_it_once() throws Exception {
    try (var epoll = new Epoll(8)) {
      var other = Thread.ofPlatform().start(epoll::wakeUp);
      assertThat(epoll.await(-1)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(Epoll.WOKEN);
      other.join();
      assertThat(epoll.await(0)).isZero();
    }
  }

  @Test
  void output_moves_from_a_pipe_to_a_file_without_a_copy(@TempDir Path folder) throws IOException {
    var pipe = Pipe.forInput();
    assertThat(Pipe.resize(pipe.writeEnd(), 256 * 1024)).isEqualTo(256 * 1024);
    try (var arena = Arena.ofConfined()) {
      Fd.write(pipe.writeEnd(), Bash.memory(arena, "moved"), 5);
      int file = Fd.create(folder.resolve("output ü").toString(), 0600);
      assertThat(Fd.splice(pipe.readEnd(), file, 100, 2)).isEqualTo(5);
      assertThat(Fd.splice(pipe.readEnd(), file, 100, 7)).isEqualTo(-Errno.EAGAIN);
      var buffer = arena.allocate(16);
      assertThat(Fd.pread(file, buffer, 16, 0)).isEqualTo(7);
      assertThat(buffer.getString(2)).isEqualTo("moved");
      assertThat(Fd.sync(file)).isZero();
      Fd.close(file);
    }
    List.of(pipe.readEnd(), pipe.writeEnd()).forEach(Fd::close);
  }
}
