import { expect, test } from "vitest";
import { difference } from "../../compat/differential/compare.ts";
import { Chance } from "../../compat/generator/chance.ts";
import { type Target, targets } from "../../compat/generator/declared.ts";
import { drawCall } from "../../compat/generator/generate.ts";
import { drawKey, drawValue, patterns } from "../../compat/generator/pools.ts";
import { parseFrame } from "../../compat/resp/reply-frame.ts";
import { createTestServer, type TestClient, type TestServer } from "../testing/command-runner.ts";

// One list of calls, run on servers that differ in the number of their shards alone.
const shardCounts = [1, 2, 4, 16];
const seeds =
  process.env["SHARD_TEST_SEED"] === undefined ? [1, 2] : [Number(process.env["SHARD_TEST_SEED"])];
const callCount = 10_000;

type Step =
  | {
      readonly kind: "call";
      readonly words: readonly string[];
      readonly target: Target | undefined;
      /** Which of the server's two clients calls: they have a database each. */
      readonly client: 0 | 1;
    }
  | { readonly kind: "walk"; readonly options: readonly string[] }
  | { readonly kind: "wait"; readonly ms: number };

const wheel = targets.filter(({ group }) => ["string", "bitmap", "generic"].includes(group));
const rare = /^(flushall|flushdb|swapdb)$/;

function draw(chance: Chance, payloads: readonly string[]): Step[] {
  if (chance.oneIn(40)) return [{ kind: "wait", ms: chance.between(1, 4000) }];
  if (chance.oneIn(60)) return [{ kind: "walk", options: chance.pick(walkOptions(chance)) }];
  const client = chance.oneIn(3) ? 1 : 0;
  const call = (...words: string[]): Step[] => [{ kind: "call", words, target: undefined, client }];
  // The generator gives no short time to live, since elsewhere clocks differ; here there is one.
  if (chance.oneIn(12)) return call("PEXPIRE", drawKey(chance), String(chance.between(1, 5000)));
  if (chance.oneIn(30)) return call("SELECT", String(chance.oneIn(2) ? 0 : chance.below(4)));
  if (chance.oneIn(5)) return call("SET", drawKey(chance), drawValue(chance));
  const target = chance.pick(wheel);
  if (target.fullName === "scan" || (rare.test(target.fullName) && !chance.oneIn(10))) return [];
  const drawn = drawCall(target, chance, { payloads, isHeardByNoStock: true });
  return drawn === undefined ? [] : [{ kind: "call", words: drawn.words, target, client }];
}

function walkOptions(chance: Chance): string[][] {
  return [[], ["COUNT", String(chance.between(1, 40))], ["MATCH", chance.pick(patterns)], ["TYPE", "string"]];
}

function payloadsOf(server: TestServer): string[] {
  return ["", "a", "12", "70000", "x".repeat(44), "ab".repeat(500), "\0\xff\r\n"].map((value) => {
    server.run("SET", "k", value);
    return parseFrame(Buffer.from(server.run("DUMP", "k"), "latin1")).text;
  });
}

// All keys of a whole walk, each once: a walk may return a key twice.
function walk(server: TestServer, options: readonly string[]): string {
  const keys = new Set<string>();
  let cursor = "0";
  do {
    const reply = parseFrame(Buffer.from(server.run("SCAN", cursor, ...options), "latin1"));
    if (reply.mark === "-") return reply.text;
    for (const { text } of reply.items[1]?.items ?? []) keys.add(text);
    cursor = reply.items[0]?.text ?? "0";
  } while (cursor !== "0");
  return JSON.stringify([...keys].sort());
}

function perform(server: TestServer, step: Step, clients: readonly TestClient[] = []): string {
  if (step.kind === "walk") return walk(server, step.options);
  if (step.kind === "call") return (clients[step.client] ?? server).run(...step.words);
  server.advance(step.ms);
  return "";
}

type Caller = { run(...words: readonly string[]): string };

// What differs between two replies to one step, or undefined. The clocks agree, so times must be the same.
function differs(step: Step, one: string, other: string, servers: readonly Caller[]): string | undefined {
  if (one === other) return undefined;
  if (step.kind !== "call") return "walks differ";
  const declared = step.target?.class ?? "exact";
  if (declared === "random") {
    // Each must be a key of its own server, which holds the same keys as the others by the other checks.
    // KEYS, because it counts neither as a hit nor as a miss.
    const isMember = [one, other].every((reply, i) => {
      const all = servers[i]?.run("KEYS", "*") ?? "";
      return reply === "$-1\r\n" ? all === "*0\r\n" : all.includes(reply);
    });
    return isMember ? undefined : "not a member";
  }
  const as = declared === "unordered" ? "unordered" : "exact";
  return difference(Buffer.from(one, "latin1"), Buffer.from(other, "latin1"), as);
}

function figures(server: TestServer): string[] {
  const text = server.run("INFO", "stats", "keyspace");
  return text.split("\r\n").filter((line) => /^(keyspace_|expired_keys|db\d)/.test(line));
}

