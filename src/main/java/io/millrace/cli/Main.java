package io.millrace.cli;

/// Where the `millrace` command begins.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    var version = Main.class.getPackage().getImplementationVersion();
    System.out.println("millrace " + (version == null ? "(not packaged)" : version));
  }
}
