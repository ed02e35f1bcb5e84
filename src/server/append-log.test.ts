import { expect, test } from "vitest";
import { createTestServer, type TestClient } from "../testing/command-runner.ts";
import { DrawnData } from "../testing/drawn-data.ts";
import {
  copyOf,
  incrementOf,
  loggedStateOf,
  requestsIn,
  startedWithLog,
  textAt,
} from "../testing/log-files.ts";
import { MemoryFiles } from "../testing/memory-files.ts";
import { MANIFEST_BYTES_MAX } from "./log-folder.ts";

const manifestPath = "appendonlydir/appendonly.aof.manifest";

function started(config: Readonly<Record<string, string>> = {}) {
  const files = new MemoryFiles();
  const { server, failure } = startedWithLog(files, { config });
  expect(failure).toBeUndefined();
  return { files, server, logged: () => requestsIn(textAt(files, incrementOf(files))) };
}

function info(server: { run(...words: readonly string[]): string }, name: string): string {
  return new RegExp(`${name}:(\\S*)`).exec(server.run("INFO", "persistence"))?.[1] ?? "";
}

test("a change is in the file when its reply leaves, and what changed nothing is not", () => {
  const { server, logged } = started();
  expect(server.run("SET", "a", 1)).toBe("+OK\r\n");
  server.run("GET", "a");
  server.run("DEL", "none");
  server.run("SELECT", 3);
  server.run("INCR", "n");
  server.run("SET", "a", "x", "XX");
  expect(logged()).toEqual(["SELECT 0", "SET a 1", "SELECT 3", "INCR n"]);
});

test("what a client runs unheard is in the file at the end of its turn", () => {
  const { server, logged } = started();
  server.run("CLIENT", "REPLY", "OFF");
  server.run("SET", "a", 1);
  expect(logged()).toEqual(["SELECT 0", "SET a 1"]);
});

test("a transaction, a script and what they remove stand between MULTI and EXEC; one change stands alone", () => {
  const { server, logged } = started();
  server.run("SET", "gone", 1, "PX", 10);
  server.advance(5);
  server.run("MULTI");
  server.run("SET", "a", 1);
  server.run("GET", "a");
  server.run("EXEC");
  server.run("EVAL", "redis.call('set','b',1); redis.call('incr','b'); return redis.call('get','b')", 0);
  expect(logged()).toEqual([
    "SELECT 0",
    "SET gone 1 PXAT 1700000000010",
    "SET a 1",
    ...["MULTI", "set b 1", "incr b", "EXEC"],
  ]);
});

test("times become absolute, and what vanished is deleted by name", () => {
  const { server, logged } = started();
  server.run("SET", "a", 1, "EX", 10);
  server.run("EXPIRE", "a", 20, "GT");
  server.run("GETEX", "a", "PERSIST");
  server.run("PEXPIRE", "a", 5);
  server.run("HSET", "h", "f", 1, "g", 2);
  server.run("HPEXPIRE", "h", 5, "FIELDS", 1, "f");
  server.advance(6);
  server.run("INCR", "a");
  server.run("HINCRBY", "h", "f", 5);
  expect(logged().filter((line) => line !== "SELECT 0")).toEqual([
    "SET a 1 PXAT 1700000010000",
    "PEXPIREAT a 1700000020000",
    "PERSIST a",
    "PEXPIREAT a 1700000000005",
    "HSET h f 1 g 2",
    "HPEXPIREAT h 1700000000005 FIELDS 1 f",
    "HDEL h f",
    ...["MULTI", "DEL a", "INCR a", "EXEC"],
    "HINCRBY h f 5",
  ]);
});

test("what one round of the network brings shares a write, and its replies leave behind that", () => {
  const { server, files } = started();
  server.server.persistence.log.file.sharesWrites = true;
  const [one, other] = [server.connect(), server.connect()];
  files.log.length = 0;
  expect([one.run("SET", "a", 1), other.run("SET", "b", 1), one.run("GET", "b")]).toEqual(["", "", ""]);
  expect(files.log).toEqual([]);
  server.advance(0);
  expect(files.log).toEqual([`append ${incrementOf(files)}`]);
  expect([one.take(), other.take()]).toEqual(["+OK\r\n$1\r\n1\r\n", "+OK\r\n"]);
  expect(one.run("GET", "b")).toBe("$1\r\n1\r\n");
});

