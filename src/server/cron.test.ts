import { expect, test } from "vitest";
import { type Probe, silentProbe } from "../lib/probe.ts";
import { createTestServer } from "../testing/command-runner.ts";

test("keys that nobody asks for expire by themselves", () => {
  const server = createTestServer({ shards: 4 });
  for (let i = 0; i < 1000; i++) server.run("SET", `k${i}`, "x", "PX", 100 + i);
  server.run("SET", "stays", "x");
  server.advance(2000);
  expect(server.run("DBSIZE")).toBe(":1\r\n");
  expect(server.run("INFO", "stats")).toContain("\r\nexpired_keys:1000\r\n");
});

test("with active expiry off, keys expire only when they are asked for", () => {
  const server = createTestServer({ config: { "enable-debug-command": "yes" } });
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
  server.run("SET", "a", "x", "PX", "10");
  server.advance(5000);
  expect(server.run("DBSIZE")).toBe(":1\r\n");
  expect(server.run("GET", "a")).toBe("$-1\r\n");
  expect(server.run("DBSIZE")).toBe(":0\r\n");
});

test("the rate of commands is that of the last moments, and goes back to 0", () => {
  const server = createTestServer();
  const rate = (): number => server.server.stats.opsPerSecond;
  server.advance(1000);
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < 50; j++) server.run("PING");
    server.advance(100);
  }
  expect(rate()).toBeGreaterThan(450);
  expect(rate()).toBeLessThan(550);
  server.advance(5000);
  expect(rate()).toBe(0);
});

test("hz says how often it runs, and may be changed", () => {
  const server = createTestServer({ config: { timeout: "1", hz: "1" } });
  const idle = server.connect();
  server.advance(900);
  expect(server.run("CONFIG", "SET", "hz", "100")).toBe("+OK\r\n");
  server.advance(1200);
  expect(idle.isClosed).toBe(true);
});

test("memory of a flushed database is given back within a few ticks", () => {
  const server = createTestServer();
  const emptyBytes = server.server.usedBytes();
  for (let i = 0; i < 5000; i++) server.run("SET", `key:${i}`, "x".repeat(200));
  expect(server.server.usedBytes()).toBeGreaterThan(emptyBytes + 1_000_000);
  server.run("FLUSHALL");
  server.advance(3000);
  expect(server.server.usedBytes()).toBeLessThan(emptyBytes + 200_000);
});

test("cycles that were cut short are counted until the counters are reset", () => {
  const probe: Probe = { ...silentProbe, buggify: (name) => name === "expire.budget-one" };
  const server = createTestServer({ probe });
  const cut = (): string | undefined =>
    /expired_time_cap_reached_count:(\d+)/.exec(server.run("INFO", "stats"))?.[1];
  for (let i = 0; i < 100; i++) server.run("SET", `k${i}`, "x", "PX", "10");
  expect(cut()).toBe("0");
  server.advance(1000);
  expect(server.run("DBSIZE")).toBe(":0\r\n");
  expect(Number(cut())).toBeGreaterThan(0);
  server.run("CONFIG", "RESETSTAT");
  expect(cut()).toBe("0");
});
