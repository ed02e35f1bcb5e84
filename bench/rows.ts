// Rows: redis-benchmark's list of tests, and what each needs to be measured fairly.
//
// Role: data. Where redis-benchmark's own test would measure something else than its name says, the row says
// how it is put right:
//   - LPOP, RPOP, SPOP and ZPOPMIN empty their key half way and then measure "no such key": the key is filled
//     with more elements than the run removes, and `drains` lets the run check that some are left.
//   - LRANGE tests first push a list, whose cost would count: they run as a plain command over a prepared list.
// Rows that do more work for each request ask for fewer requests (`share`).

import { list, set, sortedSet, strings } from "./load.ts";
import type { Batch } from "./wire.ts";

export type Row = {
  readonly name: string;
  /** The last arguments to redis-benchmark. */
  readonly args: readonly string[];
  /** Commands the server must know for this row, the preparation included. */
  readonly commands: readonly string[];
  /** Requests, relative to those of SET. */
  readonly share: number;
  readonly prepare:
    | ((plan: { requestCount: number; keyCount: number; valueBytes: number }) => Iterable<Batch>)
    | null;
  /** The key that must not run empty. */
  readonly drains: string | null;
};

// The list that LRANGE reads: longer than the longest range.
const lrangeListCount = 1000;

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
  plain("HSET", "hset", ["hset"]),
  pop("SPOP", ["spop", "sadd"], "myset", ({ requestCount }) => set(requestCount)),
  plain("ZADD", "zadd", ["zadd"]),
  pop("ZPOPMIN", ["zpopmin", "zadd"], "myzset", ({ requestCount }) => sortedSet(requestCount)),
  lrange(100, 0.1),
  lrange(300, 0.04),
  lrange(500, 0.025),
  lrange(600, 0.02),
  { ...plain("MSET (10 keys)", "mset", ["mset"]), share: 0.2 },
];

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
  return { name, args: ["-t", test], commands, share: 1, prepare: null, drains: null };
}

function pop(
  name: string,
  commands: readonly string[],
  key: string,
  prepare: NonNullable<Row["prepare"]>,
): Row {
  // Half as many requests, because filling the key takes longer than emptying it.
  return { ...plain(name, name.toLowerCase(), commands), share: 0.5, prepare, drains: key };
}

function lrange(count: number, share: number): Row {
  return {
    name: `LRANGE_${count}`,
    args: ["lrange", "mylist", "0", String(count - 1)],
    commands: ["lrange", "rpush"],
    share,
    prepare: ({ valueBytes }) => list(lrangeListCount, valueBytes),
    drains: null,
  };
}
