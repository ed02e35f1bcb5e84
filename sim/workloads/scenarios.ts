// Scenarios: which programs meet which clients and which configuration. A scenario is data.
//
// Role: names for `--scenario`, and the mix that a batch draws from when no name is given.

import type { ClientKind } from "../plan.ts";
import type { ProgramName } from "./programs.ts";

export type Scenario = {
  readonly title: string;
  /** Share among the seeds of a batch. */
  readonly weight: number;
  /** Programs with their shares of the steps. With several, a run takes each by coin flip. */
  readonly programs: Readonly<Partial<Record<ProgramName, number>>>;
  readonly kinds: Readonly<Partial<Record<ClientKind, number>>>;
  /** Directives that the nodes must have. */
  readonly config?: Readonly<Record<string, string>>;
  /** Each directive is set in half of the runs, to one of its values. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  readonly clientsMax?: number;
};

const everyone: Scenario["kinds"] = {
  plain: 4,
  pipeliner: 4,
  scanner: 1,
  admin: 1,
  reconnector: 2,
  "slow-reader": 1,
  "resp-switcher": 1,
  hostile: 1,
};
const quiet: Scenario["kinds"] = { plain: 4, pipeliner: 2, reconnector: 1 };

/** The password of every scenario that has one. */
export const password = "open sesame";

const keepers: Scenario["kinds"] = { plain: 3, pipeliner: 3, transaction: 2, blocker: 2, reconnector: 1 };

// Sizes at which collections change their form.
const thresholds: NonNullable<Scenario["choices"]> = {
  "hash-max-listpack-entries": ["0", "8", "512"],
  "set-max-intset-entries": ["0", "8"],
  "zset-max-listpack-entries": ["0", "8"],
  "list-max-listpack-size": ["1", "8", "-1"],
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  mixed: {
    title: "everything at once",
    weight: 6,
    programs: {
      general: 10,
      counters: 2,
      registers: 2,
      expiry: 2,
      scanning: 2,
      renaming: 2,
      flushing: 1,
      hotKey: 2,
      memory: 1,
      bigReplies: 1,
      modes: 1,
      transactions: 2,
      collections: 3,
      queues: 2,
      appends: 1,
      publishing: 1,
    },
    kinds: { ...everyone, transaction: 1, subscriber: 1, blocker: 1 },
    choices: {
      ...thresholds,
      maxmemory: ["1100kb", "1500kb", "5mb"],
      "maxmemory-policy": ["allkeys-lru", "allkeys-lfu", "volatile-ttl", "allkeys-random", "volatile-lru"],
      "client-output-buffer-limit": ["normal 300kb 0 0", "normal 0 100kb 1"],
      "lazyfree-lazy-user-del": ["yes"],
      "lazyfree-lazy-user-flush": ["yes"],
      "active-expire-effort": ["1", "10"],
      hz: ["1", "50"],
    },
  },
  general: { title: "any command of the table", weight: 5, programs: { general: 1 }, kinds: everyone },
  counters: { title: "sums on few keys", weight: 1, programs: { counters: 1 }, kinds: quiet, clientsMax: 8 },
  registers: {
    title: "single values that name their writers",
    weight: 2,
    programs: { registers: 1 },
    kinds: quiet,
    clientsMax: 8,
  },
  expiry: { title: "short times to live", weight: 2, programs: { expiry: 6, general: 1 }, kinds: everyone },
  scanning: {
    title: "whole scans while keys come and go",
    weight: 2,
    programs: { scanning: 1 },
    kinds: { ...quiet, scanner: 3, "slow-reader": 1 },
  },
  renaming: {
    title: "keys renamed, copied and moved over shards and databases",
    weight: 2,
    programs: { renaming: 4, flushing: 1 },
    kinds: quiet,
  },
  flushing: {
    title: "databases emptied and exchanged",
    weight: 1,
    programs: { flushing: 4, scanning: 1, expiry: 1 },
    kinds: everyone,
    choices: { "lazyfree-lazy-user-flush": ["yes"] },
  },
  "hot-key": { title: "one key in every way", weight: 1, programs: { hotKey: 1 }, kinds: quiet },
  memory: {
    title: "more data than memory",
    weight: 2,
    programs: { memory: 6, general: 1 },
    kinds: { ...quiet, admin: 1 },
    config: { maxmemory: "1400kb" }, // An empty server says that it uses 1 MiB.
    choices: {
      "maxmemory-policy": [
        ...["allkeys-lru", "allkeys-lfu", "allkeys-random"],
        ...["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"],
      ],
      "maxmemory-samples": ["1", "10"],
      "maxmemory-eviction-tenacity": ["0", "100"],
    },
  },
  "slow-readers": {
    title: "replies that nobody takes",
    weight: 2,
    programs: { bigReplies: 4, general: 1 },
    kinds: { "slow-reader": 3, pipeliner: 2, plain: 1, reconnector: 1 },
    choices: { "client-output-buffer-limit": ["normal 500kb 0 0", "normal 0 200kb 1", "normal 2mb 500kb 2"] },
  },
  login: {
    title: "a password that some know",
    weight: 2,
    programs: { general: 3, registers: 1, modes: 1 },
    kinds: { limited: 4, plain: 2, pipeliner: 2, hostile: 1, reconnector: 1 },
    config: { requirepass: password },
  },
  hostile: {
    title: "bytes that are no requests",
    weight: 1,
    programs: { general: 2, registers: 1 },
    kinds: { hostile: 4, plain: 2, pipeliner: 1 },
    choices: { "client-query-buffer-limit": ["1mb"] },
  },
  transactions: {
    title: "several calls as one",
    weight: 3,
    programs: { transactions: 4, registers: 1, counters: 1, flushing: 1 },
    kinds: { transaction: 3, plain: 2, pipeliner: 2, reconnector: 1 },
    clientsMax: 8,
  },
  collections: {
    title: "collections that grow, change their form and vanish",
    weight: 3,
    programs: { collections: 5, general: 1 },
    kinds: { ...quiet, "slow-reader": 1, transaction: 1 },
    choices: {
      ...thresholds,
      "lazyfree-lazy-user-del": ["yes"],
      "lazyfree-lazy-server-del": ["yes"],
      maxmemory: ["1300kb", "3mb"],
      "maxmemory-policy": ["allkeys-lru", "volatile-ttl", "allkeys-random"],
    },
  },
  queues: {
    title: "work handed on, and clients that wait for it",
    weight: 3,
    programs: { queues: 6, transactions: 1 },
    kinds: { blocker: 4, plain: 3, pipeliner: 1, reconnector: 2, admin: 1 },
    choices: thresholds,
  },
  appends: {
    title: "lists that are only appended to and read, in transactions too",
    weight: 1,
    programs: { appends: 1 },
    kinds: quiet,
    clientsMax: 8,
  },
  channels: {
    title: "messages to whoever has subscribed",
    weight: 2,
    programs: { publishing: 4, counters: 1 },
    kinds: { subscriber: 4, plain: 2, pipeliner: 1, reconnector: 1 },
    choices: { "client-output-buffer-limit": ["pubsub 64kb 16kb 1"] },
  },
  users: {
    title: "users whose rules change while they work",
    weight: 2,
    programs: { users: 1 },
    kinds: { plain: 3, pipeliner: 3, reconnector: 2 },
    clientsMax: 8,
    choices: { "acl-pubsub-default": ["allchannels"], "acllog-max-len": ["0", "3"] },
  },
  durability: {
    title: "a log that must be there after every end of a node",
    weight: 3,
    programs: {
      counters: 1,
      registers: 2,
      expiry: 2,
      renaming: 1,
      flushing: 1,
      transactions: 3,
      collections: 5,
      queues: 3,
      appends: 1,
      waitedFor: 3,
      keeping: 1,
    },
    kinds: keepers,
    config: { appendonly: "yes", maxmemory: "0" },
    choices: {
      ...thresholds,
      appendfsync: ["always", "always", "everysec", "no"],
      "aof-use-rdb-preamble": ["no"],
      "auto-aof-rewrite-min-size": ["4kb", "16kb"],
      "auto-aof-rewrite-percentage": ["10", "100"],
    },
    clientsMax: 8,
  },
  snapshots: {
    title: "snapshots by save points and on demand, without a log",
    weight: 1,
    programs: {
      counters: 1,
      registers: 2,
      expiry: 2,
      flushing: 1,
      transactions: 3,
      collections: 5,
      queues: 2,
      keeping: 4,
    },
    kinds: keepers,
    config: { maxmemory: "0", save: "3600 1" },
    choices: { ...thresholds, save: ["1 1", "2 10", "5 100"], rdbcompression: ["no"], rdbchecksum: ["no"] },
    clientsMax: 8,
  },
  pipelines: {
    title: "plain calls in long pipelines, for measuring speed",
    weight: 0,
    programs: { registers: 1, counters: 1 },
    kinds: { pipeliner: 1 },
  },
  administration: {
    title: "an operator at work",
    weight: 1,
    programs: { registers: 3, general: 3, modes: 1, memory: 1 },
    kinds: { admin: 3, plain: 3, pipeliner: 2, reconnector: 1 },
  },
};
