package io.millrace.keeper;

import io.millrace.keeper.os.Capabilities;
import io.millrace.keeper.os.Processes;
import io.millrace.keeper.os.Spawner;
import io.millrace.spool.MemoryBudget;
import io.millrace.spool.SpoolRoots;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;

/// What all executions share; everything in it belongs to the loop's thread.
///
/// @param buffer for what is read from pipes, between two calls only
/// @param mainPids main processes that were not reaped yet
record Host(
    Loop loop,
    Spawner spawner,
    Processes processes,
    Capabilities capabilities,
    SpoolRoots spool,
    MemoryBudget memory,
    Identity identity,
    MemorySegment buffer,
    MainPids mainPids,
    InstantSource clock) {}