test("with always a reply leaves after the sync that covers it, and that of a read after it too", () => {
  const { server, files } = started({ appendfsync: "always" });
  const one = server.connect();
  const other = server.connect();
  expect(other.run("GET", "a")).toBe("$-1\r\n");
  expect(one.run("SET", "a", 1)).toBe("");
  expect(other.run("GET", "a")).toBe("");
  files.log.length = 0;
  server.advance(1);
  expect(files.log.filter((line) => line.startsWith("sync "))).toEqual([`sync ${incrementOf(files)}`]);
  expect(one.take()).toBe("+OK\r\n");
  expect(other.take()).toBe("$1\r\n1\r\n");
  expect(other.run("GET", "a")).toBe("$1\r\n1\r\n");
});

test("where syncs are long the next one waits for those who were just answered, and not for long", () => {
  const { server, files } = started({ appendfsync: "always" });
  server.server.persistence.log.file.sharesWrites = true;
  const syncs: (() => void)[] = [];
  files.later = (fire) => syncs.push(fire);
  const clients = Array.from({ length: 4 }, () => server.connect());
  const [one, ...others] = clients as [TestClient, ...TestClient[]];
  const ask = (client: TestClient): number => {
    expect(client.run("INCR", "n")).toBe("");
    server.advance(0);
    return syncs.length;
  };
  const finish = (): void => {
    server.advance(8);
    for (const fire of syncs.splice(0)) fire();
  };
  for (let round = 0; round < 4; round++) {
    for (const client of clients) ask(client);
    for (let i = 0; i < clients.length; i++) finish();
    for (const client of clients) expect(client.take()).toMatch(/^:/);
  }
  // The first one's sync begins at once; who asks meanwhile shares the next with whoever asks again.
  expect(clients.map(ask)).toEqual([1, 1, 1, 1]);
  finish();
  expect([syncs.length, one.take()]).toEqual([0, expect.stringMatching(/^:/)]);
  expect(ask(one)).toBe(1);
  finish();
  for (const client of clients) expect(client.take()).toMatch(/^:/);
  expect(ask(one)).toBe(0);
  expect(others.map(ask)).toEqual([0, 0, 1]);
  finish();
  for (const client of clients) expect(client.take()).toMatch(/^:/);
  expect(ask(one)).toBe(0);
  server.advance(1);
  expect(syncs.length).toBe(0);
  server.advance(1);
  expect(syncs.length).toBe(1);
  finish();
  expect(one.take()).toMatch(/^:/);
  // It was the only one: nobody is missing.
  expect(ask(one)).toBe(1);
});

test("who closes after a reply gets it first, though it waits for a sync", () => {
  const { server } = started({ appendfsync: "always" });
  const client = server.connect();
  client.send("SET a 1\r\nQUIT\r\n");
  expect(client.isClosed).toBe(false);
  server.advance(1);
  expect(client.take()).toBe("+OK\r\n+OK\r\n");
  expect(client.isClosed).toBe(true);
});

test("everysec syncs once a second, and only when something was written", () => {
  const { server, files } = started();
  const syncs = (): number => files.log.filter((line) => line.startsWith("sync appendonlydir")).length;
  files.log.length = 0;
  server.advance(3000);
  expect(syncs()).toBe(0);
  server.run("SET", "a", 1);
  server.advance(3000);
  expect(syncs()).toBe(1);
  for (let i = 0; i < 50; i++) {
    server.run("INCR", "n");
    server.advance(100);
  }
  expect(syncs()).toBeGreaterThanOrEqual(5);
  expect(syncs()).toBeLessThanOrEqual(7);
});

