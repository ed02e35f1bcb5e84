import fc from "fast-check";
import { expect, test } from "vitest";
import { declarations } from "../../src/commands/registry.ts";
import { Config } from "../../src/config/config.ts";
import { shadowParts } from "../../src/server/shadow-parts.ts";
import { createTestServer, encodeRequest, type TestServer } from "../../src/testing/command-runner.ts";
import { DIFFERENCES_KEPT } from "./journal.ts";
import { Shadow } from "./shadow.ts";
import { VALUE_BYTES_MAX } from "./sizes.ts";

type Setup = {
  readonly shards?: number;
  readonly config?: Readonly<Record<string, string>>;
  readonly users?: readonly (readonly string[])[];
};

/** A server with a shadow beside it, and what the shadow logs and writes. */
function shadowed({ shards = 1, config = {}, users = [] }: Setup = {}) {
  const directives = { "shadow-oracle": "yes", "shadow-oracle-file": "differences", ...config };
  const settings = new Config();
  for (const [name, value] of Object.entries(directives)) settings.load(name, [value]);
  for (const each of users) settings.loadUser(each);
  const logged: string[] = [];
  const written: string[] = [];
  const disk = {
    readText: () => ({ ok: false, fault: { code: "ENOENT", text: "" } }) as const,
    replaceText: () => undefined,
    appendText: (_path: string, text: string) => {
      written.push(text);
      return undefined;
    },
    enterFolder: (path: string) => ({ ok: true, path }) as const,
  };
  const log = { write: (_level: string, text: string) => logged.push(text) };
  const shadow = new Shadow(shadowParts(settings, disk, log, declarations));
  const server = createTestServer({ shards, config: directives, observer: shadow });
  for (const [name = "", ...rules] of users) server.run("ACL", "SETUSER", name, ...rules);
  return { shadow, server, logged, written };
}

/** Field of INFO oracle, as a number. */
function figure(shadow: Shadow, field: string): number {
  return Number(new Map(shadow.figures()).get(`oracle_${field}`));
}

function expectNoDifference(shadow: Shadow): void {
  expect(shadow.journal.differences.map(({ words, reason }) => [words, reason])).toEqual([]);
  expect([figure(shadow, "failures"), figure(shadow, "differences")]).toEqual([0, 0]);
}

const told = {
  client: 1,
  nowMs: 1000,
  isRequestCut: false,
  isReplyCut: false,
  protocol: 2,
} as const;

test("a wrong answer is counted, logged and written, with the calls before it on the same keys", () => {
  const { shadow, logged, written } = shadowed();
  shadow.connected(1);
  shadow.executed({ ...told, words: ["SET", "a", "1"], reply: "+OK\r\n" });
  shadow.executed({ ...told, words: ["SET", "b", "2"], reply: "+OK\r\n" });
  shadow.executed({ ...told, words: ["GET", "a"], reply: "$1\r\n2\r\n" });
  expect(figure(shadow, "differences")).toBe(1);
  expect(logged).toEqual([expect.stringContaining("GET a: expected $1\\r\\n1\\r\\n, got $1\\r\\n2\\r\\n")]);
  expect(written.map((line) => JSON.parse(line))).toEqual([
    {
      client: 1,
      nowMs: 1000,
      words: ["GET", "a"],
      protocol: 2,
      reason: expect.stringContaining("expected"),
      expected: "$1\r\n1\r\n",
      actual: "$1\r\n2\r\n",
      before: [{ client: 1, nowMs: 1000, words: ["SET", "a", "1"] }],
    },
  ]);
  // The key is in doubt now, until it is written again.
  shadow.executed({ ...told, words: ["GET", "a"], reply: "$1\r\n2\r\n" });
  expect([figure(shadow, "differences"), figure(shadow, "skipped_tainted")]).toEqual([1, 1]);
  shadow.executed({ ...told, words: ["SET", "a", "3"], reply: "+OK\r\n" });
  shadow.executed({ ...told, words: ["GET", "a"], reply: "$1\r\n3\r\n" });
  shadow.executed({ ...told, words: ["GET", "a"], reply: "$1\r\n1\r\n" });
  expect([figure(shadow, "differences"), figure(shadow, "skipped_tainted")]).toEqual([2, 1]);
});

