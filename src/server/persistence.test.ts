import { expect, test } from "vitest";
import { createTestServer, type TestServer, type TestServerOptions } from "../testing/command-runner.ts";
import { stateOf } from "../testing/data-state.ts";
import { MemoryFiles } from "../testing/memory-files.ts";

const savePoints = { save: "60 10" };

function started(options: TestServerOptions): { server: TestServer; failure: string | undefined } {
  const server = createTestServer(options);
  let failure: string | undefined = "not loaded";
  server.server.persistence.loadAtStart((reason) => {
    failure = reason;
  });
  server.advance(1000);
  return { server, failure };
}

function field(server: TestServer, name: string): string | undefined {
  return new RegExp(`${name}:(.*)\r\n`).exec(server.run("INFO", "persistence"))?.[1];
}

test("SAVE writes a file under another name, syncs it, renames it and syncs the folder", () => {
  const server = createTestServer();
  server.run("SET", "key", "value");
  const before = server.files.log.length;
  expect(server.run("SAVE")).toBe("+OK\r\n");
  expect(server.files.log.slice(before)).toEqual([
    "open temp-1.rdb",
    "append temp-1.rdb",
    "sync temp-1.rdb",
    "rename dump.rdb",
    "sync-directory .",
  ]);
  expect([...server.files.contents.keys()]).toEqual(["dump.rdb"]);
});

test("a server that starts has what was saved, and counts no changes", () => {
  const first = createTestServer({ shards: 2 });
  first.run("MSET", "a", "1", "b", "2");
  first.run("HSET", "hash", "field", "value");
  first.run("SET", "short", "x", "PX", "5");
  first.run("SET", "long", "x", "PX", "50000");
  first.run(
    "FUNCTION",
    "LOAD",
    "#!lua name=lib\nredis.register_function('answer', function() return 42 end)",
  );
  first.run("SAVE");
  const expected = stateOf(first).filter((line) => !line.includes('"short"'));
  const { server, failure } = started({ files: first.files, nowMs: 1_700_000_000_005 });
  expect(failure).toBeUndefined();
  expect(stateOf(server)).toEqual(expected);
  expect(field(server, "rdb_changes_since_last_save")).toBe("0");
  expect(field(server, "rdb_last_load_keys_loaded")).toBe("4");
  expect(field(server, "rdb_last_load_keys_expired")).toBe("1");
  expect(server.run("FCALL", "answer", "0")).toBe(":42\r\n");
});

test("BGSAVE answers at once, and its file holds the data of that moment", () => {
  const server = createTestServer();
  for (let i = 0; i < 500; i++) server.run("SET", `key:${i}`, i);
  const state = stateOf(server);
  expect(server.run("BGSAVE")).toBe("+Background saving started\r\n");
  expect(field(server, "rdb_bgsave_in_progress")).toBe("1");
  expect(server.run("BGSAVE")).toBe("-ERR Background save already in progress\r\n");
  expect(server.run("SAVE")).toBe("-ERR Background save already in progress\r\n");
  for (let i = 0; i < 500; i += 2) server.run("SET", `key:${i}`, "changed");
  server.run("DEL", "key:1");
  server.run("FLUSHDB");
  server.advance(100);
  expect(field(server, "rdb_bgsave_in_progress")).toBe("0");
  expect(field(server, "rdb_last_bgsave_status")).toBe("ok");
  expect(Number(field(server, "rdb_changes_since_last_save"))).toBe(750);
  const { server: again } = started({ files: server.files });
  expect(stateOf(again)).toEqual(state);
});

test("in a transaction BGSAVE is scheduled, and what is queued behind it is saved too", () => {
  const server = createTestServer();
  server.run("MULTI");
  server.run("BGSAVE");
  server.run("SET", "key", "value");
  expect(server.run("EXEC")).toBe("*2\r\n+Background saving scheduled\r\n+OK\r\n");
  server.advance(1000);
  expect(started({ files: server.files }).server.run("GET", "key")).toBe("$5\r\nvalue\r\n");
});