test("what cannot be written is cut off, writes are refused, and all goes on when the disk has room", () => {
  const { server, files } = started();
  server.run("SET", "a", 1);
  const path = incrementOf(files);
  const before = textAt(files, path);
  files.leftBehindBytes = 7;
  files.fault = (operation) => (operation === "append" ? "ENOSPC" : undefined);
  const writer = server.connect();
  expect(writer.run("SET", "b", 1)).toBe("");
  expect(textAt(files, path)).toBe(`${before}*3\r\n$3\r`);
  expect(server.run("SET", "c", 1)).toBe(
    "-MISCONF Errors writing to the AOF file: No space left on device\r\n",
  );
  expect(server.run("GET", "a")).toBe("$1\r\n1\r\n");
  expect(info(server, "aof_last_write_status")).toBe("err");
  server.advance(1500);
  expect(textAt(files, path)).toBe(`${before}*3\r\n$3\r`);
  files.fault = () => undefined;
  server.advance(1500);
  expect(writer.take()).toBe("+OK\r\n");
  expect(info(server, "aof_last_write_status")).toBe("ok");
  expect(server.run("SET", "c", 1)).toBe("+OK\r\n");
  expect(requestsIn(textAt(files, path))).toEqual(["SELECT 0", "SET a 1", "SET b 1", "SET c 1"]);
});

test("after a sync that failed nothing is answered as safe before a rewrite has made it so", () => {
  const { server, files } = started({ appendfsync: "always" });
  const writer = server.connect();
  files.fault = (operation, path) => (operation === "sync" && path.includes(".incr.") ? "EIO" : undefined);
  expect(writer.run("SET", "b", 1)).toBe("");
  server.advance(50);
  expect(writer.take()).toBe("");
  expect(server.run("SET", "c", 1)).toMatch(/^-MISCONF/);
  expect(server.run("GET", "b")).toBe("$1\r\n1\r\n");
  files.fault = () => undefined;
  server.advance(20_000);
  expect(writer.take()).toBe("+OK\r\n");
  expect(textAt(files, manifestPath)).toContain(".2.base.rdb");
  writer.run("SET", "c", 1);
  server.advance(50);
  expect(writer.take()).toBe("+OK\r\n");
  const { server: again } = startedWithLog(copyOf(files));
  expect(loggedStateOf(again)).toEqual(loggedStateOf(server));
});

test.each(["always", "everysec"])(
  "with %s a server that starts on a log whose sync had failed writes it anew first",
  (policy) => {
    const note = "appendonlydir/appendonly.aof.unsynced";
    const { server, files } = started({ appendfsync: policy });
    server.run("SET", "a", 1);
    server.advance(1500);
    const isBad = (operation: string, path: string): boolean =>
      (operation === "sync" && path.includes(".incr.")) || (operation === "open" && path.includes("rewrite"));
    files.fault = (operation, path) => (isBad(operation, path) ? "EIO" : undefined);
    server.run("SET", "b", 1);
    server.advance(1500);
    expect(files.contents.has(note)).toBe(true);
    const later = copyOf(files);
    const { server: again, failure } = startedWithLog(later, { config: { appendfsync: policy } });
    expect(failure).toBeUndefined();
    const writer = again.connect();
    expect(writer.run("GET", "a")).toBe("$1\r\n1\r\n");
    expect(writer.run("SET", "c", 1)).toMatch(/^-MISCONF/);
    again.advance(20_000);
    expect(textAt(later, manifestPath)).toContain(".2.base.rdb");
    expect(later.contents.has(note)).toBe(false);
    const atOnce = writer.run("SET", "c", 1);
    again.advance(1500);
    expect(atOnce + writer.take()).toBe("+OK\r\n");
    const { server: third } = startedWithLog(copyOf(later));
    expect(third.run("SET", "d", 1)).toBe("+OK\r\n");
    expect(third.run("MGET", "a", "c")).toBe(again.run("MGET", "a", "c"));
  },
);

test("a rewrite leaves one base and one increment, and both together are all there is", () => {
  const { server, files } = started();
  for (let i = 0; i < 500; i++) server.run("SET", `key:${i}`, i);
  expect(server.run("BGREWRITEAOF")).toBe("+Background append only file rewriting started\r\n");
  expect(server.run("BGREWRITEAOF")).toBe(
    "-ERR Background append only file rewriting already in progress\r\n",
  );
  expect(server.run("BGSAVE")).toMatch(/^-ERR Another child process is active/);
  for (let i = 0; i < 500; i += 2) {
    server.run("INCR", `key:${i}`);
    server.advance(1);
  }
  server.advance(1000);
  expect(info(server, "aof_rewrite_in_progress")).toBe("0");
  expect(info(server, "aof_last_bgrewrite_status")).toBe("ok");
  expect(textAt(files, manifestPath)).toBe(
    "file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n",
  );
  expect([...files.contents.keys()].filter((path) => path.startsWith("appendonlydir")).sort()).toEqual([
    "appendonlydir/appendonly.aof.2.base.rdb",
    "appendonlydir/appendonly.aof.2.incr.aof",
    manifestPath,
  ]);
  const { server: again, failure } = startedWithLog(copyOf(files));
  expect(failure).toBeUndefined();
  expect(loggedStateOf(again)).toEqual(loggedStateOf(server));
});

