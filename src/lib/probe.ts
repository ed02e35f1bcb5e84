// Probe: named places in production code that a simulation can see and steer.
//
// Role: `buggify` asks for trouble that the contract allows anyway (a smaller batch, an earlier yield, a refused
// optimisation); `mark` says that a place was reached. Outside of a simulation both are constants.
// Invariants: a buggify point may only choose behaviour that is right; names are closed unions, so that a batch of
// seeds can tell which were never reached. Neither stands on the path of every command: marks are in branches that
// are rare, and points are asked once for a group, a cycle, or at the start.

/** Places where a simulation may ask for trouble. */
export const buggifyNames = [
  "conn.turn-over", // A turn ends after the group of requests it is at.
  "conn.read-one-command", // A group is one request.
  "conn.hold-early", // At the start: a client's requests wait behind 2 KiB of unsent replies already.
  "shard.clock-not-cached", // The wall clock is read again before a request.
  "expire.skip-cycle", // The cron removes no expired keys this time.
  "expire.budget-one", // It removes one batch.
  "evict.stop-early", // Eviction stops after its first key and goes on later.
  "dict.split-early", // When a dict is made: its tables split, and join, with a few entries.
  "defrag.eager", // A compaction begins although it would not pay.
  "release.slow", // Flushed databases are freed in slices of one table.
  "scan.short", // SCAN looks at one table, whatever COUNT asks for.
] as const;
export type BuggifyName = (typeof buggifyNames)[number];

/** Places that a batch of seeds must reach. */
export const markNames = [
  "conn.turn-over", // A turn ended because it had lasted long enough.
  "conn.request-in-pieces", // A request came in more than one read.
  "conn.held-for-output", // Requests waited because replies were not taken.
  "conn.lost-mid-request", // The peer vanished in the middle of a request.
  "conn.lost-with-replies-unsent",
  "conn.half-closed", // The peer closed its side while its requests waited.
  "conn.output-limit", // Closed for unsent replies.
  "conn.query-limit", // Closed for an endless request.
  "conn.protocol-error",
  "conn.http-refused",
  "conn.refused", // Too many clients, or protected mode.
  "conn.idle-closed",
  "pause.held", // CLIENT PAUSE held a request back.
  "pause.resumed",
  "exec.oom", // Refused for lack of memory.
  "watch.changed", // A watched key had changed.
  "block.served", // A request that waited for a key got something.
  "block.stays", // It was run again, found nothing for itself and waits on.
  "block.timed-out",
  "block.unblocked", // By CLIENT UNBLOCK.
  "block.lost", // The connection of one who waited ended.
  "evict.some",
  "evict.out-of-time", // A command passed while eviction was under way.
  "expire.by-cycle",
  "expire.cycle-cut", // A cycle hit its budget.
  "expire.on-access",
  "dict.split",
  "dict.merge",
  "defrag.began",
  "defrag.moved", // A pass that moved entries has ended.
  "release.flushed", // The cron frees a flushed database.
  "config.rewritten",
  "config.rewrite-failed",
  "server.stopped", // Orderly.
] as const;
export type MarkName = (typeof markNames)[number];

export interface Probe {
  /** "Trouble here, please": always false outside of a simulation. */
  buggify(name: BuggifyName): boolean;
  /** This place was reached. */
  mark(name: MarkName): void;
}

/** The probe of production: no trouble, no notes. */
export const silentProbe: Probe = {
  buggify: () => false,
  mark: () => undefined,
};
