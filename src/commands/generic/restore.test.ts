import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

const nowMs = 1_700_000_000_000;
const payloadOfHello = "\x00\x05hello\x0a\x00cr\xdfve4 \x0a"; // From a Redis 7.0.15.

function payloadOf(server: ReturnType<typeof createTestServer>, key: string): string {
  const reply = server.run("DUMP", key);
  return reply.slice(reply.indexOf("\r\n") + 2, -2);
}

test("what DUMP gives, RESTORE takes, for strings of any bytes and lengths", () => {
  const server = createTestServer({ nowMs, shards: 4 });
  const latin1 = fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)) });
  const repeated = fc.tuple(latin1, fc.nat({ max: 3000 })).map(([text, times]) => text.repeat(times));
  const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
  fc.assert(
    fc.property(fc.oneof(latin1, repeated, number), (value) => {
      server.run("SET", "from", value);
      server.run("RESTORE", "to", "0", payloadOf(server, "from"), "REPLACE");
      expect(server.run("GET", "to")).toBe(server.run("GET", "from"));
      expect(server.run("OBJECT", "ENCODING", "to")).toBe(server.run("OBJECT", "ENCODING", "from"));
    }),
  );
});

test("DUMP of a short string is byte for byte what Redis gives", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "hello");
  expect(payloadOf(server, "k")).toBe(payloadOfHello);
});

test("a payload with any one bit changed is refused and the key stays as it was", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "old");
  for (let bit = 0; bit < payloadOfHello.length * 8; bit++) {
    const codes = Array.from(
      payloadOfHello,
      (char, i) => char.charCodeAt(0) ^ (i === bit >> 3 ? 1 << (bit & 7) : 0),
    );
    const reply = server.run("RESTORE", "k", "0", String.fromCharCode(...codes), "REPLACE");
    expect(reply).toBe("-ERR DUMP payload version or checksum are wrong\r\n");
  }
  expect(server.run("GET", "k")).toBe("$3\r\nold\r\n");
});

test("RESTORE with a time that is over deletes what it would replace and creates nothing", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "old");
  expect(server.run("RESTORE", "k", `${nowMs}`, payloadOfHello, "ABSTTL", "REPLACE")).toBe("+OK\r\n");
  expect(server.run("EXISTS", "k")).toBe(":0\r\n");
  expect(server.run("RESTORE", "k", `${nowMs + 1}`, payloadOfHello, "ABSTTL")).toBe("+OK\r\n");
  expect(server.run("PTTL", "k")).toBe(":1\r\n");
});

test("RESTORE replaces the expiry too: none is left when none is given", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "old", "PX", "5000");
  server.run("RESTORE", "k", "0", payloadOfHello, "REPLACE");
  expect(server.run("PTTL", "k")).toBe(":-1\r\n");
  server.run("RESTORE", "k", "700", payloadOfHello, "REPLACE");
  expect(server.run("PTTL", "k")).toBe(":700\r\n");
});

test("RESTORE IDLETIME sets the idle time, from which the clock goes on", () => {
  const server = createTestServer({ nowMs });
  server.run("RESTORE", "k", "0", payloadOfHello, "IDLETIME", "1000");
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":1000\r\n");
  server.advance(5000);
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":1005\r\n");
  server.run("TOUCH", "k");
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":0\r\n");
});

test("RESTORE FREQ sets the frequency under an LFU policy, and RENAME and MOVE take it along", () => {
  const server = createTestServer({ nowMs, shards: 4, config: { "maxmemory-policy": "allkeys-lfu" } });
  server.run("RESTORE", "k", "0", payloadOfHello, "FREQ", "255"); // At 255 the counter cannot grow.
  expect(server.run("OBJECT", "FREQ", "k")).toBe(":255\r\n");
  server.run("RENAME", "k", "renamed");
  expect(server.run("OBJECT", "FREQ", "renamed")).toBe(":255\r\n");
  server.run("MOVE", "renamed", "1");
  server.run("SWAPDB", "0", "1");
  expect(server.run("OBJECT", "FREQ", "renamed")).toBe(":255\r\n");
  server.run("COPY", "renamed", "copied");
  expect(server.run("OBJECT", "FREQ", "copied")).toBe(":5\r\n");
  server.run("RESTORE", "renamed", "0", payloadOfHello, "REPLACE");
  expect(server.run("OBJECT", "FREQ", "renamed")).toBe(":5\r\n");
});

test("OBJECT answers for the policy in force: frequencies or idle times, and shares no integer then", () => {
  const lru = createTestServer({ nowMs, config: { "maxmemory-policy": "allkeys-lru", maxmemory: "100mb" } });
  const lfu = createTestServer({ nowMs, config: { "maxmemory-policy": "volatile-lfu" } });
  for (const server of [lru, lfu]) server.run("SET", "k", "5");
  expect(lru.run("OBJECT", "FREQ", "k")).toMatch(/^-ERR An LFU maxmemory policy is not selected/);
  expect(lfu.run("OBJECT", "IDLETIME", "k")).toMatch(/^-ERR An LFU maxmemory policy is selected/);
  expect(lru.run("OBJECT", "REFCOUNT", "k")).toBe(":1\r\n");
  expect(lfu.run("OBJECT", "REFCOUNT", "k")).toBe(":2147483647\r\n"); // Without maxmemory nothing is evicted.
});
