// Directives of the configuration, as a stock Redis 7.0 has them: name, value at the start, and what may be set.
//
// Role: data. config.ts reads and sets them, directive-values.ts says which texts are taken. Collected by asking
// the stock server for each name, and with values it refuses.
// Invariant: every name stands in one table; an alias has the value of its other name.

export type Directive = {
  readonly name: string;
  readonly initial: string;
  readonly kind: "flag" | "integer" | "memory" | "choice" | "text" | "immutable" | "protected" | "special";
  readonly low?: bigint;
  readonly high?: bigint;
  readonly choices?: readonly string[];
};

const max = (1n << 63n) - 1n;
const min = -(1n << 63n);
const unsignedMax = (1n << 64n) - 1n;
const intMax = 2147483647n;

const flagsOn: readonly string[] = [
  "activerehashing",
  "aof-load-truncated",
  "aof-rewrite-incremental-fsync",
  "aof-use-rdb-preamble",
  "cluster-allow-pubsubshard-when-down",
  "cluster-allow-replica-migration",
  "cluster-require-full-coverage",
  "crash-log-enabled",
  "crash-memcheck-enabled",
  "dynamic-hz",
  "jemalloc-bg-thread",
  "latency-tracking",
  "protected-mode",
  "rdb-save-incremental-fsync",
  "rdbcompression",
  "repl-diskless-sync",
  "replica-announced",
  "replica-ignore-maxmemory",
  "replica-read-only",
  "replica-serve-stale-data",
  "stop-writes-on-bgsave-error",
  "tls-session-caching",
];

const flagsOff: readonly string[] = [
  "activedefrag",
  "aof-disable-auto-gc",
  "aof-timestamp-enabled",
  "appendonly",
  "cluster-allow-reads-when-down",
  "cluster-replica-no-failover",
  "lazyfree-lazy-eviction",
  "lazyfree-lazy-expire",
  "lazyfree-lazy-server-del",
  "lazyfree-lazy-user-del",
  "lazyfree-lazy-user-flush",
  "no-appendfsync-on-rewrite",
  "rdb-del-sync-files",
  "repl-disable-tcp-nodelay",
  "replica-ignore-disk-write-errors",
  "replica-lazy-flush",
  "tls-cluster",
  "tls-prefer-server-ciphers",
  "tls-replication",
];

const integers: Readonly<Record<string, readonly [initial: bigint, low: bigint, high: bigint]>> = {
  "acllog-max-len": [128n, 0n, max],
  "active-defrag-cycle-max": [25n, 1n, 99n],
  "active-defrag-cycle-min": [1n, 1n, 99n],
  "active-defrag-max-scan-fields": [1000n, 1n, max],
  "active-defrag-threshold-lower": [10n, 0n, 1000n],
  "active-defrag-threshold-upper": [100n, 0n, 1000n],
  "active-expire-effort": [1n, 1n, 10n],
  "auto-aof-rewrite-percentage": [100n, 0n, intMax],
  "busy-reply-threshold": [5000n, 0n, max],
  "cluster-announce-bus-port": [0n, 0n, 65535n],
  "cluster-announce-port": [0n, 0n, 65535n],
  "cluster-announce-tls-port": [0n, 0n, 65535n],
  "cluster-migration-barrier": [1n, 0n, intMax],
  "cluster-node-timeout": [15000n, 0n, max],
  "cluster-replica-validity-factor": [10n, 0n, intMax],
  "hash-max-listpack-entries": [512n, 0n, max],
  hz: [10n, 0n, intMax],
  "latency-monitor-threshold": [0n, 0n, max],
  "lfu-decay-time": [1n, 0n, intMax],
  "lfu-log-factor": [10n, 0n, intMax],
  "list-compress-depth": [0n, 0n, intMax],
  "list-max-listpack-size": [-2n, -intMax - 1n, intMax],
  maxclients: [10000n, 1n, 4294967295n],
  "maxmemory-eviction-tenacity": [10n, 0n, 100n],
  "maxmemory-samples": [5n, 1n, intMax],
  "min-replicas-max-lag": [10n, 0n, intMax],
  "min-replicas-to-write": [0n, 0n, intMax],
  port: [6379n, 0n, 65535n],
  "repl-backlog-ttl": [3600n, 0n, max],
  "repl-diskless-sync-delay": [5n, 0n, intMax],
  "repl-diskless-sync-max-replicas": [0n, 0n, intMax],
  "repl-ping-replica-period": [10n, 1n, intMax],
  "repl-timeout": [60n, 1n, intMax],
  "replica-announce-port": [0n, 0n, 65535n],
  "replica-priority": [100n, 0n, intMax],
  "set-max-intset-entries": [512n, 0n, max],
  "shutdown-timeout": [10n, 0n, intMax],
  "slowlog-log-slower-than": [10000n, min, max],
  "slowlog-max-len": [128n, 0n, max],
  "stream-node-max-entries": [100n, 0n, max],
  "tcp-keepalive": [300n, 0n, intMax],
  timeout: [0n, 0n, intMax],
  "tls-port": [0n, 0n, 65535n],
  "tls-session-cache-size": [20480n, 0n, intMax],
  "tls-session-cache-timeout": [300n, 0n, intMax],
  "tracking-table-max-keys": [1000000n, 0n, max],
  "zset-max-listpack-entries": [128n, 0n, max],
};

