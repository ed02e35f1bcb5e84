// Exceptions: tests of the official suite that a stock Redis passes and this server need not, by name, each with
// its reason; and tests whose need of a command cannot be seen in what they send.
//
// Role: the only excuses for a test of a command that is there. An exception whose test passes fails the run, so
// that the list does not outlive its reasons. A need ends by itself when the commands are there.

export type Exception = {
  readonly file: string;
  /** The test's name, with its occurrence when it is not the first ("name #2"). */
  readonly test: string;
  readonly reason: string;
  /** It would hang or wait for long, and is run with --slow only. */
  readonly isLeftOut?: true;
};

export type Need = {
  readonly file: string;
  readonly test: string;
  /** Full names of commands, one of which being absent is excuse enough. */
  readonly commands: readonly string[];
  readonly reason: string;
};

const noCluster = "not there yet: CLUSTER, so it is unknown where Redis says that scripts may not call it";
const goneWhenSeen =
  "DEBUG OBJECT finds a key whose time is over; here whoever looks at such a key removes it";
const noReplicas = "not there: replicas that a write could wait for";
const noEvictionOfClients = "not there yet: clients are not evicted (maxmemory-clients)";
const countsDataOnly = "not there yet: buffers of clients do not count towards maxmemory";
const sendsAtOnce =
  "by design so far: replies are sent while they are made, and the limit counts what the socket did not take";
const noChild = "by design: a snapshot is written by the process itself, and there is no child to kill";
const keepsAddresses = "by design so far: CONFIG SET cannot change the addresses to listen on";

export const exceptions: readonly Exception[] = [
  {
    file: "integration/rdb",
    test: "failed bgsave prevents writes",
    reason: noChild,
  },
  {
    file: "integration/rdb",
    test: "Test child sending info",
    reason:
      "watches the pages that a forked child copies while rdb-key-save-delay holds it up; here there is neither, " +
      "and it passes only when the snapshot happens to last long enough",
    isLeftOut: true,
  },
  {
    file: "unit/type/string",
    test: "trim on SET with big value",
    reason: "runs only where INFO says that the allocator is jemalloc",
  },
  {
    file: "unit/replybufsize",
    test: "verify reply buffer limits",
    reason:
      "connections have no reply buffer of their own whose size could grow and shrink: one is shared by all",
  },
  {
    file: "unit/client-eviction",
    test: "client evicted due to large argv",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client evicted due to percentage of maxmemory",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client evicted due to output buf",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  { file: "unit/client-eviction", test: "client no-evict off", reason: noEvictionOfClients, isLeftOut: true },
  {
    file: "unit/client-eviction",
    test: "avoid client eviction when client is freed by output buffer limit",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "decrease maxmemory-clients causes client eviction",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "evict clients only until below limit",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "evict clients in right order (large to small)",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client evicted due to large multi buf",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client evicted due to watched key list",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client evicted due to pubsub subscriptions",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client evicted due to large query buf",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client total memory grows during client no-evict",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client total memory grows during maxmemory-clients disabled",
    reason: noEvictionOfClients,
    isLeftOut: true,
  },
  {
    file: "unit/maxmemory",
    test: "eviction due to output buffers of many MGET clients, client eviction: false",
    reason: countsDataOnly,
  },
  {
    file: "unit/maxmemory",
    test: "eviction due to input buffer of a dead client, client eviction: false",
    reason: countsDataOnly,
  },
  {
    file: "unit/maxmemory",
    test: "eviction due to output buffers of many MGET clients, client eviction: true",
    reason: countsDataOnly,
  },
  {
    file: "unit/maxmemory",
    test: "eviction due to input buffer of a dead client, client eviction: true",
    reason: countsDataOnly,
  },
  {
    file: "unit/obuf-limits",
    test: "No response for multi commands in pipeline if client output buffer limit is enforced",
    reason: sendsAtOnce,
  },
  {
    file: "unit/obuf-limits",
    test: "Obuf limit, HRANDFIELD with huge count stopped mid-run",
    reason: `${sendsAtOnce}; the suite's client then counts on to 999,999,999 without a connection`,
    isLeftOut: true,
  },
  { file: "unit/obuf-limits", test: "Obuf limit, KEYS stopped mid-run", reason: sendsAtOnce },
  { file: "unit/networking", test: "CONFIG SET port number", reason: keepsAddresses },
  { file: "unit/networking", test: "Default bind address configuration handling", reason: keepsAddresses },
  { file: "unit/networking", test: "Protected mode works as expected", reason: keepsAddresses },
  {
    file: "unit/multi",
    test: "exec with write commands and state change",
    reason: "not there yet: replication, for which alone min-replicas-to-write can be set",
    isLeftOut: true, // It leaves its connection inside of a transaction.
  },
  {
    file: "unit/multi",
    test: "exec with read commands and stale replica state change",
    reason: "not there yet: replication (REPLICAOF)",
    isLeftOut: true, // As above.
  },
  {
    file: "unit/maxmemory",
    test: "eviction due to output buffers of pubsub, client eviction: false",
    reason: countsDataOnly,
  },
  {
    file: "unit/maxmemory",
    test: "eviction due to output buffers of pubsub, client eviction: true",
    reason: countsDataOnly,
  },
  {
    file: "unit/scripting",
    test: "CLUSTER RESET can not be invoke from within a script",
    reason: noCluster,
  },
  {
    file: "unit/scripting",
    test: "CLUSTER RESET can not be invoke from within a script #2",
    reason: noCluster,
  },
  {
    file: "unit/scripting",
    test: "Script delete the expired key",
    reason: goneWhenSeen,
  },
  {
    file: "unit/scripting",
    test: "Script delete the expired key #2",
    reason: goneWhenSeen,
  },
  {
    file: "unit/scripting",
    test: "not enough good replicas",
    reason: noReplicas,
  },
];

export const needs: readonly Need[] = [
  {
    file: "unit/acl-v2",
    test: "Test various odd commands for key permissions",
    commands: ["migrate"],
    reason: "asks ACL DRYRUN about MIGRATE",
  },
  {
    file: "unit/keyspace",
    test: "MOVE basic usage",
    commands: ["xadd", "xgroup"],
    reason: "counts the keys that the tests of COPY for streams leave when they fail",
  },
  {
    file: "unit/expire",
    test: "SET - use KEEPTTL option, TTL should not be removed after loadaof",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/expire",
    test: "GETEX use of PERSIST option should remove TTL after loadaof",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream",
    test: "XADD with MAXLEN > xlen can propagate correctly",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream",
    test: "XADD with MINID > lastid can propagate correctly",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream",
    test: "XADD with ~ MAXLEN can propagate correctly",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream",
    test: "XADD with ~ MAXLEN and LIMIT can propagate correctly",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream",
    test: "XADD with ~ MINID can propagate correctly",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream",
    test: "XADD with ~ MINID and LIMIT can propagate correctly",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream",
    test: "XTRIM with ~ MAXLEN can propagate correctly",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/type/stream-cgroups",
    test: "XREADGROUP with NOACK creates consumer",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/other",
    test: "EXPIRES after AOF reload (without rewrite)",
    commands: ["bgrewriteaof"],
    reason: "loads the append-only log",
  },
  {
    file: "unit/introspection-2",
    test: "COMMAND LIST FILTERBY ACLCAT - list all commands/subcommands",
    commands: ["eval"],
    reason: "looks for EVAL in the list",
  },
  {
    file: "unit/introspection-2",
    test: "COMMAND LIST FILTERBY PATTERN - list all commands/subcommands",
    commands: ["cluster"],
    reason: "looks for CLUSTER's subcommands in the list",
  },
];
