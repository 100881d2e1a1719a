package io.millrace.spool;

/// The user and group, by number, as which a script runs that is not ours.
public record Owner(int uid, int gid) {}
