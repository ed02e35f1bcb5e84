// What no comparison with a stock server shows: draws, which are random, and sets too large for a short story.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTestServer, type TestServer } from "../../testing/command-runner.ts";
import type { CommandDeclaration } from "../define.ts";
import { declarations } from "../registry.ts";
import { srandmember } from "./srandmember.ts";

const forms: Readonly<Record<string, (i: number) => string>> = {
  "an intset": (i) => `${i}`,
  "a hashtable": (i) => `member-${i}`,
};

function membersOf(reply: string): string[] {
  return reply.split("\r\n").filter((_, i) => i > 0 && i % 2 === 0);
}

function filled(count: number, name: (i: number) => string): { server: TestServer; all: string[] } {
  const server = createTestServer();
  const all = Array.from({ length: count }, (_, i) => name(i));
  server.run("SADD", "k", ...all);
  return { server, all };
}

// As a stock 7.0.15 has it.
test("a set of which SPOP leaves few integers is an intset again, and keeps its time", () => {
  const server = createTestServer();
  for (const [drawn, encoding] of [
    ["4", "hashtable"],
    ["5", "intset"],
  ] as const) {
    server.run("FLUSHALL");
    server.run("SADD", "k", "1", "2", "3", "4", "5", "6", "x");
    server.run("SREM", "k", "x");
    server.run("EXPIRE", "k", "100");
    server.run("SPOP", "k", drawn);
    expect(server.run("OBJECT", "ENCODING", "k")).toBe(`$${encoding.length}\r\n${encoding}\r\n`);
    expect(server.run("TTL", "k")).toBe(":100\r\n");
  }
});

describe.each(Object.keys(forms))("from %s", (form) => {
  const name = forms[form] ?? String;
  const counts = fc.record({
    count: fc.integer({ min: 1, max: 60 }),
    drawn: fc.integer({ min: 0, max: 70 }),
  });

  test("SPOP takes as many different members as asked, and leaves the others", () => {
    fc.assert(
      fc.property(counts, ({ count, drawn }) => {
        const { server, all } = filled(count, name);
        const popped = membersOf(server.run("SPOP", "k", `${drawn}`));
        const left = membersOf(server.run("SMEMBERS", "k"));
        expect(popped).toHaveLength(Math.min(count, drawn));
        expect([...popped, ...left].toSorted()).toEqual(all.toSorted());
        expect(server.run("EXISTS", "k")).toBe(left.length > 0 ? ":1\r\n" : ":0\r\n");
      }),
      { numRuns: 60 },
    );
  });

  test("SRANDMEMBER returns different members for a positive count, any for a negative one", () => {
    fc.assert(
      fc.property(counts, ({ count, drawn }) => {
        const { server, all } = filled(count, name);
        const different = membersOf(server.run("SRANDMEMBER", "k", `${drawn}`));
        expect(different).toHaveLength(Math.min(count, drawn));
        expect(new Set(different).size).toBe(different.length);
        const repeats = membersOf(server.run("SRANDMEMBER", "k", `${-drawn}`));
        expect(repeats).toHaveLength(drawn);
        for (const member of [...different, ...repeats]) expect(all).toContain(member);
        expect(server.run("SCARD", "k")).toBe(`:${count}\r\n`);
      }),
      { numRuns: 60 },
    );
  });

  test("every member is drawn sooner or later", () => {
    const { server, all } = filled(20, name);
    const drawn = new Set(membersOf(server.run("SRANDMEMBER", "k", "-2000")));
    expect([...drawn].toSorted()).toEqual(all.toSorted());
  });
});

test.each([1, 4])(
  "thousands of members are united, subtracted and stored right, over %i shard(s)",
  (shards) => {
    const server = createTestServer({ shards });
    const range = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, i) => `${from + i}${i % 3 === 0 ? "x" : ""}`);
    const run = (...call: string[]): string[] => membersOf(server.run(...call)).toSorted();
    const a = range(0, 6000);
    const b = range(3000, 9000); // 3000 is a multiple of 3, so that common numbers are common members.
    server.run("SADD", "a", ...a);
    server.run("SADD", "b", ...b);
    server.run("SADD", "c", ...range(0, 3));
    const union = [...new Set([...a, ...b])].toSorted();
    const rest = a.filter((each) => !b.includes(each)).toSorted();
    expect(run("SUNION", "a", "b", "a")).toEqual(union);
    expect(run("SINTER", "a", "b")).toEqual(a.filter((each) => b.includes(each)).toSorted());
    expect(run("SDIFF", "a", "b")).toEqual(rest);
    // With so many small ones, members are struck out of a copy rather than looked up.
    expect(run("SDIFF", "a", "c", "c", "c", "c")).toEqual(range(3, 6000).toSorted());
    expect(server.run("SUNIONSTORE", "b", "a", "b")).toBe(":9000\r\n");
    expect(run("SMEMBERS", "b")).toEqual(union);
    expect(server.run("SDIFFSTORE", "a", "a", "c", "c", "c", "c")).toBe(":5997\r\n");
    expect(run("SMEMBERS", "a")).toEqual(range(3, 6000).toSorted());
    expect(run("SUNION", "c", "c")).toEqual(range(0, 3).toSorted());
  },
);

test("a draw of very many stops when its client is gone", () => {
  let asked = 0;
  const leaving = { isClosed: { get: () => ++asked > 50 } };
  const command: CommandDeclaration = {
    ...srandmember,
    run: (context) => srandmember.run?.({ ...context, client: Object.create(context.client, leaving) }),
  };
  const server = createTestServer({
    commands: [...declarations.filter((each) => each !== srandmember), command],
  });
  server.run("SADD", "k", "a");
  const reply = server.run("SRANDMEMBER", "k", "-9223372036854775807");
  expect(reply.match(/\$1\r\na\r\n/g)).toHaveLength(50);
});
