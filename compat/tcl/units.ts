// Units: the files of the official Tcl suite that are run, and how.

export type Unit = {
  readonly file: string;
  /** external: against a server that runs already. internal: the suite starts servers itself. */
  readonly mode: "external" | "internal";
  /** What the whole file is about: while that command is not there, its tests fail for the lack of it. */
  readonly about?: string;
  /** Its tests, and the servers they start, speak TLS. */
  readonly isTls?: true;
  /** The longest that nothing may happen; the usual time when absent. */
  readonly silenceMsMax?: number;
};

const external = [
  ...["unit/dump", "unit/protocol", "unit/keyspace", "unit/scan", "unit/info-command", "unit/type/string"],
  ...["unit/type/incr", "unit/type/list", "unit/type/list-3", "unit/type/set", "unit/type/zset"],
  ...["unit/type/hash", "unit/type/stream", "unit/type/stream-cgroups", "unit/sort", "unit/expire"],
  ...["unit/other", "unit/multi", "unit/quit", "unit/latency-monitor", "unit/pubsub", "unit/slowlog"],
  ...["unit/scripting", "unit/functions", "unit/introspection", "unit/introspection-2", "unit/bitops"],
  ...["unit/bitfield", "unit/geo", "unit/hyperloglog", "unit/lazyfree", "unit/pause", "unit/tracking"],
  ...["unit/violations", "unit/replybufsize"],
];

// Files whose tests are all marked as not for a running server.
const internal = [
  ...["unit/auth", "unit/acl", "unit/acl-v2", "unit/info", "unit/maxmemory", "unit/pubsubshard"],
  ...["unit/networking", "unit/obuf-limits", "unit/limits", "unit/querybuf", "unit/client-eviction"],
  ...["integration/aof", "integration/aof-multi-part"],
  ...["integration/rdb", "integration/convert-zipmap-hash-on-load"],
  ...["integration/convert-ziplist-hash-on-load", "integration/convert-ziplist-zset-on-load"],
];

const silenceMsMax: Readonly<Record<string, number>> = {
  // Single tests of these take up to 43 s on a stock Redis.
  "unit/hyperloglog": 150_000,
  "unit/maxmemory": 150_000,
  "unit/obuf-limits": 90_000,
};

const about: Readonly<Record<string, string>> = {
  "unit/type/list": "rpush",
  "unit/type/list-3": "rpush",
  "unit/type/set": "sadd",
  "unit/type/zset": "zadd",
  "unit/type/hash": "hset",
  "unit/type/stream": "xadd",
  "unit/type/stream-cgroups": "xgroup",
  "unit/sort": "sort",
  "unit/multi": "multi",
  "unit/pubsub": "subscribe",
  "unit/pubsubshard": "ssubscribe",
  "unit/scripting": "eval",
  "unit/functions": "function",
  "unit/geo": "geoadd",
  "unit/hyperloglog": "pfadd",
  "unit/tracking": "client|tracking",
  "unit/acl": "acl",
  "unit/acl-v2": "acl",
  "integration/rdb": "save",
};

export const units: readonly Unit[] = [
  ...external.map((file) => unit(file, "external")),
  ...internal.map((file) => unit(file, "internal")),
  { ...unit("unit/tls", "internal"), isTls: true },
];

function unit(file: string, mode: Unit["mode"]): Unit {
  const [bound, command] = [silenceMsMax[file], about[file]];
  return {
    file,
    mode,
    ...(bound === undefined ? {} : { silenceMsMax: bound }),
    ...(command === undefined ? {} : { about: command }),
  };
}