test("without a snapshot in front the base is requests, which make the same data", () => {
  const { server, files } = started({ "aof-use-rdb-preamble": "no" });
  new DrawnData(server, 5).fill(2000, 50);
  server.run("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
  server.run("HSET", "timed", "f", 1, "g", 2);
  server.run("HPEXPIRE", "timed", 50_000, "FIELDS", 1, "f");
  server.run("BGREWRITEAOF");
  server.advance(3000);
  expect(info(server, "aof_last_bgrewrite_status")).toBe("ok");
  const base = textAt(files, "appendonlydir/appendonly.aof.2.base.aof");
  expect(requestsIn(base)).toContain("SET key:1 1");
  const { server: again, failure } = startedWithLog(copyOf(files), { nowMs: server.server.wallMs() });
  expect(failure).toBeUndefined();
  expect(loggedStateOf(again)).toEqual(loggedStateOf(server));
});

test("the base of nothing, as requests, is an empty file, and the log goes on", () => {
  const { server, files } = started({ "aof-use-rdb-preamble": "no" });
  server.run("BGREWRITEAOF");
  server.advance(3000);
  expect(info(server, "aof_last_bgrewrite_status")).toBe("ok");
  expect(textAt(files, "appendonlydir/appendonly.aof.2.base.aof")).toBe("");
  server.run("SET", "a", 1);
  const { server: again, failure } = startedWithLog(copyOf(files));
  expect(failure).toBeUndefined();
  expect(again.run("GET", "a")).toBe("$1\r\n1\r\n");
});

test("with timestamps each second is noted once, and the file is loaded over them", () => {
  const { server, files } = started({ "aof-timestamp-enabled": "yes" });
  server.run("SET", "a", 1);
  server.run("SET", "b", 1);
  server.advance(1000);
  server.run("MULTI");
  server.run("SET", "c", 1);
  server.run("SET", "d", 1);
  server.run("EXEC");
  const text = textAt(files, incrementOf(files));
  expect(text.match(/#TS:\d+\r\n/g)).toEqual(["#TS:1700000000\r\n", "#TS:1700000001\r\n"]);
  expect(text).toContain("#TS:1700000001\r\n*1\r\n$5\r\nMULTI");
  const { server: again } = startedWithLog(copyOf(files));
  expect(loggedStateOf(again)).toEqual(loggedStateOf(server));
});

test("a script in a log that an old Redis has written is run, in its place", () => {
  const files = new MemoryFiles();
  const words = (...all: readonly string[]): string =>
    `*${all.length}\r\n${all.map((each) => `$${each.length}\r\n${each}\r\n`).join("")}`;
  const slow = "for i = 1, 300000 do end; redis.call('append', KEYS[1], 'b')";
  const text = [
    words("SELECT", "0"),
    words("APPEND", "k", "a"),
    words("EVAL", slow, "1", "k"),
    words("APPEND", "k", "c"),
    ...[words("MULTI"), words("EVAL", slow, "1", "k"), words("APPEND", "k", "c"), words("EXEC")],
    words("APPEND", "k", "d"),
  ].join("");
  files.contents.set("appendonly.aof", Buffer.from(text, "latin1"));
  const { server, failure } = startedWithLog(files);
  expect(failure).toBeUndefined();
  expect(server.run("GET", "k")).toBe("$6\r\nabcbcd\r\n");
});

test("a rewrite begins by itself when the log has grown by so much", () => {
  const { server, files } = started({ "auto-aof-rewrite-min-size": "10kb" });
  for (let i = 0; i < 1000; i++) server.run("SET", "key", i);
  server.advance(1000);
  expect(textAt(files, manifestPath)).toContain("appendonly.aof.2.base.rdb");
  expect(Number(info(server, "aof_current_size"))).toBeLessThan(1000);
});

test("the log can be turned on and off while the server runs", () => {
  const server = createTestServer();
  server.server.persistence.log.file.sharesWrites = false;
  server.run("SET", "a", 1);
  expect(server.run("CONFIG", "SET", "appendonly", "yes")).toBe("+OK\r\n");
  server.run("SET", "b", 2);
  server.advance(1000);
  expect(info(server, "aof_enabled")).toBe("1");
  server.run("SET", "c", 3);
  const { server: again } = startedWithLog(copyOf(server.files));
  expect(loggedStateOf(again)).toEqual(loggedStateOf(server));
  expect(server.run("CONFIG", "SET", "appendonly", "no")).toBe("+OK\r\n");
  server.run("SET", "d", 4);
  expect(info(server, "aof_enabled")).toBe("0");
  const { server: before } = startedWithLog(copyOf(server.files));
  expect(before.run("EXISTS", "c", "d")).toBe(":1\r\n");
  server.run("CONFIG", "SET", "appendonly", "yes");
  server.advance(1000);
  const { server: after } = startedWithLog(copyOf(server.files));
  expect(after.run("EXISTS", "c", "d")).toBe(":2\r\n");
});

test("without a log BGREWRITEAOF writes a base, which DEBUG LOADAOF loads", () => {
  const server = createTestServer();
  server.run("CONFIG", "SET", "enable-debug-command", "yes");
  server.run("SET", "a", 1, "EX", 100);
  server.run("BGREWRITEAOF");
  server.advance(1000);
  server.run("SET", "b", 1);
  server.server.config.enableDebugCommand = "yes";
  expect(server.run("DEBUG", "LOADAOF")).toBe("+OK\r\n");
  expect(server.run("EXISTS", "b")).toBe(":0\r\n");
  expect(server.run("TTL", "a")).toBe(":99\r\n");
});

test("DEBUG LOADAOF loads what was logged, and the log goes on behind it", () => {
  const { server, files } = started();
  server.server.config.enableDebugCommand = "yes";
  server.run("RPUSH", "l", "a", "b");
  expect(server.run("DEBUG", "LOADAOF")).toBe("+OK\r\n");
  server.run("RPUSH", "l", "c");
  expect(server.run("LLEN", "l")).toBe(":3\r\n");
  const { server: again } = startedWithLog(copyOf(files));
  expect(again.run("LLEN", "l")).toBe(":3\r\n");
});

test("a file that was cut off is loaded up to the last whole group, wherever it was", {
  timeout: 60_000,
}, () => {
  const { server, files } = started();
  server.run("SET", "a", 1);
  server.run("MULTI");
  server.run("SET", "b", 1);
  server.run("SET", "c", 1);
  server.run("EXEC");
  server.run("SET", "d", 1);
  const path = incrementOf(files);
  const whole = files.contents.get(path) as Uint8Array;
  const text = textAt(files, path);
  const multi = text.indexOf("*1\r\n$5\r\nMULTI");
  const exec = text.indexOf("*1\r\n$4\r\nEXEC") + 14;
  const edges = [multi, exec, whole.length].flatMap((at) => [at - 1, at, at + 1]);
  for (let length = 0; length <= whole.length; length++) {
    if (length % 9 !== 0 && !edges.includes(length)) continue;
    const cut = copyOf(files);
    cut.contents.set(path, whole.slice(0, length));
    const { server: again, failure } = startedWithLog(cut);
    expect(failure).toBeUndefined();
    const there = ["a", "b", "c", "d"].map((key) => again.run("EXISTS", key).slice(1, 2)).join("");
    const expected =
      length < multi ? /^[01]000$/ : length < exec ? /^1000$/ : length < whole.length ? /^1110$/ : /^1111$/;
    expect(there).toMatch(expected);
    // What was cut off is gone from the file, so that what comes next stands behind something whole.
    again.run("SET", "e", 1);
    const { server: third, failure: second } = startedWithLog(copyOf(cut));
    expect(second).toBeUndefined();
    expect(loggedStateOf(third)).toEqual(loggedStateOf(again));
  }
});

test("a file that was cut off is refused when it may not be, and so is one that is damaged, with the place", () => {
  const { server, files } = started();
  server.run("SET", "a", 1);
  server.run("SET", "b", 1);
  const path = incrementOf(files);
  const whole = files.contents.get(path) as Uint8Array;
  const cut = copyOf(files);
  cut.contents.set(path, whole.slice(0, -3));
  const { failure } = startedWithLog(cut, { config: { "aof-load-truncated": "no" } });
  expect(failure).toMatch(/^Unexpected end of file reading the append only file .*whole up to byte 50/);
  const damaged = copyOf(files);
  const bytes = whole.slice();
  bytes[24] = 0x41;
  damaged.contents.set(path, bytes);
  expect(startedWithLog(damaged).failure).toMatch(
    /^Bad file format reading the append only file .*at byte 23/,
  );
  expect(Buffer.from(damaged.contents.get(path) ?? [])).toEqual(Buffer.from(bytes));
});

test("a read error is told as such, and no advice to cut the file is given", () => {
  const { server, files } = started();
  server.run("SET", "a", 1);
  const bad = copyOf(files);
  bad.fault = (operation, path) => (operation === "read" && path.includes(".incr.") ? "EIO" : undefined);
  expect(startedWithLog(bad).failure).toBe(
    "Error reading the append only file appendonly.aof.1.incr.aof: Input/output error",
  );
});

test("a log of one file is taken over, as it is and with a snapshot in front", () => {
  const { server: source, files: sourceFiles } = started();
  source.run("SET", "a", 1);
  const plain = sourceFiles.contents.get(incrementOf(sourceFiles)) as Uint8Array;
  source.run("BGREWRITEAOF");
  source.advance(1000);
  source.run("SET", "b", 1);
  const base = sourceFiles.contents.get("appendonlydir/appendonly.aof.2.base.rdb") as Uint8Array;
  const rest = sourceFiles.contents.get(incrementOf(sourceFiles)) as Uint8Array;
  for (const [bytes, count] of [
    [plain, 1],
    [Buffer.concat([base, rest]), 2],
  ] as const) {
    const files = new MemoryFiles();
    files.contents.set("appendonly.aof", bytes);
    const { server, failure } = startedWithLog(files);
    expect(failure).toBeUndefined();
    expect(server.run("EXISTS", "a", "b")).toBe(`:${count}\r\n`);
    server.run("SET", "c", 1);
    const { server: again } = startedWithLog(copyOf(files));
    expect(again.run("EXISTS", "a", "b", "c")).toBe(`:${count + 1}\r\n`);
    expect(files.contents.has("appendonly.aof")).toBe(false);
  }
});

test("a takeover that was interrupted is ended", () => {
  const { server: source, files: sourceFiles } = started();
  source.run("SET", "a", 1);
  const files = new MemoryFiles();
  files.contents.set("appendonly.aof", sourceFiles.contents.get(incrementOf(sourceFiles)) as Uint8Array);
  files.contents.set(manifestPath, Buffer.from("file appendonly.aof seq 1 type b\n"));
  const { server, failure } = startedWithLog(files);
  expect(failure).toBeUndefined();
  expect(server.run("EXISTS", "a")).toBe(":1\r\n");
  expect(files.contents.has("appendonlydir/appendonly.aof")).toBe(true);
});

test("a manifest too large to be one is refused with a reason, and no memory is taken for it", () => {
  const { files } = started();
  const found = files.contents.get(manifestPath) as Uint8Array;
  files.contents.set(manifestPath, new Uint8Array(MANIFEST_BYTES_MAX + 1).fill(35));
  expect(startedWithLog(files).failure).toContain("The AOF manifest file is too large");
  files.contents.set(manifestPath, found);
  expect(startedWithLog(files).failure).toBeUndefined();
});

test("a script that is suspended keeps its changes together, and nobody sees some of them in the file", () => {
  const { server, logged } = started({ "busy-reply-threshold": "1" });
  const client = server.connect();
  // The test's clock stands still while a script runs, so this one is not suspended; its group is one all the same.
  client.run("EVAL", "for i = 1, 3 do redis.call('incr', 'n') end", 0);
  expect(logged()).toEqual(["SELECT 0", "MULTI", "incr n", "incr n", "incr n", "EXEC"]);
});
