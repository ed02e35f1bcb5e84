import { expect, test } from "vitest";
import type { MetricFamily } from "../env/metrics.ts";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { exportedMetrics } from "./exported-metrics.ts";

function familiesOf({ server }: TestServer): ReadonlyMap<string, MetricFamily> {
  return new Map(exportedMetrics(server).map((family) => [family.name, family]));
}

// The value of a metric's sample with these labels; undefined when there is none.
function sampleOf(server: TestServer, name: string, ...labels: readonly string[]): number | undefined {
  const samples = familiesOf(server).get(name)?.samples ?? [];
  return samples.find((sample) => sample.labels.join() === labels.join())?.value;
}

test("every metric without labels has one sample, a finite number", () => {
  const plain = exportedMetrics(createTestServer({}).server).filter(
    ({ labelNames }) => labelNames.length === 0,
  );
  expect(plain.length).toBeGreaterThan(50);
  expect(plain.filter(({ samples }) => samples.length !== 1).map(({ name }) => name)).toEqual([]);
});

test("names are unique, are Redis's or Shadis's, and never change with the state", () => {
  const server = createTestServer({ shards: 2 });
  const shapes = () =>
    exportedMetrics(server.server).map(({ name, kind, help, labelNames }) => ({
      name,
      kind,
      help,
      labelNames,
    }));
  const before = shapes();
  const names = before.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^(redis|shadis)_[a-z_]+$/.test(name))).toEqual([]);
  expect(before.filter(({ help }) => !/^[^\n]+\.$/.test(help))).toEqual([]);
  server.run("SET", "key", "value");
  server.run("NOSUCH");
  expect(shapes()).toEqual(before);
});

test("every sample has one value for each label, and no two samples of a metric the same", () => {
  const server = createTestServer({});
  server.run("SET", "key", "value");
  server.run("CONFIG", "GET", "port");
  server.run("INCR", "key");
  for (const { name, labelNames, samples } of exportedMetrics(server.server)) {
    const wrong = samples.filter(({ labels }) => labels.length !== labelNames.length);
    expect([name, wrong]).toEqual([name, []]);
    expect([name, new Set(samples.map(({ labels }) => labels.join("\n"))).size]).toEqual([
      name,
      samples.length,
    ]);
  }
});

test.each([1, 4])("counters follow what clients do, over %i shard(s)", (shards) => {
  const server = createTestServer({ shards });
  for (let i = 0; i < 10; i++) server.run("SET", `key:${i}`, "value");
  for (let i = 0; i < 10; i++) server.run("GET", `key:${i}`);
  server.run("GET", "missing");
  server.run("INCR", "key:0");
  server.run("GET");
  server.run("CONFIG", "GET", "port");
  server.run("PEXPIRE", "key:1", "50");
  expect(sampleOf(server, "redis_keyspace_hits_total")).toBe(10);
  expect(sampleOf(server, "redis_keyspace_misses_total")).toBe(1);
  expect(sampleOf(server, "redis_commands_total", "set")).toBe(10);
  expect(sampleOf(server, "redis_commands_total", "get")).toBe(11);
  expect(sampleOf(server, "redis_commands_total", "config|get")).toBe(1);
  expect(sampleOf(server, "redis_commands_total", "del")).toBeUndefined();
  expect(sampleOf(server, "redis_commands_failed_calls_total", "incr")).toBe(1);
  expect(sampleOf(server, "redis_commands_rejected_calls_total", "get")).toBe(1);
  expect(sampleOf(server, "redis_errors_total", "ERR")).toBe(2);
  expect(sampleOf(server, "redis_connections_received_total")).toBe(1);
  expect(sampleOf(server, "redis_connected_clients")).toBe(1);
  expect(sampleOf(server, "redis_db_keys", "db0")).toBe(10);
  expect(sampleOf(server, "redis_db_keys_expiring", "db0")).toBe(1);
  server.advance(1000);
  expect(sampleOf(server, "redis_expired_keys_total")).toBe(1);
  expect(sampleOf(server, "redis_uptime_in_seconds")).toBe(1);
});

test("time spent is in seconds, in the slow log's figures as in the commands'", () => {
  const server = createTestServer({});
  const debug = server.command("debug");
  server.config.load("enable-debug-command", ["yes"]);
  server.run("DEBUG", "SLEEP", "0.25");
  expect(debug).toBeDefined();
  const bySubcommand = familiesOf(server).get("redis_commands_duration_seconds_total")?.samples ?? [];
  expect(bySubcommand.map(({ value }) => value)).toEqual([0.25]);
  expect(sampleOf(server, "redis_slowlog_length")).toBe(1);
  expect(sampleOf(server, "redis_last_slow_execution_duration_seconds")).toBe(0.25);
  expect(sampleOf(server, "shadis_longest_turn_seconds")).toBe(0.25);
});

test("an empty database is reported while it is among the first, and any with keys", () => {
  const server = createTestServer({ config: { databases: "20" } });
  server.run("SELECT", "18");
  server.run("SET", "key", "value");
  const reported = familiesOf(server).get("redis_db_keys")?.samples ?? [];
  const first = Array.from({ length: 16 }, (_, db) => ({ value: 0, labels: [`db${db}`] }));
  expect(reported).toEqual([...first, { value: 1, labels: ["db18"] }]);
});

test("error prefixes are bounded, the first that came up kept", () => {
  const server = createTestServer({});
  for (let i = 0; i < 1000; i++) server.server.countError(`PREFIX${i} text`);
  const prefixes = familiesOf(server)
    .get("redis_errors_total")
    ?.samples.map(({ labels: [prefix] }) => prefix);
  expect(prefixes).toEqual(Array.from({ length: 128 }, (_, i) => `PREFIX${i}`));
});

test("the instance's labels are those of INFO", () => {
  const server = createTestServer({ config: { "maxmemory-policy": "allkeys-lru", port: "7000" } });
  const info = familiesOf(server).get("redis_instance_info");
  const labels = new Map(info?.labelNames.map((name, i) => [name, info.samples[0]?.labels[i]]));
  expect(Object.fromEntries(labels)).toMatchObject({
    role: "master",
    redis_version: expect.stringMatching(/^7\.0\./),
    redis_mode: "standalone",
    maxmemory_policy: "allkeys-lru",
    tcp_port: "7000",
    run_id: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
});
