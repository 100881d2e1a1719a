package io.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The page, its files, and how a browser signs in.
///
/// Nothing on it runs inline: scripts and styles are files of our own, as the
/// Content-Security-Policy says.
final class PageRoutes {
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  /// No part begins with a dot: there is no way up and nothing hidden.
  private static final Pattern FILE =
      Pattern.compile("(?:[A-Za-z0-9][A-Za-z0-9.-]*/)*[A-Za-z0-9][A-Za-z0-9.-]*");

  private static final int MOST_SIGN_IN_BYTES = 4096;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", SCRIPT,
          "mjs", SCRIPT,
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png");

  private final HttpSettings settings;
  private final Access access;
  private final Tokens tokens;
  private final SignIn signIn;

  PageRoutes(HttpSettings settings, Access access, Tokens tokens, SignIn signIn) {
    this.settings = settings;
    this.access = access;
    this.tokens = tokens;
    this.signIn = signIn;
  }

  /// Those that a browser needs before it has signed in.
  void mountOpen(Router router) {
    router.route("/").handler(Methods.get(this::page));
    router
        .route("/sign-in")
        .handler(Methods.of(Map.of("GET", this::signInByLink, "POST", this::signInByToken)));
    router.route("/sign-out").handler(Methods.post(this::signOut));
    router.route("/page/sign-in.js").handler(Methods.get(ctx -> file(ctx, "sign-in.js")));
    router.route("/page/sign-in.css").handler(Methods.get(ctx -> file(ctx, "sign-in.css")));
  }

  void mount(Router router) {
    router.route("/openapi.yaml").handler(Methods.get(this::reference));
    router
        .route("/page/*")
        .handler(Methods.get(ctx -> file(ctx, ctx.normalizedPath().substring("/page/".length()))));
  }

  private Future<Void> page(RoutingContext ctx) {
    return file(ctx, access.checkToken(ctx.request()).isEmpty() ? "index.html" : "sign-in.html");
  }

  /// Answers with a page that moves on by itself: the cookie is SameSite=Strict, so a redirect that
  /// began at a link of somewhere else would come without it.
  private Future<Void> signInByLink(RoutingContext ctx) {
    var faults = new Faults();
    var query = Query.read(ctx.request(), faults, Set.of("code"), Set.of());
    faults.refuse();
    boolean reads = ctx.request().method().name().equals("GET");
    if (!reads || !query.text("code").map(signIn::redeem).orElse(false)) {
      return file(ctx, "sign-in.html");
    }
    ctx.response().putHeader("Set-Cookie", access.cookie());
    return file(ctx, "signed-in.html");
  }

  private Future<Void> signInByToken(RoutingContext ctx) {
    Query.refuseAny(ctx.request());
    Json.requireType(ctx.request());
    return Bodies.read(ctx, "The token", MOST_SIGN_IN_BYTES, settings.bodyTimeout())
        .compose(
            body -> {
              var faults = new Faults();
              Optional<String> token =
                  Json.object(body, faults)
                      .flatMap(
                          values -> {
                            var fields = new Fields("", values, faults);
                            Optional<String> given = fields.text("token", MOST_SIGN_IN_BYTES);
                            fields.refuseOthers();
                            return given;
                          });
              if (token.isEmpty() && faults.none()) {
                faults.add("token", "is missing");
              }
              faults.refuse();
              if (!tokens.accepts(token.orElseThrow())) {
                throw new Refusal(Problems.wrongToken());
              }
              ctx.response().putHeader("Set-Cookie", access.cookie());
              return Answers.empty(ctx, 204);
            });
  }

  /// Needs no cookie: it only takes one back.
  private Future<Void> signOut(RoutingContext ctx) {
    Query.refuseAny(ctx.request());
    ctx.response().putHeader("Set-Cookie", access.noCookie());
    return Answers.empty(ctx, 204);
  }

  private Future<Void> reference(RoutingContext ctx) {
    Query.refuseAny(ctx.request());
    return found(ctx, "api/openapi.yaml")
        .compose(bytes -> ctx.response().putHeader("Content-Type", "application/yaml").end(bytes));
  }

  private Future<Void> file(RoutingContext ctx, String name) {
    if (!FILE.matcher(name).matches()) {
      throw new Refusal(Problems.noSuchPath(ctx.request().path()));
    }
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), TEXT);
    ctx.response().putHeader("Content-Security-Policy", POLICY);
    return found(ctx, "page/" + name)
        // The page itself depends on who asks.
        .compose(
            bytes ->
                name.endsWith(".html")
                    ? ctx.response().putHeader("Content-Type", type).end(bytes)
                    : unlessKnown(ctx, bytes, type));
  }

  /// The page is some sixty files: a browser keeps them and asks whether they are still the same.
  private static Future<Void> unlessKnown(RoutingContext ctx, Buffer bytes, String type) {
    String tag = "\"" + digest(bytes) + "\"";
    ctx.response().putHeader("Cache-Control", "no-cache").putHeader("ETag", tag);
    return tag.equals(ctx.request().getHeader("If-None-Match"))
        ? Answers.empty(ctx, 304)
        : ctx.response().putHeader("Content-Type", type).end(bytes);
  }

  private static String digest(Buffer bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.getBytes());
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  private static Future<Buffer> found(RoutingContext ctx, String name) {
    return Resources.read(ctx.vertx(), name)
        .map(
            found ->
                found.orElseThrow(() -> new Refusal(Problems.noSuchPath(ctx.request().path()))));
  }
}
