// Unserved commands: names that rules may speak of though nobody can call them here.
//
// Role: users that were written for a Redis, with "+psync +replconf" for its replicas or "-module|load", are read
// unchanged, and are written again with all of their rules. A command that is served wins over its row, so that a row
// may stay when its command comes.

const admin = "admin slow dangerous";

/** Full names by their categories, those of Redis 7.0.15. */
export const unservedCommands: readonly (readonly [categories: string, names: string])[] = [
  ["keyspace write slow dangerous", "migrate restore-asking"],
  ["slow", "module module|help"],
  [admin, "bgrewriteaof failover psync replconf replicaof slaveof sync"],
  [admin, "module|list module|load module|loadex module|unload"],
];
