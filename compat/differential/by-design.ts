// By design: where the two servers may differ, or where no call is drawn, each with its reason.
//
// Role: the only place that makes a comparison weaker than the command's declared class. Every entry names a
// declared command (compare.test.ts), so that the table does not outlive what it is about.

import { type DeclaredClass, targets } from "../generator/declared.ts";

/**
 * How two replies are compared. As declared (see the reply classes of the command table), or:
 * payload: the same bytes, or those of a table in another order. kind: the same type mark only. any: two replies that are no errors. fields: INFO's section and field names. docs: all but the own words of
 * summary, complexity and history. hello: all but the connection's number. clock: all but wall-clock times in ms, which may be a little apart. nearest: exact, but with COUNT the same elements, or others of which the same is told. scan: a cursor and keys; whole walks are compared apart.
 */
export type Comparison =
  | DeclaredClass
  | "kind"
  | "any"
  | "fields"
  | "docs"
  | "hello"
  | "clock"
  | "scan"
  | "nearest"
  | "payload";

const newerThanStock =
  "Redis 7.4's or 8.0's, which the stock 7.0 server lacks; compat/blackbox/documented.test.ts drives it";

/** Commands of which no call is drawn at all. */
export const neverDrawn: Readonly<Record<string, string>> = {
  quit: "ends the connection; compat/blackbox/conversation.test.ts drives it",
  "client|no-touch": "Redis 7.2's, which the stock 7.0 server lacks; clients of today send it",
  "client|setinfo": "Redis 7.2's, which the stock 7.0 server lacks; clients of today send it",
  waitaof:
    "Redis 7.2's, which the stock 7.0 server lacks; blackbox/documented.test.ts and src/server have it",
  hexpire: newerThanStock,
  hexpireat: newerThanStock,
  hexpiretime: newerThanStock,
  hgetdel: newerThanStock,
  hgetex: newerThanStock,
  hpersist: newerThanStock,
  hpexpire: newerThanStock,
  hpexpireat: newerThanStock,
  hpexpiretime: newerThanStock,
  hpttl: newerThanStock,
  hsetex: newerThanStock,
  httl: newerThanStock,
};

const talks =
  "answers with messages, which are not paired with requests: blackbox/pubsub.test.ts, and npm run oracle";

/** Commands that the generator draws, and that this run leaves out. */
export const leftOut: Readonly<Record<string, string>> = {
  multi: "what is drawn behind it would only be queued: it goes around commands that may wait, with EXEC",
  subscribe: talks,
  psubscribe: talks,
  ssubscribe: talks,
  unsubscribe: talks,
  punsubscribe: talks,
  sunsubscribe: talks,
  bgrewriteaof: "as BGSAVE: src/server/log-keeper.test.ts has it",
  bgsave:
    "whether the last one still runs depends on the machine; src/commands/persistence and npm run oracle have it",
  "script|debug": "a stock server refuses it in a pipeline; src/commands/scripting has it",
  pfselftest: "takes seconds and says nothing else than OK: blackbox has it",
};

/** Commands that a server refuses which is in no cluster, as both are. */
const onlyInClusters: Readonly<Record<string, string>> = Object.fromEntries(
  targets
    .filter(({ fullName }) => /^(cluster\||(asking|readonly|readwrite)$)/.test(fullName))
    .map(({ fullName }) => [fullName, "the servers are in no cluster: src/commands/cluster has the rest"]),
);

/** Commands of which only refused or harmless calls are drawn. */
export const partlyDrawn: Readonly<Record<string, string>> = {
  "acl|load": "started without an ACL file, both refuse; src/acl/acl-file.test.ts has the rest",
  "acl|save": "as ACL LOAD",
  "config|rewrite": "started without a file, both refuse; the tests of src/config compare the rewritten text",
  "latency|graph": "without samples both refuse, and samples would need slow calls on both servers",
  pfdebug: "asks for a HyperLogLog, which few keys hold: it may only be refused",
  "function|kill": "nothing runs when it is asked for, so both refuse; src/scripting has the rest",
  "script|kill": "as FUNCTION KILL",
  discard: "without MULTI, which is left out, it refuses",
  xadd: "an id by the clock would differ",
  zrank: "WITHSCORE is of 7.2: only calls without it",
  zrevrank: "as ZRANK",
  ...onlyInClusters,
  wait: "none that waits; blackbox has the rest",
  "client|tracking": "no redirection, whose clients' numbers differ; src/connection has the rest",
  "client|caching": "refused without tracking, mostly; src/connection has the rest",
  shutdown: "would end the server: only calls that are refused",
  monitor:
    "would turn the connection into a feed: only calls that are refused; blackbox/monitor.test.ts has the rest",
  sync: "would turn the connection into a replica's: only calls that are refused; blackbox/replica.test.ts has the rest",
  psync: "as SYNC",
  replconf: "ACK and GETACK are not answered: the other options; blackbox/replica.test.ts has the rest",
  "client|kill": "filters that meet a connection end it: only those that meet none; blackbox has the rest",
  "client|pause": "would stop both servers for a while: only calls that are refused; blackbox has the rest",
  "client|reply": "OFF and SKIP change how many replies come: ON and refused calls; blackbox has the rest",
  debug:
    "SLEEP, SEGFAULT and the like end or stop the server: PROTOCOL, STRINGMATCH-LEN, ERROR and refused calls",
  command:
    "without arguments it describes all commands, and the stock server has more: subcommands are compared",
};