test.each(seeds)("every reply is the same whatever the number of shards (seed %i)", (seed) => {
  const chance = new Chance(seed);
  const payloads = payloadsOf(createTestServer());
  const config = { "proto-max-bulk-len": "1mb", "enable-debug-command": "yes" };
  const servers = shardCounts.map((shards) => createTestServer({ shards, seed: shards, config }));
  const [first, ...others] = servers as [TestServer, ...TestServer[]];
  const clients = new Map(servers.map((server) => [server, [server.connect(), server.connect()] as const]));
  const log: string[] = [];
  let calls = 0;
  let failures = 0;
  const used = new Set<string>();
  while (calls < callCount) {
    for (const step of draw(chance, payloads)) {
      calls++;
      // Members are asked for in the database of the client that called.
      const callerOf = (server: TestServer): Caller =>
        (step.kind === "call" ? clients.get(server)?.[step.client] : undefined) ?? server;
      const shown =
        step.kind === "call"
          ? `${step.client}> ${JSON.stringify(step.words).slice(0, 400)}`
          : JSON.stringify(step);
      log.push(shown);
      const wanted = perform(first, step, clients.get(first));
      if (wanted.startsWith("-")) failures++;
      if (step.kind === "call" && step.target !== undefined) used.add(step.target.fullName);
      for (const [i, other] of others.entries()) {
        const got = perform(other, step, clients.get(other));
        const why = differs(step, wanted, got, [callerOf(first), callerOf(other)]);
        if (why === undefined) continue;
        throw new Error(
          [
            `${why} at 1 and ${shardCounts[i + 1]} shards: seed=${seed}, call ${calls}: ${shown}`,
            `  1 shard:  ${JSON.stringify(wanted.slice(0, 400))}`,
            `  ${shardCounts[i + 1]} shards: ${JSON.stringify(got.slice(0, 400))}`,
            `  before it:\n    ${log.slice(-12, -1).join("\n    ")}`,
            `  repeat: SHARD_TEST_SEED=${seed}`,
          ].join("\n"),
        );
      }
    }
  }
  const digest = first.run("DEBUG", "DIGEST");
  for (const other of others) {
    expect(other.run("DEBUG", "DIGEST")).toBe(digest);
    expect(figures(other)).toEqual(figures(first));
  }
  // What was run is worth comparing: nearly every command, errors and successes.
  const unused = wheel.filter(
    ({ fullName }) => !used.has(fullName) && fullName !== "scan" && !rare.test(fullName),
  );
  expect(unused.map(({ fullName }) => fullName)).toEqual([]);
  expect(failures).toBeGreaterThan(calls / 20);
  expect(failures).toBeLessThan(calls / 2);
});

test("a difference between servers would be seen", () => {
  const one = createTestServer({ shards: 2 });
  const other = createTestServer({ shards: 4 });
  const step = (words: readonly string[], fullName: string): Step => ({
    kind: "call",
    words,
    target: targets.find((target) => target.fullName === fullName),
    client: 0,
  });
  one.run("SET", "a", "1");
  other.run("SET", "b", "1");
  const calls = [step(["GET", "a"], "get"), step(["KEYS", "*"], "keys"), step(["RANDOMKEY"], "randomkey")];
  expect(calls.map((each) => differs(each, perform(one, each), perform(other, each), [one, other]))).toEqual([
    "bytes differ",
    "elements differ",
    undefined, // Each gives a key of its own.
  ]);
  const random = step(["RANDOMKEY"], "randomkey");
  expect(differs(random, perform(one, random), "$1\r\nz\r\n", [one, other])).toBe("not a member");
  expect(differs(random, perform(one, random), "$-1\r\n", [one, other])).toBe("not a member");
  expect(walk(one, [])).not.toBe(walk(other, []));
});

test.each(shardCounts)("keys of one hash tag are together, others spread, at %i shards", (shards) => {
  const server = createTestServer({ shards });
  for (let i = 0; i < 200; i++) server.run("SET", `{tag}${i}`, "x");
  const sizes = (): number[] => server.server.coordinator.shards.map(({ databases }) => databases.usedBytes);
  const afterTags = sizes();
  const empty = createTestServer({ shards }).server.coordinator.shards.map(
    ({ databases }) => databases.usedBytes,
  );
  expect(afterTags.filter((size, i) => size !== empty[i]).length).toBe(1);
  for (let i = 0; i < 200; i++) server.run("SET", `k${i}`, "x");
  expect(sizes().filter((size, i) => size !== empty[i]).length).toBe(shards);
  expect(server.run("DBSIZE")).toBe(":400\r\n");
});

test("a command over keys of several shards sees and changes all of them", () => {
  const server = createTestServer({ shards: 16 });
  const names = Array.from({ length: 50 }, (_, i) => `key:${i}`);
  expect(server.run("MSET", ...names.flatMap((name) => [name, name]))).toBe("+OK\r\n");
  expect(server.run("MGET", ...names)).toBe(
    `*50\r\n${names.map((name) => `$${name.length}\r\n${name}\r\n`).join("")}`,
  );
  expect(server.run("MSETNX", "new", "1", "key:7", "1")).toBe(":0\r\n");
  expect(server.run("EXISTS", "new", ...names)).toBe(":50\r\n");
  expect(server.run("RENAME", "key:0", "elsewhere")).toBe("+OK\r\n");
  expect(server.run("BITOP", "AND", "both", "key:1", "key:2", "elsewhere")).toBe(":5\r\n");
  expect(server.run("UNLINK", ...names)).toBe(":49\r\n");
  expect(server.run("DBSIZE")).toBe(":2\r\n");
});

test("hits and misses are counted once, wherever the keys are", () => {
  for (const shards of shardCounts) {
    const server = createTestServer({ shards });
    server.run("MSET", "a", "1", "b", "2", "c", "3");
    server.run("MGET", "a", "b", "c", "d");
    server.run("GET", "a");
    server.run("GET", "e");
    server.run("EXISTS", "a", "f");
    const { coordinator } = server.server;
    expect([shards, coordinator.hits, coordinator.misses]).toEqual([shards, 5, 3]);
    coordinator.resetStats();
    expect([coordinator.hits, coordinator.misses]).toEqual([0, 0]);
  }
});
