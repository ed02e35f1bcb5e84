// Exempt: commands that a run does not draw, or of which it draws only refused calls, each with its reason.

/** Of these no call is drawn. Against a stock server there are more: those it lacks. */
export const neverDrawn: Readonly<Record<string, string>> = {};

// CLUSTER's subcommands, and those beside it.
const clusterCommandNames = [
  ...["addslots", "addslotsrange", "bumpepoch", "count-failure-reports", "countkeysinslot", "delslots"],
  ...[
    "delslotsrange",
    "failover",
    "flushslots",
    "forget",
    "getkeysinslot",
    "help",
    "info",
    "keyslot",
    "links",
  ],
  ...["meet", "myid", "nodes", "replicas", "replicate", "reset", "saveconfig", "set-config-epoch", "setslot"],
  ...["shards", "slaves", "slots"],
].map((name) => `cluster|${name}`);

/** Commands that a server refuses which is in no cluster, as those of runs are. */
export const onlyInClusters: Readonly<Record<string, string>> = Object.fromEntries(
  [...clusterCommandNames, "asking", "readonly", "readwrite"].map((name) => [
    name,
    "the server is in no cluster and refuses it: src/commands/cluster has the rest",
  ]),
);

/** Of these all drawn calls are refused, or give nothing. */
export const neverSucceeds: Readonly<Record<string, string>> = {
  shutdown: "would end the server: only calls that are refused",
  monitor: "turns the connection into a feed: only calls that are refused",
  sync: "turns the connection into a replica's: only calls that are refused",
  psync: "as SYNC",
  "config|rewrite": "started without a file, the server refuses",
  "latency|graph": "without samples the server refuses, and samples would need slow calls",
  ...onlyInClusters,
  "client|pause": "would stop everything for a while: only calls that are refused",
};

/** As above, where the calls must be such that a stock server answers alike. */
export const neverSucceedsOnStock: Readonly<Record<string, string>> = {
  command: "describes all commands, of which the stock server has more: only calls that are refused",
};

/** Drawn in process, but not against a stock server. */
export const notForStock: Readonly<Record<string, string>> = {
  "script|debug": "a stock server refuses it in a pipeline, and not the one call alone",
  bgrewriteaof: "as BGSAVE",
  bgsave: "while its child runs the server notes no access of keys, and when it ends is not told",
  quit: "ends the connection in the middle of a pipeline",
  "client|no-touch": "Redis 7.2's, which the stock 7.0 server lacks",
  "client|setinfo": "Redis 7.2's, which the stock 7.0 server lacks",
  waitaof: "Redis 7.2's, which the stock 7.0 server lacks",
};
