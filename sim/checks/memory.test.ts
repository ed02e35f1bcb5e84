import { expect, test } from "vitest";
import { History, type HistoryOptions, play } from "./histories.ts";
import { memory } from "./memory.ts";

/** A node whose figures a test sets as the history goes: one entry for each call, the last stays. */
function withFigures(
  used: readonly number[],
  maxmemory = 0,
  walked?: number,
): NonNullable<HistoryOptions["node"]> {
  const left = [...used];
  let latest = 0;
  return {
    usedBytes: () => {
      latest = left.shift() ?? latest;
      return latest;
    },
    walkedBytes: () => walked ?? latest,
    maxmemory: () => maxmemory,
  };
}

const kinds = (history: History, node: HistoryOptions["node"]) =>
  play(memory, history.happenings, {
    ...history.options,
    ...(node === undefined ? {} : { node }),
  }).violations.map(({ kind }) => kind);

test("a count that is not the walk is found at the end, and every thousand calls", () => {
  const history = new History();
  for (let i = 0; i < 1000; i++) history.call(1, `SET k${i} v`, "+OK");
  history.turn();
  expect(kinds(history, withFigures([100], 0, 101))).toEqual(["count is not the walk"]);
  expect(kinds(new History().finish(), withFigures([100], 0, 99))).toEqual(["count is not the walk"]);
  expect(kinds(history.finish(), withFigures([100]))).toEqual([]);
});

test("a store that keeps memory after FLUSHALL is found, once its time is over", () => {
  const history = (reply: string) => {
    const made = new History();
    made.call(1, "SET k v", "+OK");
    made.call(1, "FLUSHALL", reply);
    return made.wait(4_000_000).turn();
  };
  const leaking = { usedBytes: () => used.shift() ?? 1_000_000, walkedBytes: () => 0 };
  let used = [1000];
  expect(kinds(history("+OK"), leaking)).toEqual(["memory not given back"]);
  used = [1000];
  expect(kinds(history("-ERR syntax error"), leaking)).toEqual([]);
  expect(kinds(history("+OK"), { usedBytes: () => 1000, walkedBytes: () => 1000 })).toEqual([]);
  used = [1000];
  const held = [0, 999_000]; // By clients, at the start and afterwards.
  expect(kinds(history("+OK"), { ...leaking, clientBytes: () => held.shift() ?? 999_000 })).toEqual([]);
});

test("keys that came after FLUSHALL may take memory", () => {
  const history = new History();
  history.call(1, "FLUSHALL", "+OK");
  history.call(1, "SET k v", "+OK");
  history.wait(4_000_000).turn();
  let calls = 0;
  expect(kinds(history, { usedBytes: () => (calls++ === 0 ? 1000 : 1_000_000) })).toEqual([]);
});

test("a call that runs over maxmemory with nothing evicted is found", () => {
  const history = new History({ config: { maxmemory: "1000" } });
  history.call(1, "SET a v", "+OK");
  history.call(1, "SET b v", "+OK");
  expect(kinds(history, { usedBytes: () => 2000, maxmemory: () => 1000 })).toEqual([
    "ran without room",
    "ran without room",
  ]);
  expect(kinds(history, { usedBytes: () => 1000, maxmemory: () => 1000 })).toEqual([]);
});

test("a call may run over maxmemory while a flush is still being freed, and not after", () => {
  const history = new History({ config: { maxmemory: "1000" } });
  history.call(1, "FLUSHDB ASYNC", "+OK");
  history.call(1, "SET a v", "+OK");
  history.call(1, "SET b v", "+OK");
  // After FLUSHDB, and after each SET; the first took what was freed for it.
  const ran = (frees: readonly number[], bytes: readonly number[]): readonly string[] => {
    const leftFrees = [...frees];
    const leftBytes = [...bytes];
    return kinds(history, {
      usedBytes: () => 2000,
      maxmemory: () => 1000,
      pendingFrees: () => leftFrees.shift() ?? 0,
      pendingBytes: () => leftBytes.shift() ?? 0,
    });
  };
  expect(ran([7, 0, 0], [500])).toEqual(["ran without room"]);
  // Nothing of it was freed, and it would not be enough.
  expect(ran([7, 7, 7, 7, 7], [500, 500, 500, 500, 500])).toEqual(["ran without room", "ran without room"]);
  // It would be enough.
  expect(ran([7, 7, 7, 7, 7], [1500, 1500, 1500, 1500, 1500])).toEqual([]);
});

test("refused calls and calls that need no memory may come while it is short", () => {
  const history = new History({ config: { maxmemory: "1000" } });
  history.call(1, "SET a v", "-OOM command not allowed when used memory > 'maxmemory'.");
  history.call(1, "GET a", "$-1");
  history.call(1, "DEL a", ":0");
  expect(kinds(history, { usedBytes: () => 2000, maxmemory: () => 1000 })).toEqual([]);
});

test("a small call that leaves far more than maxmemory is found", () => {
  const history = new History({ config: { maxmemory: "1000" } });
  history.call(1, "SET a v", "+OK");
  expect(kinds(history, withFigures([900, 900_000], 1000))).toEqual(["more than one call over maxmemory"]);
});

test.each([
  ["noeviction", "SET k v", "evicted without a policy"],
  ["volatile-lru", "SET k v", "evicted a key that lives for good"],
  ["allkeys-lru", "SET other v", "evicted a key that was not there"],
  ["allkeys-lru", "SET k v", undefined],
  ["volatile-ttl", "SET k v EX 100", undefined],
])("under %s after %s: %s", (policy, words, kind) => {
  const config = { maxmemory: "1000", "maxmemory-policy": policy };
  const history = new History({ config });
  history.call(1, words, "+OK");
  history.remove("k", "evicted");
  history.call(1, "GET k", "$-1");
  const node = withFigures([500, 500, 2000], 1000); // At the start, during SET, after it.
  expect(kinds(history, node)).toEqual(kind === undefined ? [] : [kind]);
});

test("what clients have sent since the latest call may need room", () => {
  const config = { maxmemory: "1000", "maxmemory-policy": "allkeys-lru" };
  const history = new History({ config });
  history.call(1, "SET k v", "+OK");
  history.remove("k", "evicted");
  history.call(1, "GET k", "$-1");
  // At the start, before and after SET, when it is evicted, after GET.
  expect(kinds(history, withFigures([500, 500, 500, 1001, 500], 1000))).toEqual([]);
  expect(kinds(history, withFigures([500, 500, 500, 1000, 500], 1000))).toEqual(["evicted without need"]);
});

test("an eviction without need is found, but for one that a lower maxmemory asked for", () => {
  const config = { maxmemory: "1000", "maxmemory-policy": "allkeys-lru" };
  const evicting = (words: string): History => {
    const history = new History({ config });
    history.call(1, "SET k v", "+OK");
    history.remove("k", "evicted");
    history.call(1, words, "+OK");
    return history;
  };
  expect(kinds(evicting("SET l v"), { usedBytes: () => 500, maxmemory: () => 1000 })).toEqual([
    "evicted without need",
  ]);
  expect(
    kinds(evicting("CONFIG SET maxmemory 400"), { usedBytes: () => 500, maxmemory: () => 1000 }),
  ).toEqual([]);
});
