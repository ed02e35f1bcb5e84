// Queueing: which commands MULTI does not keep.

/** Commands that are run between MULTI and EXEC, not kept. */
export const neverQueued: ReadonlySet<string> = new Set([
  "discard",
  "exec",
  "multi",
  "quit",
  "reset",
  "watch",
]);

/** Commands that may not be kept. */
export const refusedInMulti: ReadonlySet<string> = new Set(["psync", "save", "shutdown", "sync"]);
