// Rows: redis-benchmark's list of tests, XADD and EVAL, which it lacks, and what each needs to be measured fairly.
//
// Role: data. Where redis-benchmark's own test would measure something else than its name says, the row says
// how it is put right:
//   - LPOP, RPOP, SPOP and ZPOPMIN empty their key half way and then measure "no such key": the key is filled
//     with more elements than the run removes, and `drains` lets the run check that some are left.
//   - LRANGE tests first push a list, whose cost would count: they run as a plain command over a prepared list.
// Every row runs for about the same time, so rows that do more work for each request make fewer (`requestCount`).

import { list, set, sortedSet, strings, text } from "./load.ts";
import type { Batch } from "./wire.ts";

export type Row = {
  readonly name: string;
  /** The last arguments to redis-benchmark. */
  readonly args: (plan: { valueBytes: number }) => readonly string[];
  /** Commands the server must know for this row, the preparation included. */
  readonly commands: readonly string[];
  /** About what a request takes beyond an empty one, server and client together, in microseconds. */
  readonly workUs: number;
  readonly prepare:
    | ((plan: { requestCount: number; keyCount: number; valueBytes: number }) => Iterable<Batch>)
    | null;
  /** The key that must not run empty. */
  readonly drains: string | null;
};

// The list that LRANGE reads: longer than the longest range.
const lrangeListCount = 1000;
// What an empty request takes beside the round trip that a pipeline shares.
const requestUs = 0.4;
const roundTripUs = 11.6;
const requestCountMin = 2_000;
// Deeper pipelines than this are run for the rows of `deepRows` only, unless rows are named.
const usualPipelineMax = 16;
const deepRows: readonly string[] = ["SET", "GET"];

/** A script of one line: what a script costs beside its command. */
export const scriptRow = "EVAL";

export const rows: readonly Row[] = [
  plain("PING_INLINE", "ping_inline", ["ping"]),
  plain("PING_MBULK", "ping_mbulk", ["ping"]),
  plain("SET", "set", ["set"]),
  {
    ...plain("GET", "get", ["get", "set"]),
    prepare: ({ keyCount, valueBytes }) => strings(keyCount, valueBytes),
  },
  plain("INCR", "incr", ["incr"]),
  plain("LPUSH", "lpush", ["lpush"]),
  plain("RPUSH", "rpush", ["rpush"]),
  pop("LPOP", ["lpop", "rpush"], "mylist", ({ requestCount, valueBytes }) => list(requestCount, valueBytes)),
  pop("RPOP", ["rpop", "rpush"], "mylist", ({ requestCount, valueBytes }) => list(requestCount, valueBytes)),
  plain("SADD", "sadd", ["sadd"]),
  { ...plain("HSET", "hset", ["hset"]), workUs: 0.7 },
  pop("SPOP", ["spop", "sadd"], "myset", ({ requestCount }) => set(requestCount)),
  { ...plain("ZADD", "zadd", ["zadd"]), workUs: 1 },
  pop("ZPOPMIN", ["zpopmin", "zadd"], "myzset", ({ requestCount }) => sortedSet(requestCount)),
  lrange(100, 20),
  lrange(300, 50),
  lrange(500, 80),
  lrange(600, 100),
  { ...plain("MSET (10 keys)", "mset", ["mset"]), workUs: 6 },
  {
    ...plain("XADD", "", ["xadd"]),
    args: ({ valueBytes }) => ["xadd", "mystream", "*", "myfield", text(0, valueBytes)],
    workUs: 1,
  },
  {
    ...plain(scriptRow, "", ["eval", "incr"]),
    args: () => ["eval", "return redis.call('INCR', KEYS[1])", "1", "counter:script"],
    workUs: 4,
  },
];

/** Requests that keep a row's client busy for about `runMs`: whole hundreds, and never too few to mean something. */
export function requestCount(row: Row, plan: { pipeline: number; runMs: number }): number {
  const tookUs = requestUs + roundTripUs / plan.pipeline + row.workUs;
  return Math.max(requestCountMin, Math.round((plan.runMs * 10) / tookUs) * 100);
}

/** True if a full run measures the row at this depth; a run with `named` rows measures those at every depth. */
export function isWanted(row: Row, plan: { pipeline: number; named: boolean }): boolean {
  return plan.named || plan.pipeline <= usualPipelineMax || deepRows.includes(row.name);
}

/** The rows named in `wanted`, in any case; none means all. Throws on a name that matches no row. */
export function chooseRows(wanted: readonly string[]): readonly Row[] {
  for (const name of wanted) {
    if (!rows.some((row) => matches(row, name))) {
      throw new Error(`no row is named "${name}"; there are ${rows.map((row) => row.name).join(", ")}`);
    }
  }
  return rows.filter((row) => wanted.length === 0 || wanted.some((name) => matches(row, name)));
}

// A whole name, or its first word: "ping" and "lrange" mean all of theirs, "mset" needs no "(10 keys)".
function matches(row: Row, wanted: string): boolean {
  const name = row.name.toLowerCase();
  return name === wanted.toLowerCase() || /^[a-z]+/.exec(name)?.[0] === wanted.toLowerCase();
}

function plain(name: string, test: string, commands: readonly string[]): Row {
  return { name, args: () => ["-t", test], commands, workUs: 0.4, prepare: null, drains: null };
}

function pop(
  name: string,
  commands: readonly string[],
  key: string,
  prepare: NonNullable<Row["prepare"]>,
): Row {
  return { ...plain(name, name.toLowerCase(), commands), workUs: 0.8, prepare, drains: key };
}

function lrange(count: number, workUs: number): Row {
  return {
    name: `LRANGE_${count}`,
    args: () => ["lrange", "mylist", "0", String(count - 1)],
    commands: ["lrange", "rpush"],
    workUs,
    prepare: ({ valueBytes }) => list(lrangeListCount, valueBytes),
    drains: null,
  };
}
