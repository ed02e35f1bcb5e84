// What others see of HyperLogLogs: events of keys, changes counted, watched keys; and the memory they give back.

import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";
import { testChangeCounts, testConversations } from "../../testing/stock-stories.ts";

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

testConversations(conversations);

const many = Array.from({ length: 2000 }, (_, i) => `e${i}`).join(" ");
testChangeCounts([
  "PFADD k; PFADD k; PFADD k a b c; PFADD k a; PFCOUNT k; PFCOUNT k; PFCOUNT k none; PFMERGE k",
  `PFMERGE l k; PFMERGE n none; PFADD k ${many}; PFADD k ${many}; PFCOUNT k; PFMERGE l k; PFMERGE m k l`,
  "PFADD d a; PFDEBUG ENCODING d; PFDEBUG TODENSE d; PFDEBUG TODENSE d; PFADD e a; PFDEBUG GETREG e",
]);

test("the self-test passes, whatever the seed", () => {
  for (let seed = 0; seed < 3; seed++) {
    expect(createTestServer({ seed }).run("PFSELFTEST")).toBe("+OK\r\n");
  }
});

test("a count is within four standard errors of the truth, sparse, dense and merged", () => {
  const server = createTestServer();
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
