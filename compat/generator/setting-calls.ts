// Setting calls: the directives that CONFIG GET and CONFIG SET are drawn with.

import type { SpecialContext } from "./special.ts";

/** Directives that CONFIG SET may change during a run, with values of which most are taken. */
const settable: Readonly<Record<string, readonly string[]>> = {
  "hash-max-listpack-entries": ["128", "512", "0", "2", "8", "-1", "abc", "1kb"],
  "hash-max-ziplist-value": ["64", "128", "4", "1kb", "1k", "-1", "10x", ""],
  "set-max-intset-entries": ["512", "1", "4", "abc"],
  "list-max-listpack-size": ["-2", "-1", "2", "8", "128", "1mb"],
  "list-compress-depth": ["0", "1", "-1"],
  "zset-max-listpack-entries": ["128", "0", "2", "8", "9223372036854775807", "9223372036854775808"],
  "zset-max-listpack-value": ["64", "4", "0", "-1"],
  "stream-node-max-entries": ["100", "1", "3", "0"],
  "hll-sparse-max-bytes": ["3000", "3kb", "1e3"],
  "lfu-log-factor": ["10", "0", "100", "-5", "1.5"],
  "lfu-decay-time": ["1", "0", "x"],
  "maxmemory-samples": ["5", "10", "0", "64", "2147483648"],
  "maxmemory-eviction-tenacity": ["10", "0", "100", "101", "-1"],
  "maxmemory-policy": ["noeviction", "allkeys-lru", "volatile-lru", "NOEVICTION", "nonsense", ""],
  "active-expire-effort": ["1", "10", "11", "0"],
  "lazyfree-lazy-user-del": ["yes", "no", "YES", "maybe"],
  "lazyfree-lazy-user-flush": ["yes", "no", "1"],
  "latency-tracking-info-percentiles": ["50 99 99.9", "", "101", "abc", "0 100", "99.99"],
  "client-output-buffer-limit": [
    "normal 0 0 0",
    "nonsense",
    "pubsub 32mb 8mb 60",
    "normal 1 2",
    "normal -1 0 0",
  ],
  "client-query-buffer-limit": ["1gb", "512mb", "10", "abc"],
  loglevel: ["notice", "warning", "debug", "loud"],
  timeout: ["0", "1000", "-1", "abc"],
  "tcp-keepalive": ["300", "0", "-1"],
  // A server that counts to 500 in a second of its clock does so in every step of it.
  hz: ["10", "10", "10", "1", "0", "10", "100", "-1", "x", "1000"],
  "dynamic-hz": ["yes", "no", "2"],
  maxclients: ["10000", "5000", "0", "abc"],
  "busy-reply-threshold": ["5000", "0", "-1"],
  "lua-time-limit": ["5000", "1"],
  port: ["abc", "-1", "65536"],
  databases: ["16", "8"],
  unixsocketperm: ["700", "999"],
  nonsense: ["1", ""],
  "": ["1"],
};

/** The values that CONFIG SET restores before each stretch of a run. */
export const settingsAtStart: readonly string[] = [
  ...["hash-max-listpack-entries", "512", "hash-max-listpack-value", "64", "set-max-intset-entries", "512"],
  ...["list-max-listpack-size", "-2", "list-compress-depth", "0", "zset-max-listpack-entries", "128"],
  ...["zset-max-listpack-value", "64", "stream-node-max-entries", "100"],
  ...[
    "hll-sparse-max-bytes",
    "3000",
    "lfu-log-factor",
    "10",
    "lfu-decay-time",
    "1",
    "maxmemory-samples",
    "5",
  ],
  ...["maxmemory-eviction-tenacity", "10", "maxmemory-policy", "noeviction", "active-expire-effort", "1"],
  ...[
    "lazyfree-lazy-user-del",
    "no",
    "lazyfree-lazy-user-flush",
    "no",
    "latency-tracking-info-percentiles",
    "50 99 99.9",
  ],
  ...[
    "client-query-buffer-limit",
    "1gb",
    "loglevel",
    "notice",
    "timeout",
    "0",
    "tcp-keepalive",
    "300",
    "hz",
    "10",
  ],
  ...["dynamic-hz", "yes", "maxclients", "10000", "busy-reply-threshold", "5000"],
];

/** Names and patterns for CONFIG GET. */
export const readable = [
  ...Object.keys(settable).filter((name) => name !== "port"), // The two servers have a port each.
  ...[
    "maxmemory",
    "MAXMEMORY",
    "save",
    "appendonly",
    "appendfsync",
    "requirepass",
    "proto-max-bulk-len",
    "tls-port",
  ],
  ...[
    "max*",
    "*-entries",
    "lfu*",
    "*proto-max*",
    "slowlog-*",
    "hash-max-*",
    "zset*",
    "nonsense*",
    "ma[x]memory",
    "?z",
  ],
];

/** A call of CONFIG SET, of one directive mostly. */
export function setDirectives({ name, chance }: SpecialContext): string[] {
  const pairs = Array.from({ length: chance.oneIn(4) ? 2 : 1 }, () => {
    const directive = chance.pick(Object.keys(settable));
    return [chance.oneIn(4) ? directive.toUpperCase() : directive, chance.pick(settable[directive] ?? [""])];
  }).flat();
  if (chance.oneIn(20)) pairs.pop();
  if (chance.oneIn(20)) pairs.push(...pairs.slice(0, 2));
  return [...name, ...pairs];
}
