import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

type TestServer = ReturnType<typeof createTestServer>;

function fieldsOf(server: TestServer, ...sections: readonly string[]): ReadonlyMap<string, string> {
  const lines = server.run("INFO", ...sections).split("\r\n");
  return new Map(lines.filter((line) => line.includes(":")).map((line) => [line.split(":")[0] ?? "", line]));
}

function numberOf(server: TestServer, section: string, field: string): number {
  return Number((fieldsOf(server, section).get(field) ?? "").slice(field.length + 1));
}

function titlesOf(reply: string): readonly string[] {
  return [...reply.matchAll(/^# (\w+)/gm)].map(([, title]) => title ?? "");
}

test("sections come in one order, once, whatever is asked for", () => {
  const server = createTestServer({});
  expect(titlesOf(server.run("INFO", "keyspace", "CPU", "cpu", "nosuch"))).toEqual(["CPU", "Keyspace"]);
  const all = titlesOf(server.run("INFO", "all"));
  expect(titlesOf(server.run("INFO", "everything", "cpu"))).toEqual(all);
  const usual = titlesOf(server.run("INFO"));
  expect(usual).toEqual(all.filter((title) => title !== "Commandstats" && title !== "Latencystats"));
  expect(titlesOf(server.run("INFO", "latencystats", "default"))).toEqual(
    all.filter((title) => title !== "Commandstats"),
  );
});

test("keys and expiries are counted over all shards, for each database that has keys", () => {
  const server = createTestServer({ shards: 4 });
  for (let i = 0; i < 100; i++) server.run("SET", `key:${i}`, "value");
  for (let i = 0; i < 30; i++) server.run("EXPIRE", `key:${i}`, "100");
  server.run("SELECT", "5");
  server.run("SET", "key", "value");
  expect(server.run("INFO", "keyspace")).toContain(
    "# Keyspace\r\ndb0:keys=100,expires=30,avg_ttl=100000\r\ndb5:keys=1,expires=0,avg_ttl=0\r\n",
  );
  expect(server.run("DBSIZE")).toBe(":1\r\n");
});

test("calls, refusals and failures are counted by command and subcommand, and a reset forgets them", () => {
  const server = createTestServer({});
  server.run("SET", "key", "text");
  server.run("INCR", "key");
  server.run("INCR");
  server.run("CONFIG", "GET", "port");
  const stats = fieldsOf(server, "commandstats", "errorstats", "latencystats");
  expect(stats.get("cmdstat_set")).toMatch(
    /:calls=1,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=0,failed_calls=0$/,
  );
  expect(stats.get("cmdstat_incr")).toMatch(/:calls=1,.*,rejected_calls=1,failed_calls=1$/);
  expect(stats.get("cmdstat_config|get")).toMatch(/:calls=1,/);
  expect(stats.get("errorstat_ERR")).toBe("errorstat_ERR:count=2");
  expect(stats.get("latency_percentiles_usec_set")).toMatch(/:p50=[\d.]+,p99=[\d.]+,p99\.9=[\d.]+$/);
  expect(stats.has("cmdstat_get")).toBe(false);
  server.run("CONFIG", "RESETSTAT");
  const after = fieldsOf(server, "commandstats", "errorstats", "latencystats");
  expect([...after.keys()].filter((field) => field !== "cmdstat_config|resetstat")).toEqual([
    "latency_percentiles_usec_config|resetstat",
  ]);
});

test("memory figures follow the data, and FLUSHALL brings them back", () => {
  const server = createTestServer({ shards: 2 });
  const used = (): number => numberOf(server, "memory", "used_memory");
  const before = used();
  for (let i = 0; i < 1000; i++) server.run("SET", `key:${i}`, "x".repeat(1000));
  expect(used() - before).toBeGreaterThan(1000 * 1000);
  expect(numberOf(server, "memory", "used_memory_dataset")).toBeGreaterThan(1000 * 1000);
  expect(numberOf(server, "memory", "shadis_arena_bytes")).toBeGreaterThan(1000 * 1000);
  // A second database keeps the first one's memory from being dropped as a whole.
  server.run("SELECT", "1");
  server.run("SET", "key", "value");
  server.run("FLUSHALL");
  expect(used()).toBeLessThan(before + 100_000);
  expect(numberOf(server, "memory", "lazyfree_pending_objects")).toBe(0);
});

test("MEMORY USAGE grows with the value and is more with an expiry", () => {
  const server = createTestServer({});
  const usage = (name: string): number => Number(server.run("MEMORY", "USAGE", name).slice(1));
  server.run("SET", "small", "x");
  server.run("SET", "large", "x".repeat(10_000));
  expect(usage("small")).toBeGreaterThanOrEqual(12);
  expect(usage("small")).toBeLessThan(64);
  expect(usage("large")).toBeGreaterThan(10_000);
  const before = usage("small");
  server.run("EXPIRE", "small", "100");
  expect(usage("small")).toBeGreaterThan(before);
});
