// Assertions: relations that hold unless this program is wrong. On in production, because a stopped
// shard is better than a wrong answer.

/** Throws when `condition` is false. `message` carries the values that disprove the assumption. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Ends a switch over a closed union: the compiler proves that no case is left. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
