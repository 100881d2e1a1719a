package io.millrace.run;

/// Size of a pseudo-terminal in character cells; both 1–1000.
public record Terminal(int columns, int rows) {
  public static final int MOST = 1000;

  public Terminal {
    if (columns < 1 || columns > MOST || rows < 1 || rows > MOST) {
      throw new IllegalArgumentException(
          "a terminal has 1 to 1000 columns and rows, got " + columns + " x " + rows);
    }
  }
}