test("a server that is always wrong fills neither memory nor log", () => {
  const { shadow, logged, written } = shadowed();
  for (let i = 0; i < 20_000; i++) {
    shadow.executed({ ...told, nowMs: 1000 + i, words: ["PING"], reply: "+PANG\r\n" });
  }
  expect(figure(shadow, "differences")).toBe(20_000);
  expect(shadow.journal.differences.length).toBe(DIFFERENCES_KEPT);
  expect(logged.length).toBe(20);
  expect(logged[1]).toContain("999 more");
  expect(written.length).toBe(10_000);
});

test("secrets are neither logged nor written", () => {
  const { shadow, logged, written } = shadowed();
  for (const words of [
    ["AUTH", "hidden"],
    ["HELLO", "3", "AUTH", "default", "hidden"],
    ["CONFIG", "SET", "requirepass", "hidden"],
    ["PING"],
  ]) {
    shadow.executed({ ...told, nowMs: 1e6 * words.length, words, reply: "+WRONG\r\n" });
  }
  expect(figure(shadow, "differences")).toBeGreaterThan(0);
  expect(`${logged.join()}${written.join()}`).not.toContain("hidden");
});

test("INFO shows the shadow by name and in everything, and without one only that there is none", () => {
  const { server } = shadowed();
  server.run("SET", "a", "1");
  expect(server.run("INFO", "oracle")).toContain("# Oracle\r\noracle_enabled:1\r\noracle_sample:1\r\n");
  expect(server.run("INFO", "everything")).toContain("oracle_operations:");
  expect(server.run("INFO")).not.toContain("oracle");
  const plain = createTestServer({});
  expect(plain.run("INFO", "oracle")).toContain("# Oracle\r\noracle_enabled:0\r\n");
  expect(plain.run("INFO", "everything")).not.toContain("oracle");
});

test("an internal failure switches the shadow off and is told once", () => {
  const { shadow, logged } = shadowed();
  const words = ["GET", undefined as unknown as string];
  for (let i = 0; i < 3; i++) shadow.executed({ ...told, words, reply: 1 as unknown as string });
  expect([figure(shadow, "failures"), figure(shadow, "enabled")]).toEqual([1, 0]);
  expect(logged).toEqual([expect.stringContaining("switched off")]);
});

test("values past the bound are let go, and followed again once rewritten", () => {
  const { shadow, server } = shadowed();
  server.run("SET", "a", "x".repeat(VALUE_BYTES_MAX + 1));
  server.run("SETRANGE", "b", VALUE_BYTES_MAX, "x");
  server.run("SETBIT", "c", VALUE_BYTES_MAX * 8 + 1, "1");
  server.run("SET", "d", "x".repeat(VALUE_BYTES_MAX - 10));
  server.run("APPEND", "d", "12345678901");
  for (const key of ["a", "b", "c", "d"]) server.run("STRLEN", key);
  expect(figure(shadow, "tainted_keys")).toBe(4);
  expect(figure(shadow, "model_keys")).toBe(0);
  for (const key of ["a", "b", "c", "d"]) server.run("SET", key, "short");
  expect(figure(shadow, "tainted_keys")).toBe(0);
  const comparedBefore = figure(shadow, "compared");
  expect(server.run("DBSIZE")).toBe(":4\r\n");
  for (const key of ["a", "b", "c", "d"]) server.run("GET", key);
  expect(figure(shadow, "compared") - comparedBefore).toBeGreaterThanOrEqual(4);
  expectNoDifference(shadow);
});