test("a save point starts a snapshot when so many changes have stood for so long", () => {
  const server = createTestServer({ config: savePoints });
  for (let i = 0; i < 9; i++) server.run("INCR", "key");
  server.advance(120_000);
  expect(server.files.contents.size).toBe(0);
  server.run("INCR", "key");
  server.advance(1000);
  expect(server.files.contents.has("dump.rdb")).toBe(true);
  expect(server.logged).toContain("10 changes in 60 seconds. Saving...");
  expect(field(server, "rdb_changes_since_last_save")).toBe("0");
});

const steps = ["open", "append", "sync", "rename", "sync-directory"] as const;

test.for(steps)(
  "after a fault of %s the old file is still there, and writes are refused until one succeeds",
  (step) => {
    const server = createTestServer({ config: savePoints });
    server.run("SET", "key", "old");
    server.run("SAVE");
    const old = server.files.contents.get("dump.rdb");
    server.run("SET", "key", "new");
    server.files.fault = (operation) => (operation === step ? "ENOSPC" : undefined);
    expect(server.run("BGSAVE")).toBe("+Background saving started\r\n");
    server.advance(1000);
    if (step !== "sync-directory") expect(server.files.contents.get("dump.rdb")).toEqual(old);
    expect(field(server, "rdb_last_bgsave_status")).toBe("err");
    for (const words of [["SET", "key", "x"], ["PING"], ["EVAL", "return redis.call('del', 'key')", "0"]]) {
      expect(server.run(...words)).toMatch(/^-MISCONF Redis is configured to save RDB snapshots/);
    }
    expect(server.run("GET", "key")).toBe("$3\r\nnew\r\n");
    expect(server.run("EVAL", "return 1", "0")).toBe(":1\r\n");
    server.run("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
    expect(server.run("PING")).toBe("+PONG\r\n");
    server.run("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes");
    expect(server.run("SAVE")).toBe("-ERR\r\n");
    expect(server.run("SHUTDOWN")).toBe("-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    server.files.fault = () => undefined;
    expect(server.run("SAVE")).toBe("+OK\r\n");
    expect(server.run("SET", "key", "newer")).toBe("+OK\r\n");
    const names = [...server.files.contents.keys()];
    expect(names).toEqual(["dump.rdb"]);
  },
);

test("a disk that takes a few bytes at a time gets them all", () => {
  const server = createTestServer();
  for (let i = 0; i < 100; i++) server.run("SET", `key:${i}`, "x".repeat(i));
  server.files.appendBytesMax = 7;
  server.run("BGSAVE");
  server.advance(1000);
  expect(started({ files: server.files }).server.run("DBSIZE")).toBe(":100\r\n");
});

test("FLUSHALL ends the snapshot that is being written, and with save points saves the emptiness", () => {
  const server = createTestServer({ config: savePoints });
  server.run("SET", "key", "value");
  server.run("SAVE");
  server.run("BGSAVE");
  server.run("FLUSHALL");
  expect(field(server, "rdb_bgsave_in_progress")).toBe("0");
  expect(field(server, "rdb_changes_since_last_save")).toBe("0");
  server.advance(1000);
  expect([...server.files.contents.keys()]).toEqual(["dump.rdb"]);
  expect(started({ files: server.files }).server.run("DBSIZE")).toBe(":0\r\n");
});

test("SHUTDOWN saves when there are save points, or when told to, and not when told not to", () => {
  const saved = (config: Record<string, string>, ...words: string[]): boolean => {
    const server = createTestServer({ config });
    server.run("SHUTDOWN", ...words);
    return server.files.contents.has("dump.rdb");
  };
  expect(saved({}, "SAVE")).toBe(true);
  expect(saved({})).toBe(false);
  expect(saved(savePoints)).toBe(true);
  expect(saved(savePoints, "NOSAVE")).toBe(false);
});

test("a file that is damaged is refused with its place and the reason", () => {
  const server = createTestServer();
  server.run("MSET", "a", "1", "b", "2");
  server.run("SAVE");
  const bytes = server.files.contents.get("dump.rdb") ?? new Uint8Array(0);
  const refusal = (damage: (copy: Uint8Array) => Uint8Array): string | undefined => {
    const files = new MemoryFiles();
    files.contents.set("dump.rdb", damage(bytes.slice()));
    return started({ files }).failure;
  };
  expect(refusal((copy) => copy)).toBeUndefined();
  expect(refusal((copy) => copy.subarray(0, 20))).toMatch(/^Fatal error loading the DB: dump.rdb: .*cut off/);
  expect(refusal((copy) => copy.fill(99, 0, 1))).toContain("does not begin as a snapshot does (at byte 0)");
  expect(refusal((copy) => copy.fill(57, 5, 6))).toContain('version "9010"');
  expect(refusal((copy) => copy.fill(1, copy.length - 2))).toContain("RDB CRC error");
  expect(refusal((copy) => copy.fill(0, copy.length - 8))).toBeUndefined();
});

test("DEBUG RELOAD saves, empties and loads; its options leave parts out", () => {
  const server = createTestServer({ shards: 2, config: { "enable-debug-command": "yes" } });
  server.run("SET", "saved", "1");
  server.run("RPUSH", "list", "a", "b");
  const state = stateOf(server);
  expect(server.run("DEBUG", "RELOAD")).toBe("+OK\r\n");
  expect(stateOf(server)).toEqual(state);
  server.run("SET", "unsaved", "1");
  expect(server.run("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH")).toMatch(
    /^-ERR Error trying to load the RDB dump/,
  );
  server.run("SET", "saved", "2");
  expect(server.run("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH", "MERGE")).toBe("+OK\r\n");
  expect(server.run("MGET", "saved", "unsaved")).toBe("*2\r\n$1\r\n1\r\n$1\r\n1\r\n");
  expect(server.run("DEBUG", "RELOAD", "NOSAVE")).toBe("+OK\r\n");
  expect(stateOf(server)).toEqual(state);
  expect(server.run("DEBUG", "RELOAD", "x")).toMatch(/^-ERR DEBUG RELOAD only supports/);
});

test("the latest time to live there is comes back, and is as late in a stock server's file", () => {
  const first = createTestServer();
  first.run("SET", "key", "value");
  first.run("PEXPIREAT", "key", "9223372036854775807");
  first.run("SAVE");
  const file = Buffer.from(first.files.contents.get("dump.rdb") ?? []);
  expect(file.includes(Buffer.of(252, 255, 255, 255, 255, 255, 255, 255, 127))).toBe(true);
  const { server } = started({ files: first.files });
  expect(server.run("PEXPIRETIME", "key")).toBe(first.run("PEXPIRETIME", "key"));
});

test("how keys were used is kept, as the eviction policy knows it", () => {
  for (const policy of ["allkeys-lru", "allkeys-lfu", "noeviction"]) {
    const first = createTestServer({ config: { "maxmemory-policy": policy } });
    first.run("SET", "key", "value");
    if (policy === "allkeys-lfu") for (let i = 0; i < 50; i++) first.run("GET", "key");
    const frequency = first.run("OBJECT", "FREQ", "key");
    first.advance(30_000);
    first.run("SAVE");
    const { server } = started({
      files: first.files,
      nowMs: 1_700_000_030_000,
      config: { "maxmemory-policy": policy },
    });
    if (policy === "allkeys-lfu") expect(server.run("OBJECT", "FREQ", "key")).toBe(frequency);
    if (policy === "allkeys-lru") expect(server.run("OBJECT", "IDLETIME", "key")).toBe(":31\r\n");
  }
});
