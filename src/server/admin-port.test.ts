// The admin port of a real process: the whole way from the flags to the pages.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";

const mainFile = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "shadis-admin-"));
const children: ChildProcess[] = [];

type Started = { readonly output: string; readonly code: number | null };

// Resolves when all of `awaited` have been printed, or when the process has ended.
function start(flags: readonly string[], ...awaited: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [mainFile, "--port", "0", ...flags], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return new Promise((resolve) => {
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (awaited.length > 0 && awaited.every((text) => output.includes(text)))
        resolve({ output, code: null });
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("close", (code) => resolve({ output, code }));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let port = 0;
let client: Redis;

beforeAll(async () => {
  port = await freePort();
  const socket = join(folder, "socket");
  const flags = ["--unixsocket", socket, "--metrics-port", String(port), "--shards", "2"];
  const { output, code } = await start(flags, "Ready to accept connections", "Metrics and health");
  if (code !== null) throw new Error(output);
  client = new Redis({ path: socket });
});

afterAll(() => {
  client.disconnect();
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function get(path: string, method = "GET"): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { method });
}

// The page as "name{labels}" -> value; throws at a line that is not of the text format.
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await get("/metrics");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const samples = new Map<string, number>();
  const typed = new Set<string>();
  for (const line of (await response.text()).split("\n")) {
    const type = /^# TYPE ([a-z_]+) (counter|gauge)$/.exec(line);
    if (type !== null) typed.add(type[1] ?? "");
    if (line === "" || line.startsWith("# ")) continue;
    const sample = /^(([a-z_]+)(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})?) (-?[0-9.e+-]+)$/.exec(line);
    if (sample === null || !typed.has(sample[2] ?? "")) throw new Error(`not a sample: ${line}`);
    samples.set(sample[1] ?? "", Number(sample[3]));
  }
  return samples;
}

test("a scrape parses, and its counters move with what a client does", async () => {
  const before = await scrape();
  for (let i = 0; i < 20; i++) await client.set(`key:${i}`, "value", "EX", i < 5 ? 1000 : 2000);
  await client.get("key:1");
  await client.get("missing");
  const after = await scrape();
  const grown = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grown('redis_commands_total{cmd="set"}')).toBe(20);
  expect(grown('redis_commands_duration_seconds_total{cmd="set"}')).toBeGreaterThan(0);
  expect(grown("redis_commands_processed_total")).toBeGreaterThanOrEqual(22);
  expect(grown("redis_keyspace_hits_total")).toBe(1);
  expect(grown("redis_keyspace_misses_total")).toBe(1);
  expect(grown("redis_net_input_bytes_total")).toBeGreaterThan(20 * 30);
  expect(grown("redis_net_output_bytes_total")).toBeGreaterThanOrEqual(20 * 5);
  expect(grown('redis_db_keys{db="db0"}')).toBe(20);
  expect(grown('redis_db_keys_expiring{db="db0"}')).toBe(20);
  expect(after.get("redis_up")).toBe(1);
  expect(after.get("redis_connected_clients")).toBe(1);
  expect(after.get("redis_memory_max_bytes")).toBe(0);
  expect(after.get("redis_memory_used_bytes")).toBeGreaterThan(0);
  expect(after.get("shadis_heap_used_bytes")).toBeGreaterThan(1_000_000);
  expect(after.get("shadis_shards")).toBe(2);
});

test("health and readiness are answered, anything else is not there, and only GET is", async () => {
  expect(await (await get("/healthz")).text()).toBe("ok");
  const ready = await get("/readyz?verbose=1");
  expect([ready.status, await ready.text()]).toEqual([200, "ok"]);
  expect((await get("/")).status).toBe(404);
  const posted = await get("/metrics", "POST");
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET"]);
});

test("scrapes leave no connection behind", async () => {
  for (let i = 0; i < 40; i++) expect((await get("/healthz")).status).toBe(200); // More than may be open at once.
});

test("CONFIG GET shows where the port is when asked by name", async () => {
  expect(await client.config("GET", "metrics-port")).toEqual(["metrics-port", String(port)]);
  expect(await client.config("GET", "metrics-*")).toEqual([]);
});

test("a metrics port that is taken ends the start with its name", async () => {
  const { output, code } = await start(["--metrics-port", String(port)]);
  expect(code).toBe(1);
  expect(output).toContain(`Could not open the metrics port 127.0.0.1:${port}`);
});