test("past its bound of keys the shadow holds no more, and what it holds is still compared", () => {
  const { shadow, server } = shadowed({ config: { "shadow-oracle-max-keys": "1000" } });
  for (let i = 0; i < 5000; i++) server.run("SET", `key:${i}`, `${i}`);
  expect(figure(shadow, "model_keys")).toBeLessThan(1300);
  for (let i = 0; i < 5000; i++) server.run("GET", `key:${i}`);
  for (let i = 0; i < 5000; i++) server.run("INCR", `key:${i}`);
  for (let i = 0; i < 5000; i += 3) server.run("DEL", `key:${i}`);
  for (let i = 0; i < 5000; i++) server.run("EXISTS", `key:${i}`);
  server.run("DBSIZE");
  expect(figure(shadow, "compared")).toBeGreaterThan(3000);
  expectNoDifference(shadow);
  server.run("FLUSHALL");
  expect([figure(shadow, "model_keys"), figure(shadow, "open_databases")]).toEqual([0, 0]);
  for (let i = 0; i < 300; i++) server.run("PING"); // It looks at its size now and then.
  server.run("SET", "a", "1");
  const comparedBefore = figure(shadow, "compared");
  expect(server.run("GET", "a")).toBe("$1\r\n1\r\n");
  expect(figure(shadow, "compared") - comparedBefore).toBe(1);
});

test("of a sample about its share is followed, and keys of one tag together", () => {
  const { shadow, server } = shadowed({ config: { "shadow-oracle": "1/16" } });
  for (let i = 0; i < 4000; i++) server.run("SET", `key:${i}`, "1");
  expect(figure(shadow, "operations")).toBe(4000);
  expect(figure(shadow, "model_keys")).toBeGreaterThan(150);
  expect(figure(shadow, "model_keys")).toBeLessThan(350);
  for (let i = 0; i < 4000; i++) server.run("RENAME", `key:${i}`, `{key:${i}}new`);
  for (let i = 0; i < 4000; i++) server.run("GET", `{key:${i}}new`);
  expect(figure(shadow, "tainted_keys")).toBe(0);
  for (let i = 0; i < 1000; i++) server.run("RENAME", `{key:${i}}new`, `other:${i}`);
  expect(figure(shadow, "tainted_keys")).toBeGreaterThan(50);
  server.run("KEYS", "*");
  server.run("DBSIZE");
  expectNoDifference(shadow);
});

const large = "w".repeat(VALUE_BYTES_MAX + 5);
test("a transaction that has been refused runs nothing", () => {
  const { shadow, server } = shadowed();
  for (const words of [["MULTI"], ["NOSUCH"], ["SET", "a", "1"], ["EXEC"], ["EXISTS", "a"]])
    server.run(...words);
  expect(figure(shadow, "compared")).toBe(2);
  expectNoDifference(shadow);
});

test("what a transaction runs is compared, request by request", () => {
  const { shadow, server } = shadowed();
  for (const words of [["MULTI"], ["SET", "a", "1"], ["INCR", "a"], ["GET"], ["DISCARD"], ["GET", "a"]]) {
    server.run(...words);
  }
  expect(figure(shadow, "compared")).toBe(2); // The error and the last.
  for (const words of [["MULTI"], ["SET", "a", "1"], ["INCR", "a"], ["EXEC"], ["GET", "a"]])
    server.run(...words);
  expect([figure(shadow, "compared"), figure(shadow, "skipped_transaction")]).toEqual([5, 8]);
  expectNoDifference(shadow);
});

