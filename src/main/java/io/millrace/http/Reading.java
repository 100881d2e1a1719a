package io.millrace.http;

import io.millrace.run.Submission;
import io.millrace.runner.HostNeeds;

/// What a [SubmissionReader] made of a client's fields.
sealed interface Reading {

  /// Nothing is wrong with them.
  record Sound(Submission submission) implements Reading {}

  /// Something is; `understood` is what the sound fields ask of the host.
  record Faulty(HostNeeds understood) implements Reading {}
}
