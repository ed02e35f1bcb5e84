// What others see of HyperLogLogs: events of keys, changes counted, watched keys; and the memory they give back.

import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";
import { converse, converseWithStock } from "../../testing/conversation.ts";
import { hasStockRedis, startStockRedis } from "../../testing/stock-server.ts";
import { StockWire } from "../../testing/stock-wire.ts";
import { declarations } from "../registry.ts";

const served = declarations;
const commands = [...new Map(served.map((each) => [each.name, each])).values()];

const conversations: Readonly<Record<string, readonly string[]>> = {
  events: [
    "c: CONFIG SET notify-keyspace-events KEAmn",
    "a: PSUBSCRIBE __key*__:*",
    "c: PFADD k; PFADD k; PFADD k a b; PFADD k a; PFCOUNT k; PFCOUNT k; PFCOUNT none; PFCOUNT k none; PFDEBUG TODENSE k",
    "c: PFADD k a; PFADD k c; PFMERGE k; PFMERGE l k; PFMERGE m none; PFMERGE l none k; PFDEBUG GETREG none; SET s x; PFADD s a",
  ],
  "watched keys": [
    "a: PFADD k a; PFCOUNT k",
    "a: WATCH k",
    "b: PFDEBUG GETREG k",
    "a: MULTI; PING; EXEC; WATCH k",
    "b: PFADD k a; PFADD k; PFCOUNT k; PFCOUNT k none; PFDEBUG ENCODING k; PFDEBUG DECODE k; PFMERGE other k",
    "a: MULTI; PFCOUNT k; EXEC; WATCH k",
    "b: PFADD k b",
    "a: MULTI; PFCOUNT k; EXEC; WATCH k",
    "b: PFCOUNT k",
    "a: MULTI; PFCOUNT k; EXEC; WATCH k",
    "b: PFMERGE k",
    "a: MULTI; PFCOUNT k; EXEC; WATCH n",
    "b: PFADD n",
    "a: MULTI; PFCOUNT n; EXEC",
  ],
};

let stock: StockWire | undefined;

beforeAll(async () => {
  if (hasStockRedis()) stock = await StockWire.start();
});
afterAll(async () => {
  await stock?.stop();
});

for (const [name, steps] of Object.entries(conversations)) {
  test.skipIf(!hasStockRedis())(`${name}: as redis-server, with 1 and 4 shards`, async () => {
    const theirs = await converseWithStock(steps, stock as StockWire);
    expect(converse(steps, { commands })).toEqual(theirs);
    expect(converse(steps, { commands, shards: 4 })).toEqual(theirs);
  });
}

test("every change of a HyperLogLog is counted once, as a stock Redis counts", async () => {
  const other = await startStockRedis();
  if (other === undefined) return;
  const changes = (info: string): string => /rdb_changes_since_last_save:\d+/.exec(info)?.[0] ?? info;
  try {
    const server = createTestServer({ commands });
    const many = Array.from({ length: 2000 }, (_, i) => `e${i}`).join(" ");
    const calls = [
      ...[
        "PFADD k",
        "PFADD k",
        "PFADD k a b c",
        "PFADD k a",
        "PFCOUNT k",
        "PFCOUNT k",
        "PFCOUNT k none",
        "PFMERGE k",
      ],
      ...[
        "PFMERGE l k",
        "PFMERGE n none",
        `PFADD k ${many}`,
        `PFADD k ${many}`,
        "PFCOUNT k",
        "PFMERGE l k",
        "PFMERGE m k l",
      ],
      ...[
        "PFADD d a",
        "PFDEBUG ENCODING d",
        "PFDEBUG TODENSE d",
        "PFDEBUG TODENSE d",
        "PFADD e a",
        "PFDEBUG GETREG e",
      ],
    ];
    for (const call of calls) {
      server.run(...call.split(" "));
      await other.run(...call.split(" "));
      const theirs = changes(await other.run("INFO", "persistence"));
      expect({ call, changes: changes(server.run("INFO", "persistence")) }).toEqual({
        call,
        changes: theirs,
      });
    }
  } finally {
    await other.stop();
  }
});

test("the self-test passes, whatever the seed", () => {
  for (let seed = 0; seed < 3; seed++) {
    expect(createTestServer({ commands, seed }).run("PFSELFTEST")).toBe("+OK\r\n");
  }
});

test("a count is within four standard errors of the truth, sparse, dense and merged", () => {
  const server = createTestServer({ commands });
  const add = (key: string, from: number, to: number): void => {
    for (let at = from; at < to; at += 1000) {
      const elements = Array.from({ length: Math.min(1000, to - at) }, (_, i) => `${at + i}`);
      server.run("PFADD", key, ...elements);
    }
  };
  const counted = (...keys: string[]): number => Number(server.run("PFCOUNT", ...keys).slice(1));
  for (const count of [10, 100, 1000, 10_000, 50_000]) {
    add("a", 0, count);
    add("b", count / 2, count * 2);
    expect(server.run("PFMERGE", "c", "a", "b")).toBe("+OK\r\n");
    expect(Math.abs(counted("a") / count - 1)).toBeLessThan(0.0325);
    expect(Math.abs(counted("c") / (2 * count) - 1)).toBeLessThan(0.0325);
    expect(counted("a", "b")).toBe(counted("c"));
  }
});
