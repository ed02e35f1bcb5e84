import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

type TestServer = ReturnType<typeof createTestServer>;

// The next cursor and the keys of a SCAN reply; keys here hold no line ends.
function scanOnce(
  server: TestServer,
  cursor: string,
  ...options: string[]
): { next: string; keys: string[] } {
  const lines = server.run("SCAN", cursor, ...options).split("\r\n");
  const [outer, , next = "", count = "*0"] = lines;
  expect(outer).toBe("*2");
  const keys = lines.slice(4).filter((_, i) => i % 2 === 1);
  expect(`*${keys.length}`).toBe(count);
  return { next, keys };
}

function scanAll(server: TestServer, ...options: string[]): string[] {
  const all: string[] = [];
  let cursor = "0";
  do {
    const { next, keys } = scanOnce(server, cursor, ...options);
    all.push(...keys);
    cursor = next;
  } while (cursor !== "0");
  return all;
}

function setAll(server: TestServer, keys: readonly string[]): void {
  if (keys.length > 0) server.run("MSET", ...keys.flatMap((key) => [key, "v"]));
}

// Between two calls some keys come (enough to split tables) or many of those go (so that tables merge).
const churn = fc.oneof(
  fc.record({ kind: fc.constant("grow" as const), count: fc.nat({ max: 800 }) }),
  fc.record({ kind: fc.constant("shrink" as const), count: fc.nat({ max: 3000 }) }),
);

for (const shards of [1, 4]) {
  test(`SCAN over ${shards} shard(s) returns every key that stays, whatever comes and goes meanwhile`, () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 300 }),
        fc.nat({ max: 3000 }),
        fc.integer({ min: 1, max: 200 }),
        fc.array(churn, { minLength: 1, maxLength: 12 }),
        (staying, passing, count, churns) => {
          const server = createTestServer({ shards });
          const present: string[] = [];
          let made = 0;
          const grow = (n: number) => {
            const keys = Array.from({ length: n }, () => `passing:${made++}`);
            setAll(server, keys);
            present.push(...keys);
          };
          setAll(
            server,
            Array.from({ length: staying }, (_, i) => `staying:${i}`),
          );
          grow(passing);

          const seen = new Set<string>();
          let cursor = "0";
          for (let call = 0; ; call++) {
            const { next, keys } = scanOnce(server, cursor, "COUNT", `${count}`);
            for (const key of keys) seen.add(key);
            if (next === "0") break;
            expect(Number(next)).toBeGreaterThan(Number(cursor)); // So every walk ends.
            cursor = next;
            const step = churns[call];
            if (step?.kind === "grow") grow(step.count);
            else if (step?.kind === "shrink" && present.length > 0) {
              server.run("DEL", ...present.splice(0, step.count), "none");
            }
          }
          const missed = Array.from({ length: staying }, (_, i) => `staying:${i}`).filter(
            (k) => !seen.has(k),
          );
          expect(missed).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test(`SCAN over ${shards} shard(s) returns each key once when nothing changes, about COUNT of them a call`, () => {
    const server = createTestServer({ shards });
    const all = Array.from({ length: 5000 }, (_, i) => `key:${i}`);
    setAll(server, all);
    const found: string[] = [];
    let calls = 0;
    let cursor = "0";
    do {
      const { next, keys } = scanOnce(server, cursor);
      expect(keys.length).toBeLessThanOrEqual(20);
      found.push(...keys);
      cursor = next;
      calls++;
    } while (cursor !== "0");
    expect(found.toSorted()).toEqual(all.toSorted());
    expect(5000 / calls).toBeGreaterThan(8);
  });
}

test("SCAN filters by pattern and type, but walks at the same pace", () => {
  const server = createTestServer({ shards: 2 });
  for (let i = 0; i < 1000; i++) server.run("SET", `key:${i}`, "v");
  expect(scanAll(server, "MATCH", "key:7?").toSorted()).toEqual(
    Array.from({ length: 10 }, (_, i) => `key:7${i}`),
  );
  expect(scanAll(server, "TYPE", "hash")).toEqual([]);
  expect(scanAll(server, "TYPE", "STRING", "COUNT", "100")).toHaveLength(1000);
  expect(scanOnce(server, "0", "MATCH", "nothing").next).not.toBe("0");
});

test("SCAN and KEYS leave out keys whose time has come", () => {
  const server = createTestServer({});
  server.run("SET", "stays", "v");
  server.run("SET", "goes", "v", "PX", "100");
  server.advance(100);
  expect(scanAll(server)).toEqual(["stays"]);
  expect(server.run("KEYS", "*")).toBe("*1\r\n$5\r\nstays\r\n");
});

test("a cursor that was never given out ends the walk", () => {
  const server = createTestServer({ shards: 4 });
  server.run("SET", "key", "v");
  for (const cursor of ["18446744073709551615", "9007199254740993", "-1", "17179869184"]) {
    expect(server.run("SCAN", cursor)).toBe("*2\r\n$1\r\n0\r\n*0\r\n");
  }
});

test("KEYS returns thousands of keys of several shards once each", () => {
  const server = createTestServer({ shards: 4 });
  const all = Array.from({ length: 6000 }, (_, i) => `key:${i}`);
  setAll(server, all);
  for (const pattern of ["*", "key:*"]) {
    const keys = server
      .run("KEYS", pattern)
      .split("\r\n")
      .slice(1)
      .filter((_, i) => i % 2 === 1);
    expect(keys.toSorted()).toEqual(all.toSorted());
  }
});