// Bytes; a text may say them in kb, mb and gb, or in thousands as k, m and g.
const memories: Readonly<Record<string, readonly [initial: bigint, low: bigint, high: bigint]>> = {
  "active-defrag-ignore-bytes": [104857600n, 1n, max],
  "auto-aof-rewrite-min-size": [67108864n, 0n, max],
  "client-query-buffer-limit": [1073741824n, 1048576n, max],
  "cluster-link-sendbuf-limit": [0n, 0n, unsignedMax],
  "hash-max-listpack-value": [64n, 0n, max],
  "hll-sparse-max-bytes": [3000n, 0n, max],
  maxmemory: [0n, 0n, unsignedMax],
  "proto-max-bulk-len": [536870912n, 1048576n, max],
  "repl-backlog-size": [1048576n, 1n, max],
  "stream-node-max-bytes": [4096n, 0n, max],
  "zset-max-listpack-value": [64n, 0n, max],
};

const choices: Readonly<Record<string, readonly [initial: string, ...all: string[]]>> = {
  "acl-pubsub-default": ["resetchannels", "allchannels", "resetchannels"],
  appendfsync: ["everysec", "everysec", "always", "no"],
  "cluster-preferred-endpoint-type": ["ip", "ip", "hostname", "unknown-endpoint"],
  loglevel: ["notice", "debug", "verbose", "notice", "warning"],
  "maxmemory-policy": [
    "noeviction",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
  ],
  "oom-score-adj": ["no", "no", "yes", "relative", "absolute"],
  "propagation-error-behavior": ["ignore", "ignore", "panic", "panic-on-replicas"],
  "repl-diskless-load": ["disabled", "disabled", "on-empty-db", "swapdb"],
  "sanitize-dump-payload": ["no", "no", "yes", "clients"],
  "tls-auth-clients": ["yes", "no", "yes", "optional"],
};

const texts: readonly string[] = [
  "bind-source-addr",
  "cluster-announce-ip",
  "ignore-warnings",
  "masterauth",
  "masteruser",
  "replica-announce-ip",
  "requirepass",
  "tls-ca-cert-dir",
  "tls-ca-cert-file",
  "tls-cert-file",
  "tls-ciphers",
  "tls-ciphersuites",
  "tls-client-cert-file",
  "tls-client-key-file",
  "tls-client-key-file-pass",
  "tls-dh-params-file",
  "tls-key-file",
  "tls-key-file-pass",
  "tls-protocols",
];

const immutable: Readonly<Record<string, string>> = {
  aclfile: "",
  "always-show-logo": "no",
  aof_rewrite_cpulist: "",
  appenddirname: "appendonlydir",
  appendfilename: "appendonly.aof",
  bgsave_cpulist: "",
  bio_cpulist: "",
  "cluster-config-file": "nodes.conf",
  "cluster-enabled": "no",
  "cluster-port": "0",
  daemonize: "no",
  databases: "16",
  "disable-thp": "yes",
  "enable-debug-command": "no",
  "enable-module-command": "no",
  "enable-protected-configs": "no",
  "io-threads": "1",
  "io-threads-do-reads": "no",
  logfile: "",
  pidfile: "",
  rdbchecksum: "yes",
  replicaof: "",
  server_cpulist: "",
  "set-proc-title": "yes",
  "socket-mark-id": "0",
  supervised: "no",
  "syslog-enabled": "no",
  "syslog-facility": "local0",
  "syslog-ident": "redis",
  "tcp-backlog": "511",
  unixsocket: "",
  unixsocketperm: "0",
};

const protectedOnes: Readonly<Record<string, string>> = {
  dbfilename: "dump.rdb",
  dir: ".",
};

// With rules of their own: see directive-values.ts.
const specials: Readonly<Record<string, string>> = {
  bind: "* -::*",
  "client-output-buffer-limit": "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
  "cluster-announce-hostname": "",
  "latency-tracking-info-percentiles": "50 99 99.9",
  "maxmemory-clients": "0",
  "notify-keyspace-events": "",
  "oom-score-adj-values": "0 200 800",
  "proc-title-template": "{title} {listen-addr} {server-mode}",
  save: "",
  "shutdown-on-sigint": "default",
  "shutdown-on-sigterm": "default",
};