const key = fc.constantFrom("a", "b", "c", "{t}1", "{t}2", "", "\xff\0", "long".repeat(100));
const bytes = fc.oneof(
  fc.constantFrom("", "0", "-1", "9223372036854775807", "1.5", "text", "\0\r\n"),
  fc.integer({ min: 0, max: 3000 }).map((length) => "v".repeat(length)),
  fc.constant("LARGE"),
);
const number = fc.constantFrom("0", "1", "-1", "15", "99", "9000000", "x");
const request: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constant("SET"), key, bytes) },
  fc.tuple(fc.constant("SET"), key, bytes, fc.constantFrom("NX", "XX", "GET", "KEEPTTL", "nx")),
  fc.tuple(fc.constant("SET"), key, bytes, fc.constantFrom("PX", "EX"), fc.constantFrom("5", "50", "0")),
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom("GET", "STRLEN", "TTL", "PTTL", "TYPE", "EXISTS"), key) },
  fc.tuple(fc.constantFrom("INCR", "GETDEL", "DEL", "UNLINK", "PERSIST", "DUMP", "TOUCH"), key),
  fc.tuple(fc.constantFrom("APPEND", "GETSET", "SETNX", "INCRBY", "INCRBYFLOAT", "LCS"), key, bytes),
  fc.tuple(fc.constantFrom("LCS", "RENAME", "RENAMENX", "COPY", "MGET", "DEL", "EXISTS"), key, key),
  fc.tuple(fc.constantFrom("MSET", "MSETNX"), key, bytes, key, bytes),
  fc.tuple(fc.constantFrom("SETRANGE", "SETBIT", "PSETEX", "PEXPIRE", "EXPIRE"), key, number, bytes),
  fc.tuple(fc.constantFrom("EXPIRE", "PEXPIRE", "GETBIT", "MOVE"), key, number),
  fc.tuple(fc.constant("BITFIELD"), key, fc.constant("SET"), fc.constant("u8"), number, number),
  fc.tuple(fc.constant("BITOP"), fc.constantFrom("AND", "NOT"), key, key),
  fc.tuple(fc.constant("COPY"), key, key, fc.constant("DB"), number, fc.constant("REPLACE")),
  fc.tuple(fc.constantFrom("OBJECT"), fc.constantFrom("ENCODING", "IDLETIME", "FREQ"), key),
  fc.tuple(fc.constantFrom("DBSIZE", "FLUSHDB", "FLUSHALL", "RANDOMKEY", "PING", "RESET", "INFO", "NOSUCH")),
  fc.tuple(fc.constantFrom("KEYS", "SELECT", "SCAN", "HELLO"), fc.constantFrom("*", "0", "1", "3")),
  fc.tuple(fc.constant("SWAPDB"), fc.constantFrom("0", "1", "99"), fc.constantFrom("0", "1", "2")),
  fc.tuple(fc.constant("CLIENT"), fc.constant("REPLY"), fc.constantFrom("ON", "OFF", "SKIP")),
  fc.tuple(
    fc.constant("CONFIG"),
    fc.constant("SET"),
    fc.constant("maxmemory"),
    fc.constantFrom("0", "2mb", "8mb"),
  ),
  fc.tuple(fc.constant("DEBUG"), fc.constant("POPULATE"), fc.constantFrom("3", "2000")),
  fc.tuple(fc.constant("ADVANCE"), fc.constantFrom("1", "10", "200")),
  fc.tuple(fc.constantFrom("MULTI", "MULTI", "EXEC", "EXEC", "DISCARD", "UNWATCH")),
  fc.tuple(fc.constantFrom("WATCH", "SUBSCRIBE", "UNSUBSCRIBE"), key),
);

/** Runs requests on two clients in pipelines of their own, advancing the clock in between. */
function play(server: TestServer, steps: readonly (readonly [number, string[]])[]): void {
  const clients = [server.connect(), server.connect()];
  for (const [i, words] of steps) {
    if (words[0] === "ADVANCE") server.advance(Number(words[1]));
    else clients[i % 2]?.send(encodeRequest(words.map((word) => (word === "LARGE" ? large : word))));
  }
}

test.each([
  { config: {}, shards: 1 },
  { config: { "shadow-oracle": "1/2" }, shards: 4 },
  { config: { "shadow-oracle": "1/3", "shadow-oracle-max-keys": "2" }, shards: 1 },
  { config: { "shadow-oracle-max-keys": "3" }, shards: 1 },
  { config: { maxmemory: "3mb", "maxmemory-policy": "allkeys-lru" }, shards: 2 },
  { config: { maxmemory: "2mb", "maxmemory-policy": "noeviction" }, shards: 1 },
  { config: { maxmemory: "3mb", "maxmemory-policy": "volatile-ttl", "shadow-oracle": "1/2" }, shards: 1 },
])("a right server raises no alarm: %o", ({ config, shards }) => {
  const all = { "enable-debug-command": "yes", ...config };
  const steps = fc.array(fc.tuple(fc.nat({ max: 1 }), request), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(steps, (each) => {
      const { shadow, server } = shadowed({ shards, config: all });
      play(server, each);
      expectNoDifference(shadow);
    }),
    { numRuns: 25 },
  );
});