/** Comparisons that differ from the declared class. */
export const comparedAs: Readonly<Record<string, { readonly as: Comparison; readonly reason: string }>> = {
  scan: { as: "scan", reason: "cursors are positions in tables that are built differently" },
  hscan: { as: "scan", reason: "as SCAN's; walks are compared by oracle/run and src/commands/hash" },
  sscan: { as: "scan", reason: "as SCAN's; walks are compared by oracle/run and src/commands/set" },
  zscan: { as: "scan", reason: "as SCAN's; walks are compared by oracle/run and src/commands/sorted-set" },
  dump: {
    as: "payload",
    reason: "hashes and sets that are tables have an order of their own, and lists their own nodes",
  },
  sort: {
    as: "unordered",
    reason:
      "elements that compare equal, and those of a set, have an order of their own; with BY and LIMIT any of them may be left out",
  },
  sort_ro: { as: "unordered", reason: "as SORT" },
  geosearch: {
    as: "nearest",
    reason: "of members that are equally far, the order is that of a sort and any may be left out",
  },
  georadius: { as: "nearest", reason: "as GEOSEARCH" },
  georadius_ro: { as: "nearest", reason: "as GEOSEARCH" },
  georadiusbymember: { as: "nearest", reason: "as GEOSEARCH" },
  georadiusbymember_ro: { as: "nearest", reason: "as GEOSEARCH" },
  lastsave: { as: "kind", reason: "the servers were not started, nor saved, in the same second" },
  hello: { as: "hello", reason: "the connection's number" },
  info: { as: "fields", reason: "values are of the process; sections and field names are compared" },
  "command|docs": { as: "docs", reason: "summaries, complexities and histories are in our own words" },
  "command|info": {
    as: "exact",
    reason: "declared shape for whole tables; of single commands every byte is compared",
  },
  "command|list": { as: "unordered", reason: "filters are drawn that select commands both servers have" },
  "command|count": { as: "kind", reason: "the stock server has more commands" },
  "config|get": { as: "unordered", reason: "the stock server lists directives in the order of a hash table" },
  "client|id": { as: "kind", reason: "connections are numbered by the process" },
  "client|list": { as: "kind", reason: "addresses, ages and memory of connections" },
  "client|info": { as: "kind", reason: "addresses, ages and memory of connections" },
  "object|freq": { as: "kind", reason: "the logarithmic counter is raised by chance" },
  "object|refcount": {
    as: "kind",
    reason: "no objects are shared here: COPY of a small integer unshares it there",
  },
  "object|idletime": {
    as: "kind",
    reason: "a change of the eviction policy gives the clock bits another meaning",
  },
  "memory|usage": { as: "any", reason: "other layouts; the stock server also sizes keys whose time is over" },
  "memory|stats": { as: "kind", reason: "allocators differ, and so do the figures they keep" },
  "memory|doctor": { as: "kind", reason: "advice in our own words" },
  "memory|malloc-stats": { as: "kind", reason: "allocators differ" },
  "latency|doctor": { as: "kind", reason: "advice in our own words" },
  "latency|histogram": { as: "kind", reason: "durations, and calls made while the other server was asked" },
  "latency|latest": { as: "kind", reason: "durations" },
  "latency|history": { as: "kind", reason: "durations" },
  "slowlog|get": { as: "kind", reason: "which calls were slow depends on the machine" },
  "slowlog|len": { as: "kind", reason: "which calls were slow depends on the machine" },
  lolwut: { as: "kind", reason: "our own picture" },
  "xinfo|stream": { as: "clock", reason: "tells when consumers were seen and entries delivered" },
  "acl|getuser": {
    as: "kind",
    reason: "rules about commands depend on which there are; src/acl compares them",
  },
  "acl|list": { as: "kind", reason: "as ACL GETUSER" },
  "acl|log": { as: "kind", reason: "tells addresses and times of connections; src/acl compares the rest" },
  "acl|genpass": { as: "kind", reason: "chance" },
  "acl|help": { as: "kind", reason: "texts in our own words" },
  "function|help": { as: "kind", reason: "texts in our own words" },
  "script|help": { as: "kind", reason: "texts in our own words" },
  "xgroup|help": { as: "kind", reason: "texts in our own words" },
  "xinfo|help": { as: "kind", reason: "texts in our own words" },
  "pubsub|help": { as: "kind", reason: "texts in our own words" },
  "client|help": { as: "kind", reason: "texts in our own words" },
  "command|help": { as: "kind", reason: "texts in our own words" },
  "config|help": { as: "kind", reason: "texts in our own words" },
  "latency|help": { as: "kind", reason: "texts in our own words" },
  "memory|help": { as: "kind", reason: "texts in our own words" },
  "object|help": { as: "kind", reason: "texts in our own words" },
  "slowlog|help": { as: "kind", reason: "texts in our own words" },
};

/** INFO fields that only one of the servers prints. */
export const infoFieldsOfOne: RegExp =
  /^(shadis_|cmdstat_|latency_percentiles_|errorstat_|db\d|allocator_|mem_.*frag|rss_overhead|maxmemory_|redis_git|redis_build|monotonic_clock|multiplexing|gcc|atomicvar|io_threads|executable|config_file|module)/;
