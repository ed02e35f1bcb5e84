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
  /** A stock Redis passes it with --slow only. */
  readonly isSlow?: true;
};

export type Need = {
  readonly file: string;
  readonly test: string;
  /** Full names of commands, one of which being absent is excuse enough. */
  readonly commands: readonly string[];
  readonly reason: string;
};

const holdsReplies =
  "by design: beyond 1 MiB of unsent replies a client's requests wait, so that what it holds does not grow";
const noChild = "by design: a snapshot is written by the process itself, and there is no child to kill";

const numbersDiffer =
  "its files have the numbers of rewrites that an earlier test of the file would have let fail, by killing a child";

const sharedReads =
  "by design: what is read lands in one buffer for all clients, and a client holds only an unfinished request";

export const exceptions: readonly Exception[] = [
  {
    file: "unit/latency-monitor",
    test: "LATENCY of expire events are correctly collected",
    reason:
      "by design: an expired set of a million members is freed in slices, so there is no event of 20 ms",
    isLeftOut: true,
  },
  {
    file: "unit/multi",
    test: "MULTI propagation of XREADGROUP",
    reason:
      "by design: replicas are told of the consumer and of how many entries its group has read, as by Redis 7.2; " +
      "what 7.0 sends leaves other figures there",
  },
  { file: "unit/querybuf", test: "query buffer resized correctly", reason: sharedReads, isSlow: true },
  {
    file: "unit/querybuf",
    test: "query buffer resized correctly when not idle",
    reason: sharedReads,
    isSlow: true,
  },
  {
    file: "integration/rdb",
    test: "failed bgsave prevents writes",
    reason: noChild,
  },
  {
    file: "integration/aof-multi-part",
    test: "AOF multiple rewrite failures will open multiple INCR AOFs",
    reason: noChild,
  },
  {
    file: "integration/aof-multi-part",
    test: "AOF rewrite doesn't open new aof when AOF turn off",
    reason: numbersDiffer,
  },
  {
    file: "integration/aof-multi-part",
    test: "AOF enable/disable auto gc",
    reason: numbersDiffer,
  },
  {
    file: "integration/aof-multi-part",
    test: "AOF can produce consecutive sequence number after reload",
    reason: numbersDiffer,
  },
  {
    file: "integration/aof-multi-part",
    test: "AOF enable during BGSAVE will not write data util AOFRW finish",
    reason: "rdb-key-save-delay, which has no effect here, is to hold a snapshot up",
  },
  {
    file: "integration/aof-multi-part",
    test: "AOF will trigger limit when AOFRW fails many times",
    reason: noChild,
  },
  {
    file: "integration/aof-multi-part",
    test: "AOF will open a temporary INCR AOF to accumulate data until the first AOFRW success when AOF is dynamically enabled",
    reason: noChild,
  },
  {
    file: "integration/aof",
    test: "EVAL timeout with slow verbatim Lua script from AOF",
    reason: "by design: DEBUG LOADAOF serves nobody while it loads; at the start others are told LOADING",
  },
  {
    file: "integration/aof",
    test: "AOF fsync always barrier issue",
    reason: "DEBUG AOF-FLUSH-SLEEP: a hook into a write that Redis does in another place",
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
    test: "client total memory grows during client no-evict",
    reason: holdsReplies,
    isLeftOut: true,
  },
  {
    file: "unit/client-eviction",
    test: "client total memory grows during maxmemory-clients disabled",
    reason: holdsReplies,
    isLeftOut: true,
  },
  {
    file: "unit/multi",
    test: "exec with read commands and stale replica state change",
    reason: "not there yet: replication (REPLICAOF)",
    isLeftOut: true, // As above.
  },
  {
    file: "unit/tls",
    test: "TLS: Verify tls-cert-file is also used as a client cert if none specified",
    reason: "not there yet: replication (REPLICAOF)",
    isLeftOut: true, // It leaves the suite's list of servers in disorder.
  },
];

/** Why commands that tests need are not there. */
export const whyAbsent: Readonly<Record<string, string>> = {
  replicaof: "the test makes one server the replica of another, which there is not",
  slaveof: "the test makes one server the replica of another, which there is not",
  migrate: "nothing moves keys from one server to another",
};

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
    file: "integration/aof",
    test: "EVAL can process writes from AOF in read-only replicas",
    commands: ["replicaof"],
    reason: "makes the server a replica",
  },
  {
    file: "unit/introspection-2",
    test: "COMMAND LIST FILTERBY ACLCAT - list all commands/subcommands",
    commands: ["eval"],
    reason: "looks for EVAL in the list",
  },
];
