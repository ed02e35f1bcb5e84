// Scenarios: which programs meet which clients and which configuration. A scenario is data.
//
// Role: names for `--scenario`, and the mix that a batch draws from when no name is given.

import type { ClientKind } from "../plan.ts";
import { isPossible, type ProgramName } from "./programs.ts";

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

const all: Readonly<Record<string, Scenario>> = {
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
      publishing: 1,
    },
    kinds: { ...everyone, transaction: 1, subscriber: 1 },
    choices: {
      maxmemory: ["1100kb", "1500kb", "5mb"],
      "maxmemory-policy": ["allkeys-lru", "allkeys-lfu", "volatile-ttl", "allkeys-random", "volatile-lru"],
      "client-output-buffer-limit": ["normal 300kb 0 0", "normal 0 100kb 1"],
      "lazyfree-lazy-user-del": ["yes"],
      "lazyfree-lazy-user-flush": ["yes"],
      "active-expire-effort": ["1", "10"],
      hz: ["1", "100"],
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
  channels: {
    title: "messages to whoever has subscribed",
    weight: 2,
    programs: { publishing: 4, counters: 1 },
    kinds: { subscriber: 4, plain: 2, pipeliner: 1, reconnector: 1 },
    choices: { "client-output-buffer-limit": ["pubsub 64kb 16kb 1"] },
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

// What the server cannot do yet is left out, and comes in by itself when its commands are declared.
export const scenarios: Readonly<Record<string, Scenario>> = Object.fromEntries(
  Object.entries(all)
    .map(([name, scenario]) => [name, { ...scenario, programs: possible(scenario.programs) }] as const)
    .filter(
      ([name, { programs }]) =>
        Object.keys(programs).length * 2 > Object.keys(all[name]?.programs ?? {}).length,
    ),
);

function possible(programs: Scenario["programs"]): Scenario["programs"] {
  return Object.fromEntries(Object.entries(programs).filter(([name]) => isPossible(name as ProgramName)));
}