test("a script's calls are followed as they are told, in the script's database, and the script once they are", () => {
  const { shadow } = shadowed();
  const script = { ...told, transaction: "script" } as const;
  const body = "for i = 1, 2 do redis.call('incr', KEYS[1]) end";
  shadow.connected(1);
  shadow.executed({ ...told, words: ["SELECT", "1"], reply: "+OK\r\n" });
  shadow.executed({ ...script, words: ["INCR", "n"], reply: ":1\r\n" });
  shadow.executed({ ...script, words: ["SELECT", "2"], reply: "+OK\r\n" });
  shadow.executed({ ...script, words: ["INCR", "n"], reply: ":1\r\n" });
  shadow.executed({ ...told, words: ["EVAL", body, "1", "n"], reply: "$-1\r\n" });
  shadow.executed({ ...told, words: ["GET", "n"], reply: "$1\r\n1\r\n" });
  shadow.executed({ ...script, words: ["INCR", "n"], reply: ":2\r\n" });
  expectNoDifference(shadow);
  shadow.executed({ ...script, words: ["INCR", "n"], reply: ":9\r\n" });
  expect(figure(shadow, "differences")).toBe(1);
});

test("a script that was too long to be told may be run by its name without a difference", () => {
  const { shadow } = shadowed();
  const sha = "0123456789012345678901234567890123456789";
  shadow.connected(1);
  shadow.executed({
    ...told,
    words: ["EVALSHA", sha, "0"],
    reply: "-NOSCRIPT No matching script. Please use EVAL.\r\n",
  });
  shadow.executed({ ...told, words: ["SCRIPT", "LOAD", ""], reply: `$40\r\n${sha}\r\n`, isRequestCut: true });
  shadow.executed({ ...told, words: ["EVALSHA", sha, "0"], reply: ":1\r\n" });
  shadow.executed({ ...told, words: ["SCRIPT", "EXISTS", sha], reply: "*1\r\n:1\r\n" });
  expectNoDifference(shadow);
});

test("what the server's scripts do is followed, in a database and a protocol of their own", () => {
  const { shadow, server } = shadowed({ shards: 4 });
  const loop =
    "for i = 1, 3 do redis.call('incr', KEYS[1]) end redis.setresp(3) return redis.call('hgetall', KEYS[2])";
  server.run("HSET", "h", "f", "v");
  server.run("EVAL", loop, 2, "n", "h");
  expect(server.run("GET", "n")).toBe("$1\r\n3\r\n");
  server.run("EVAL", "redis.call('select', 2) redis.call('set', 'n', 'in 2') redis.pcall('nope')", 0);
  server.run("GET", "n");
  server.run("SELECT", "2");
  expect(server.run("GET", "n")).toBe("$4\r\nin 2\r\n");
  server.run("MULTI");
  server.run("EVAL", "return redis.call('append', 'n', '!')", 0);
  server.run("GET", "n");
  server.run("EXEC");
  expectNoDifference(shadow);
  // What clients sent, calls of scripts, and what EXEC ran.
  expect(figure(shadow, "operations")).toBe(11 + 7 + 2);
});

test("users of the configuration and their logins are followed, and what they may not do raises no alarm", () => {
  const { shadow, server } = shadowed({
    users: [["alice", "on", ">secret", "~k*", "+get", "+set", "+multi", "+exec"]],
  });
  const client = server.connect();
  for (const call of [
    "AUTH alice wrong",
    "AUTH alice secret",
    "SET k 1",
    "SET j 1",
    "GET k",
    "GET j",
    "DEL k",
  ]) {
    client.run(...call.split(" "));
  }
  server.run("ACL", "SETUSER", "bob", "on", "nopass", "+@all", "~*");
  for (const call of [
    "AUTH bob x",
    "SET j 1",
    "ACL WHOAMI",
    "ACL LIST",
    "PUBLISH c m",
    "MULTI",
    "GET j",
    "EXEC",
  ]) {
    client.run(...call.split(" "));
  }
  server.run("ACL", "SETUSER", "bob", "-get");
  client.run("GET", "j");
  server.run("ACL", "DELUSER", "bob");
  expect(figure(shadow, "compared")).toBeGreaterThan(8);
  expectNoDifference(shadow);
});
