import fc from "fast-check";
import { expect, test } from "vitest";
import { type BuggifyName, buggifyNames, type MarkName } from "../lib/probe.ts";
import { encodeRequest, type TestClient, TestServer } from "../testing/command-runner.ts";

type Request = readonly (string | number)[];

const key = fc.constantFrom("a", "b", "c", "{x}1", "{x}2");
const value = fc.constantFrom("1", "12", "x".repeat(40), "");
const request: fc.Arbitrary<Request> = fc.oneof(
  fc.tuple(fc.constant("SET"), key, value),
  fc.tuple(fc.constant("SET"), key, value, fc.constant("PX"), fc.integer({ min: 1, max: 300 })),
  fc.tuple(fc.constantFrom("GET", "DEL", "INCR", "STRLEN", "TTL"), key),
  fc.tuple(fc.constant("APPEND"), key, value),
  fc.tuple(fc.constant("RENAME"), key, key),
  fc.tuple(fc.constant("MSET"), key, value, key, value),
  fc.tuple(fc.constant("MGET"), key, key, key),
  fc.tuple(fc.constant("PING")), // Not DBSIZE: it counts keys that have expired and are still there.
  fc.tuple(fc.constantFrom("FLUSHDB"), fc.constant("ASYNC")),
  fc.tuple(fc.constant("SELECT"), fc.constantFrom("0", "1")),
  // Enough keys for tables to split, and to go again.
  fc
    .tuple(fc.constant("MSET"), fc.constantFrom("p", "q"))
    .map(([name, prefix]) => [
      name,
      ...Array.from({ length: 60 }, (_, i) => [`${prefix}${i}`, `${i}`]).flat(),
    ]),
  fc
    .constantFrom("p", "q")
    .map((prefix) => ["DEL", ...Array.from({ length: 60 }, (_, i) => `${prefix}${i}`)]),
);
const step = fc.record({
  batch: fc.array(request, { minLength: 1, maxLength: 8 }),
  waitMs: fc.nat({ max: 150 }),
});
const program = fc.record({ steps: fc.array(step, { maxLength: 12 }), shards: fc.constantFrom(1, 3) });

type Drawn = {
  readonly steps: readonly { readonly batch: readonly Request[]; readonly waitMs: number }[];
  readonly shards: number;
};

// A compaction takes a segment of its own: thousands of them would be slow.
const seldom: ReadonlySet<BuggifyName> = new Set(["defrag.eager"]);

// All replies of the program, with the points in `active` firing each time they are asked, or each 40th time.
function replies(
  drawn: Drawn,
  active: ReadonlySet<BuggifyName>,
  marks = new Map<MarkName, number>(),
): string {
  let asked = 0;
  const server = new TestServer({
    shards: drawn.shards,
    probe: {
      buggify: (name) => active.has(name) && (!seldom.has(name) || asked++ % 40 === 0),
      mark: (name) => marks.set(name, (marks.get(name) ?? 0) + 1),
    },
  });
  const client: TestClient = server.connect();
  for (const { batch, waitMs } of drawn.steps) {
    client.send(new Uint8Array(Buffer.concat(batch.map((words) => encodeRequest(words)))));
    server.advance(waitMs);
  }
  server.advance(50);
  for (const { databases } of server.server.coordinator.shards) {
    databases.flushAll();
    while (databases.freeSome(1_000_000)); // Many servers are made here, and a collection would come late.
  }
  return client.received;
}

test.each(buggifyNames)("%s changes no reply", (name) => {
  fc.assert(
    fc.property(program, (drawn) => {
      expect(replies(drawn, new Set([name]))).toBe(replies(drawn, new Set()));
    }),
    { numRuns: 8 },
  );
});

test("all points together change no reply, and the places they lead to are reached", () => {
  const marks = new Map<MarkName, number>();
  fc.assert(
    fc.property(program, (drawn) => {
      expect(replies(drawn, new Set(buggifyNames), marks)).toBe(replies(drawn, new Set()));
    }),
    { numRuns: 30, seed: 4 },
  );
  for (const name of [
    "conn.turn-over",
    "dict.split",
    "dict.merge",
    "expire.on-access",
    "defrag.moved",
  ] as const) {
    expect([name, marks.get(name) ?? 0]).not.toEqual([name, 0]);
  }
});

test("SCAN returns every key, however short its steps", () => {
  const server = new TestServer({
    probe: { buggify: (name) => name === "scan.short", mark: () => undefined },
  });
  const wanted = Array.from({ length: 700 }, (_, i) => `key:${i}`);
  for (const name of wanted) server.run("SET", name, "1");
  const seen = new Set<string>();
  let cursor = "0";
  do {
    const [, , next = "0", , ...rest] = server.run("SCAN", cursor, "COUNT", "1000").split("\r\n");
    cursor = next;
    for (const word of rest) if (word.startsWith("key:")) seen.add(word);
  } while (cursor !== "0");
  expect(seen.size).toBe(wanted.length);
});

test("without a simulation there are no marks and no trouble to ask for", () => {
  fc.assert(
    fc.property(program, (drawn) => {
      const marks = new Map<MarkName, number>();
      replies(drawn, new Set(), marks);
      expect(marks.has("conn.turn-over") || marks.has("defrag.began")).toBe(false);
    }),
    { numRuns: 10 },
  );
});