/** Other names, each with the name whose value it shares. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ["cluster-slave-no-failover", "cluster-replica-no-failover"],
  ["cluster-slave-validity-factor", "cluster-replica-validity-factor"],
  ["hash-max-ziplist-entries", "hash-max-listpack-entries"],
  ["hash-max-ziplist-value", "hash-max-listpack-value"],
  ["list-max-ziplist-size", "list-max-listpack-size"],
  ["lua-time-limit", "busy-reply-threshold"],
  ["min-slaves-max-lag", "min-replicas-max-lag"],
  ["min-slaves-to-write", "min-replicas-to-write"],
  ["repl-ping-slave-period", "repl-ping-replica-period"],
  ["slave-announce-ip", "replica-announce-ip"],
  ["slave-announce-port", "replica-announce-port"],
  ["slave-ignore-maxmemory", "replica-ignore-maxmemory"],
  ["slave-lazy-flush", "replica-lazy-flush"],
  ["slave-priority", "replica-priority"],
  ["slave-read-only", "replica-read-only"],
  ["slave-serve-stale-data", "replica-serve-stale-data"],
  ["slaveof", "replicaof"],
  ["zset-max-ziplist-entries", "zset-max-listpack-entries"],
  ["zset-max-ziplist-value", "zset-max-listpack-value"],
]);

/** Set by where and how a server runs: their value is not compared until a client has set it. */
export const ofTheHost: ReadonlySet<string> = new Set([
  "bind",
  "daemonize",
  "dbfilename",
  "dir",
  "disable-thp",
  "enable-debug-command",
  "enable-module-command",
  "enable-protected-configs",
  "io-threads",
  "io-threads-do-reads",
  "logfile",
  "maxclients",
  "pidfile",
  "port",
  "protected-mode",
  "save",
  "supervised",
  "tcp-backlog",
  "unixsocket",
  "unixsocketperm",
  "appendonly",
  "set-proc-title",
  "databases",
]);

/** A server may refuse to set these for reasons of its own: what is built in, ports, files, limits of the system. */
export const uncertain: ReadonlySet<string> = new Set([
  "activedefrag",
  "appendonly",
  "bind",
  "jemalloc-bg-thread",
  "maxclients",
  "port",
  "proc-title-template",
  "oom-score-adj",
  "oom-score-adj-values",
  "tls-ca-cert-dir",
  "tls-ca-cert-file",
  "tls-cert-file",
  "tls-ciphers",
  "tls-ciphersuites",
  "tls-client-cert-file",
  "tls-client-key-file",
  "tls-client-key-file-pass",
  "tls-dh-params-file",
  "tls-key-file",
  "tls-key-file-pass",
  "tls-protocols",
  "tls-port",
  "tls-cluster",
  "tls-replication",
  "shutdown-on-sigint",
  "shutdown-on-sigterm",
]);

export const directives: ReadonlyMap<string, Directive> = new Map(
  [
    ...flagsOn.map((name): Directive => ({ name, initial: "yes", kind: "flag" })),
    ...flagsOff.map((name): Directive => ({ name, initial: "no", kind: "flag" })),
    ...Object.entries(integers).map(
      ([name, [initial, low, high]]): Directive => ({
        name,
        initial: `${initial}`,
        kind: "integer",
        low,
        high,
      }),
    ),
    ...Object.entries(memories).map(
      ([name, [initial, low, high]]): Directive => ({
        name,
        initial: `${initial}`,
        kind: "memory",
        low,
        high,
      }),
    ),
    ...Object.entries(choices).map(
      ([name, [initial, ...all]]): Directive => ({ name, initial, kind: "choice", choices: all }),
    ),
    ...texts.map((name): Directive => ({ name, initial: "", kind: "text" })),
    ...Object.entries(immutable).map(([name, initial]): Directive => ({ name, initial, kind: "immutable" })),
    ...Object.entries(protectedOnes).map(
      ([name, initial]): Directive => ({ name, initial, kind: "protected" }),
    ),
    ...Object.entries(specials).map(([name, initial]): Directive => ({ name, initial, kind: "special" })),
  ].map((directive) => [directive.name, directive]),
);

/** Whether Redis has a directive of that name, in lower case. */
export function isDirective(name: string): boolean {
  return directives.has(aliases.get(name) ?? name);
}

/** The values at the start; of those that depend on the host, the usual ones. */
export const directiveDefaults: ReadonlyMap<string, string> = new Map(
  [...directives.values()].map(({ name, initial }) => [name, initial]),
);
