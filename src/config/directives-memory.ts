// Directives about memory: eviction, lazy freeing, defragmentation, and the sizes at which types change encoding.
// See directive.ts for the vocabulary.

import {
  accepted,
  bool,
  choice,
  type Directive,
  int,
  int32Max,
  int64Max,
  memory,
  uint64Max,
} from "./directive.ts";

const evictionPolicies = [
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "noeviction",
];

const lazily = accepted("a key's memory is freed where it is removed; it is one block");
const always = accepted("memory is given back all the time, in slices of a millisecond");

export const memoryDirectives: readonly Directive[] = [
  memory("maxmemory", 0, { max: uint64Max }),
  choice("maxmemory-policy", evictionPolicies, "noeviction"),
  int("maxmemory-samples", 1, int32Max, 5),
  int("maxmemory-eviction-tenacity", 0, 100, 10),
  memory("maxmemory-clients", 0, {
    min: -100n,
    isSigned: true,
    takesPercent: true,
    standing: accepted("clients are not evicted for their memory yet"),
  }),
  int("lfu-log-factor", 0, int32Max, 10),
  int("lfu-decay-time", 0, int32Max, 1),
  int("active-expire-effort", 1, 10, 1),
  bool("lazyfree-lazy-eviction", "no", { standing: lazily }),
  bool("lazyfree-lazy-expire", "no", { standing: lazily }),
  bool("lazyfree-lazy-server-del", "no", { standing: lazily }),
  bool("lazyfree-lazy-user-del", "no", { standing: lazily }),
  bool("lazyfree-lazy-user-flush", "no"),
  // Redis built without its own jemalloc refuses activedefrag; this server's arena needs no such library.
  bool("activedefrag", "no", { standing: always }),
  memory("active-defrag-ignore-bytes", 104857600, { min: 1n, standing: always }),
  int("active-defrag-threshold-lower", 0, 1000, 10, { standing: always }),
  int("active-defrag-threshold-upper", 0, 1000, 100, { standing: always }),
  int("active-defrag-cycle-min", 1, 99, 1, { standing: always }),
  int("active-defrag-cycle-max", 1, 99, 25, { standing: always }),
  int("active-defrag-max-scan-fields", 1, int64Max, 1000, { standing: always }),
  bool("activerehashing", "yes", {
    standing: accepted("tables here grow in bounded steps and need no background work"),
  }),
  bool("jemalloc-bg-thread", "yes", { standing: accepted("jemalloc is not used") }),
  bool("disable-thp", "yes", {
    startOnly: true,
    standing: accepted("huge pages are left as the system sets them"),
  }),

  int("hash-max-listpack-entries", 0, int64Max, 512, { alias: "hash-max-ziplist-entries" }),
  memory("hash-max-listpack-value", 64, { alias: "hash-max-ziplist-value" }),
  int("list-max-listpack-size", -int32Max - 1n, int32Max, -2, { alias: "list-max-ziplist-size" }),
  int("list-compress-depth", 0, int32Max, 0),
  int("set-max-intset-entries", 0, int64Max, 512),
  int("zset-max-listpack-entries", 0, int64Max, 128, { alias: "zset-max-ziplist-entries" }),
  memory("zset-max-listpack-value", 64, { alias: "zset-max-ziplist-value" }),
  memory("hll-sparse-max-bytes", 3000),
  memory("stream-node-max-bytes", 4096),
  int("stream-node-max-entries", 0, int64Max, 100),
];
