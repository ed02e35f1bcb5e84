import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

const nowMs = 1_700_000_000_000;

test("a key vanishes at the very millisecond of its expiry", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "v");
  server.run("PEXPIRE", "k", "1000");
  server.advance(999);
  expect(server.run("PTTL", "k")).toBe(":1\r\n");
  server.advance(1);
  expect(server.run("PTTL", "k")).toBe(":-2\r\n");
});

test("an expiry of now or earlier deletes the key and answers 1", () => {
  for (const call of [
    ["EXPIRE", "k", "0"],
    ["PEXPIRE", "k", "-9223372036854775808"],
    ["EXPIREAT", "k", "-9223372036854775"],
    ["PEXPIREAT", "k", `${nowMs}`],
  ]) {
    const server = createTestServer({ nowMs });
    server.run("SET", "k", "v");
    expect(server.run(...call)).toBe(":1\r\n");
    expect(server.run("EXISTS", "k")).toBe(":0\r\n");
  }
});

test("a time that 64 bits of milliseconds cannot hold is refused and the key keeps its expiry", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "v", "PX", "5000");
  for (const [name = "", amount = ""] of [
    ["expire", "9223372036854775807"],
    ["expire", "-9223372036854775808"],
    ["expire", `${(2n ** 63n - 1n) / 1000n}`],
    ["pexpire", "9223372036854775807"],
    ["expireat", "9223372036854776"],
  ]) {
    const refusal = `-ERR invalid expire time in '${name}' command\r\n`;
    expect(server.run(name, "k", amount)).toBe(refusal);
  }
  expect(server.run("PTTL", "k")).toBe(":5000\r\n");
});

test("the last millisecond of 64 bits can be set and read back", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "v");
  expect(server.run("PEXPIREAT", "k", "9223372036854775807")).toBe(":1\r\n");
  expect(server.run("PEXPIRETIME", "k")).toBe(":9223372036854775807\r\n");
  expect(server.run("EXPIRETIME", "k")).toBe(":9223372036854776\r\n");
});

// What each condition allows: without an expiry, and with one of 10 s for a new one of 5, 10 and 15 s.
const conditions = [
  { options: ["NX"], without: 1, earlier: 0, same: 0, later: 0 },
  { options: ["XX"], without: 0, earlier: 1, same: 1, later: 1 },
  { options: ["GT"], without: 0, earlier: 0, same: 0, later: 1 },
  { options: ["LT"], without: 1, earlier: 1, same: 0, later: 0 },
  { options: ["xx", "gt"], without: 0, earlier: 0, same: 0, later: 1 },
  { options: ["lt", "XX"], without: 0, earlier: 1, same: 0, later: 0 },
];
for (const { options, ...allowed } of conditions) {
  test(`EXPIRE ${options.join(" ")} weighs the expiry that the key has`, () => {
    const outcome = (seconds: string, first?: string): number => {
      const server = createTestServer({ nowMs });
      server.run("SET", "k", "v");
      if (first !== undefined) server.run("EXPIRE", "k", first);
      const reply = server.run("EXPIRE", "k", seconds, ...options);
      const isSet = server.run("TTL", "k") === `:${seconds}\r\n`;
      // Whether the reply is true shows when the new expiry differs from the old one.
      if (seconds !== first) expect(reply).toBe(isSet ? ":1\r\n" : ":0\r\n");
      return Number(reply.slice(1));
    };
    expect({
      without: outcome("5"),
      earlier: outcome("5", "10"),
      same: outcome("10", "10"),
      later: outcome("15", "10"),
    }).toEqual(allowed);
  });
}

test("TTL rounds to the nearest second", () => {
  const server = createTestServer({ nowMs });
  server.run("SET", "k", "v", "PX", "1500");
  expect(server.run("TTL", "k")).toBe(":2\r\n");
  server.advance(1);
  expect(server.run("TTL", "k")).toBe(":1\r\n");
});
