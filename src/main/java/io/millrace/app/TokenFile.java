package io.millrace.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The first token: made at the first start, kept in `<data-dir>/token`, readable by the service's
/// user only.
public final class TokenFile {
  private static final int BYTES = 32;

  private TokenFile() {}

  /// Reads the token, or makes one when there is none yet.
  ///
  /// @throws StartRefused when the file is there but holds no token
  public static String readOrMake(Path dataDir) {
    var file = dataDir.resolve("token");
    try {
      if (!Files.exists(file)) {
        make(file);
      }
      var token = Files.readString(file).strip();
      if (token.length() < 16) {
        throw new StartRefused(
            file + " holds no token (at least 16 characters). Remove it to have a new one made.");
      }
      return token;
    } catch (IOException failure) {
      throw new StartRefused("The token in " + file + " cannot be read: " + failure, failure);
    }
  }

  private static void make(Path file) throws IOException {
    var secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    var fresh =
        Files.createTempFile(
            file.getParent(),
            "token",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, HexFormat.of().formatHex(secret) + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
