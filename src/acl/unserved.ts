// Unserved commands: names that rules may speak of though nobody can call them here.
//
// Role: users that were written for a Redis, with "+psync +replconf" for its replicas or "-cluster|slots", are read
// unchanged, and are written again with all of their rules. A command that is served wins over its row, so that a row
// may stay when its command comes.

const slow = "slow";
const fast = "fast connection";
const admin = "admin slow dangerous";

/** Full names by their categories, those of Redis 7.0.15. */
export const unservedCommands: readonly (readonly [categories: string, names: string])[] = [
  ["keyspace write slow dangerous", "migrate restore-asking"],
  ["slow connection", "wait client|caching client|tracking client|trackinginfo"],
  ["admin fast dangerous", "lastsave"],
  [fast, "asking readonly readwrite"],
  [slow, "module module|help cluster"],
  [admin, "bgrewriteaof bgsave failover psync replconf replicaof save slaveof sync"],
  [admin, "module|list module|load module|loadex module|unload"],
  [slow, "cluster|slots cluster|links cluster|myid cluster|countkeysinslot cluster|nodes cluster|keyslot"],
  [slow, "cluster|shards cluster|getkeysinslot cluster|help cluster|info"],
  [admin, "cluster|meet cluster|reset cluster|failover cluster|flushslots cluster|replicate cluster|slaves"],
  [admin, "cluster|addslotsrange cluster|setslot cluster|saveconfig cluster|delslots cluster|forget"],
  [admin, "cluster|addslots cluster|bumpepoch cluster|count-failure-reports cluster|delslotsrange"],
  [admin, "cluster|set-config-epoch cluster|replicas"],
];
