import { expect, test } from "vitest";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { DrawnData } from "../testing/drawn-data.ts";
import { incrementOf, loggedStateOf, requestsIn, startedWithLog, textAt } from "../testing/log-files.ts";
import { MemoryFiles } from "../testing/memory-files.ts";
import { ReplicaEnd } from "../testing/replica-end.ts";

const atOnce = { "repl-diskless-sync-delay": "0" };
const seeds = (process.env["REPLICA_SEEDS"] ?? "1,2,3,4").split(",").map(Number);
const calls = Number(process.env["REPLICA_CALLS"] ?? 1500);

function attached(server: TestServer, hasMark = false): ReplicaEnd {
  const end = new ReplicaEnd(server);
  if (hasMark) end.ask("REPLCONF", "capa", "eof");
  end.ask("SYNC");
  server.advance(10);
  if (hasMark) end.ask("REPLCONF", "ACK", 0);
  return end;
}

function info(server: TestServer, name: string): string {
  return new RegExp(`${name}:(\\S*)`).exec(server.run("INFO", "everything"))?.[1] ?? "";
}

/** Has what is asked of the disk wait; what it returns lets it go on. */
function stopDisk(server: TestServer): () => void {
  const { files } = server;
  const { later } = files;
  const held: (() => void)[] = [];
  files.later = (fire) => {
    held.push(fire);
  };
  return () => {
    files.later = later;
    for (const fire of held) later(fire);
  };
}

/** Values of about so many bytes altogether that do not compress. */
function fill(server: TestServer, prefix: string, bytes: number): void {
  for (let i = 0; i * 10_000 < bytes; i++) server.run("SET", `${prefix}${i}`, "x".repeat(10_000));
}

test.for(seeds)(
  "what a replica is sent makes the data that the server has, seed %i",
  { timeout: 120_000 },
  (seed) => {
    const shards = seed % 3 === 0 ? 4 : 1;
    const hint = `seed ${seed}: REPLICA_SEEDS=${seed} npx vitest run src/server/replication.test.ts`;
    const files = new MemoryFiles();
    const server =
      seed % 2 === 0
        ? startedWithLog(files, { shards, seed, config: { ...atOnce, "aof-timestamp-enabled": "yes" } })
            .server
        : createTestServer({ shards, seed, config: atOnce });
    const drawn = new DrawnData(server, seed);
    const { chance } = drawn;
    drawn.fill(10, 300);
    const ends: ReplicaEnd[] = [];
    for (let i = 1; i <= calls; i++) {
      const kind = chance.below(60);
      if (kind === 0) {
        server.run("MULTI");
        for (let n = chance.below(4); n >= 0; n--) drawn.call();
        if (chance.oneIn(2)) server.run("PUBLISH", "channel", "message");
        server.run("EXEC");
      } else if (kind === 1) server.advance(chance.below(2000));
      else if (kind === 2) server.advance(0);
      else if (kind === 3 && ends.length < 4) {
        const end = new ReplicaEnd(server, 50 + chance.below(5000));
        if (chance.oneIn(2)) end.ask("REPLCONF", "capa", "eof");
        if (chance.oneIn(2)) end.ask("PSYNC", "?", "-1");
        else end.ask("SYNC");
        ends.push(end);
      } else if (kind === 4)
        chance.pick(ends.length > 0 ? ends : [new ReplicaEnd(server)]).stream.drain(20_000);
      else if (kind === 5 && ends.length > 0 && chance.oneIn(8)) ends.shift()?.stream.destroy();
      else if (kind === 6 && chance.oneIn(4)) server.run("BGSAVE");
      else if (kind === 7 && chance.oneIn(4)) server.run("BGREWRITEAOF");
      else if (kind === 8) server.run("PUBLISH", "channel", "message");
      else drawn.call();
    }
    ends.push(new ReplicaEnd(server));
    ends.at(-1)?.ask("SYNC");
    for (let i = 0; i < 400; i++) {
      for (const end of ends) {
        end.stream.drain();
        end.stream.roomBytes = Number.POSITIVE_INFINITY;
        if (end.snapshot !== undefined) end.ask("REPLCONF", "ACK", 0);
      }
      server.advance(i < 200 ? 10 : 0);
    }
    const state = loggedStateOf(server);
    for (const end of ends) {
      expect(end.isClosed, hint).toBe(false);
      const again = end.asServer(server.server.wallMs(), shards);
      expect(loggedStateOf(again), hint).toEqual(state);
    }
    // Beside a log the same stands in its file.
    if (seed % 2 === 0) expect(textAt(files, incrementOf(files)).toUpperCase()).not.toContain("PUBLISH");
  },
);

test("a replica is told of effects, from a SELECT on, and a log beside it of the same", () => {
  const files = new MemoryFiles();
  const { server } = startedWithLog(files, { config: atOnce });
  server.run("SELECT", 2);
  server.run("SET", "before", 1);
  const end = attached(server);
  server.run("SET", "a", 1, "PX", 5);
  server.run("MULTI");
  server.run("INCR", "n");
  server.run("PUBLISH", "c", "m");
  server.run("SELECT", 3);
  server.run("INCR", "n");
  server.run("EXEC");
  server.run("PUBLISH", "c", "alone");
  server.advance(200);
  const set = "SET a 1 PXAT 1700000000015";
  expect(end.requests).toEqual([
    ...["SELECT 2", set],
    ...["MULTI", "INCR n", "PUBLISH c m", "SELECT 3", "INCR n", "EXEC"],
    ...["PUBLISH c alone", "SELECT 2", "DEL a"],
  ]);
  expect(requestsIn(textAt(files, incrementOf(files)))).toEqual([
    ...["SELECT 2", "SET before 1", "SELECT 2", set],
    ...["MULTI", "INCR n", "SELECT 3", "INCR n", "EXEC"],
    ...["SELECT 2", "DEL a"],
  ]);
});

test("a string that only grew, as all that was to be written overflowed, is told", () => {
  const server = createTestServer({ config: atOnce });
  const end = attached(server);
  server.run("BITFIELD", "new", "OVERFLOW", "FAIL", "SET", "u8", 24, 300);
  server.run("SET", "k", "1");
  server.run("BITFIELD", "k", "OVERFLOW", "FAIL", "INCRBY", "u8", 24, 300);
  server.advance(0);
  expect(loggedStateOf(end.asServer(server.server.wallMs()))).toEqual(loggedStateOf(server));
  expect(server.run("STRLEN", "new") + server.run("STRLEN", "k")).toBe(":4\r\n:4\r\n");
});

test("without replicas nothing is told, and a log that begins or ends beside one changes nothing for it", () => {
  const files = new MemoryFiles();
  const server = createTestServer({ files, config: atOnce });
  const end = attached(server);
  server.run("MULTI");
  server.run("SET", "a", 1);
  server.run("CONFIG", "SET", "appendonly", "yes");
  server.run("SET", "b", 2);
  server.run("EXEC");
  server.advance(1000);
  server.run("SET", "c", 3);
  server.run("MULTI");
  server.run("SET", "d", 4);
  server.run("CONFIG", "SET", "appendonly", "no");
  server.run("SET", "e", 5);
  server.run("EXEC");
  server.advance(10);
  const told = end.requests.filter((each) => /^SET/.test(each));
  expect(told).toEqual(["SET a 1", "SET b 2", "SET c 3", "SET d 4", "SET e 5"]);
  expect(loggedStateOf(end.asServer(server.server.wallMs()))).toEqual(loggedStateOf(server));
  expect(server.server.isTelling).toBe(true);
  end.stream.destroy();
  expect(server.server.isTelling).toBe(false);
  expect(server.server.persistence.log.changes.writer.position).toBe(0);
});

test("a script that is suspended is sent when it is whole, and a snapshot waits for it", () => {
  const server = createTestServer({ config: { ...atOnce, "busy-reply-threshold": "1" } });
  const end = attached(server);
  server.run("SET", "a", 1);
  const other = server.connect();
  other.send(
    "EVAL \"for i = 1, 300000 do redis.call('incr', 'n') if i % 1000 == 0 then redis.call('time') end end\" 0\r\n",
  );
  for (let i = 0; i < 10_000 && other.received === ""; i++) server.advance(1);
  expect(other.take()).toBe("$-1\r\n");
  server.advance(10);
  const [, , multi] = end.requests;
  expect(multi).toBe("MULTI");
  expect(end.requests.at(-1)).toBe("EXEC");
});

test("two that ask at once share a snapshot; one that asks during it by a file joins, one by a mark waits", () => {
  const server = createTestServer({ config: { ...atOnce, rdbcompression: "no" } });
  fill(server, "k", 600_000);
  for (const hasMark of [false, true]) {
    const before = Number(info(server, "sync_full"));
    const ends = [0, 1].map(() => new ReplicaEnd(server));
    for (const end of ends) {
      if (hasMark) end.ask("REPLCONF", "capa", "eof");
      end.ask("SYNC");
    }
    const goOn = stopDisk(server);
    if (hasMark) for (const end of ends) end.stream.roomBytes = 100;
    server.advance(0);
    const late = new ReplicaEnd(server);
    if (hasMark) late.ask("REPLCONF", "capa", "eof");
    server.run("SET", "between", hasMark ? 1 : 0);
    late.ask("SYNC");
    server.advance(200);
    expect([ends[0]?.snapshot, ends[1]?.snapshot, late.snapshot]).toEqual([undefined, undefined, undefined]);
    goOn();
    for (let i = 0; i < 20; i++) {
      for (const end of ends) end.stream.drain();
      server.advance(20);
    }
    for (const end of ends) end.stream.roomBytes = Number.POSITIVE_INFINITY;
    for (const end of [...ends, late]) end.ask("REPLCONF", "ACK", 0);
    server.advance(200);
    expect(Number(info(server, "sync_full")) - before).toBe(3);
    expect(info(server, "connected_slaves")).toBe("3");
    for (const end of [...ends, late]) {
      expect(loggedStateOf(end.asServer(server.server.wallMs()))).toEqual(loggedStateOf(server));
    }
    expect(ends.map(({ requests }) => requests.length)).toEqual([2, 2]);
    expect(late.requests.length).toBe(hasMark ? 0 : 2);
    for (const end of [...ends, late]) end.stream.destroy();
    expect(info(server, "connected_slaves")).toBe("0");
  }
  expect([...server.files.contents.keys()]).toEqual([]);
});

test("diskless, it waits for others for a while", () => {
  const server = createTestServer({ config: { "repl-diskless-sync-max-replicas": "2" } });
  const marked = (): ReplicaEnd => {
    const end = new ReplicaEnd(server);
    end.ask("REPLCONF", "capa", "eof");
    end.ask("SYNC");
    return end;
  };
  const first = marked();
  server.advance(4500);
  expect(first.snapshot).toBeUndefined();
  server.advance(1000);
  expect(first.snapshot).toMatch(/^REDIS/);
  const [second, third] = [marked(), marked()];
  server.advance(200);
  expect([second.snapshot?.slice(0, 5), third.snapshot?.slice(0, 5)]).toEqual(["REDIS", "REDIS"]);
});

test("one that does not take what it is sent is closed at the limit, and what is kept for it stays below", () => {
  const server = createTestServer({
    config: { ...atOnce, "client-output-buffer-limit": "replica 1mb 0 0" },
  });
  const [slow, quick] = [attached(server), attached(server)];
  slow.stream.roomBytes = 100_000;
  let keptMax = 0;
  for (let i = 0; i < 500 && !slow.isClosed; i++) {
    server.run("SET", "k", "x".repeat(10_000));
    server.advance(0);
    keptMax = Math.max(keptMax, server.server.replication.keptBytes);
  }
  expect(slow.isClosed).toBe(true);
  expect(keptMax).toBeGreaterThan(900_000);
  expect(keptMax).toBeLessThan(1_300_000);
  server.advance(0);
  expect(server.server.replication.keptBytes).toBeLessThan(100_000);
  expect(quick.isClosed).toBe(false);
  expect(info(server, "connected_slaves")).toBe("1");
  expect(server.run("CLIENT", "LIST", "TYPE", "replica")).toContain("flags=S");
});

test("the soft limit closes one that stays above it for its time", () => {
  const server = createTestServer({
    config: { ...atOnce, "client-output-buffer-limit": "replica 0 100kb 5" },
  });
  const slow = attached(server);
  slow.stream.roomBytes = 0;
  for (let i = 0; i < 50; i++) server.run("SET", "k", "x".repeat(10_000));
  server.advance(4000);
  slow.stream.drain(100_000);
  expect(slow.isClosed).toBe(false);
  server.advance(2000);
  expect(slow.isClosed).toBe(true);
});

test.for([false, true])("one that vanishes during the snapshot takes it away, with a mark: %s", (hasMark) => {
  const server = createTestServer({ config: { ...atOnce, rdbcompression: "no" } });
  fill(server, "k", 8_000_000);
  const end = new ReplicaEnd(server, 1000);
  if (hasMark) end.ask("REPLCONF", "capa", "eof");
  end.ask("SYNC");
  const goOn = hasMark ? () => {} : stopDisk(server);
  server.advance(0);
  expect(info(server, "rdb_bgsave_in_progress")).toBe("1");
  expect(server.run("BGSAVE")).toMatch(/^-ERR Background save already in progress/);
  expect(server.run("BGREWRITEAOF")).toBe("+Background append only file rewriting scheduled\r\n");
  end.stream.destroy();
  goOn();
  server.advance(1000);
  expect(info(server, "rdb_bgsave_in_progress")).toBe("0");
  expect(server.server.isTelling).toBe(false);
  expect([...server.files.contents.keys()].filter((name) => name.includes("sync"))).toEqual([]);
  const after = attached(server, hasMark);
  server.advance(1000);
  after.ask("REPLCONF", "ACK", 0);
  server.run("SET", "last", 1);
  server.advance(10);
  expect(loggedStateOf(after.asServer(server.server.wallMs()))).toEqual(loggedStateOf(server));
});

test("a disk that fails ends the replicas that wait for it, and no other", () => {
  const server = createTestServer({ config: atOnce });
  const marked = attached(server, true);
  server.files.fault = (operation, path) =>
    operation === "append" && path.includes("temp-sync") ? "ENOSPC" : undefined;
  const end = attached(server);
  expect(end.isClosed).toBe(true);
  expect(marked.isClosed).toBe(false);
  expect(server.logged.join("\n")).toContain("SYNC failed: No space left on device");
});

test("a save that runs is waited for, and a snapshot for replicas by a save", () => {
  const server = createTestServer({ config: atOnce });
  server.run("SET", "a", 1);
  server.run("BGSAVE");
  const end = new ReplicaEnd(server);
  end.ask("SYNC");
  server.run("SET", "b", 2);
  server.advance(1000);
  expect(end.snapshot).toContain("b");
  expect(end.requests).toEqual([]);
  expect(server.run("BGSAVE")).toBe("+Background saving started\r\n");
});

test("idle replicas are sent PING, newlines while they wait, and are closed when they say nothing", () => {
  const server = createTestServer({ config: { "repl-ping-replica-period": "2", "repl-timeout": "20" } });
  const waiting = new ReplicaEnd(server);
  waiting.ask("REPLCONF", "capa", "eof");
  waiting.ask("PSYNC", "?", "-1");
  server.advance(4000);
  expect(waiting.stream.received).toMatch(/^\+OK\r\n\n+$/);
  server.advance(2000);
  waiting.ask("REPLCONF", "ACK", 0);
  server.advance(6000);
  expect(waiting.requests.filter((each) => each === "PING").length).toBeGreaterThanOrEqual(2);
  const old = attached(server);
  server.advance(10_000);
  expect(waiting.isClosed).toBe(false);
  server.advance(20_000);
  expect(waiting.isClosed).toBe(true);
  // One of the old protocol may never say anything.
  expect(old.isClosed).toBe(false);
});

test("one that loads for long sends empty lines, and is not closed for that it acknowledges nothing", () => {
  const server = createTestServer({ config: { ...atOnce, "repl-timeout": "10" } });
  const end = new ReplicaEnd(server);
  end.ask("REPLCONF", "capa", "eof");
  end.ask("PSYNC", "?", "-1");
  server.advance(100);
  for (let i = 0; i < 8; i++) {
    server.advance(5000);
    end.stream.send("\n");
  }
  expect(end.isClosed).toBe(false);
  server.advance(12_000);
  expect(end.isClosed).toBe(true);
});

test("one that waits for a slower one is not late; the slow one is, after repl-timeout", () => {
  const server = createTestServer({
    config: { ...atOnce, "repl-timeout": "10", rdbcompression: "no" },
  });
  fill(server, "k", 2_000_000);
  const [slow, quick] = [1000, Number.POSITIVE_INFINITY].map((room) => new ReplicaEnd(server, room));
  for (const each of [slow, quick]) {
    each?.ask("REPLCONF", "capa", "eof");
    each?.ask("SYNC");
  }
  server.advance(13_000);
  expect([slow?.isClosed, quick?.isClosed]).toEqual([true, false]);
  expect(quick?.snapshot?.length).toBeGreaterThan(2_000_000);
});

test("WAIT is answered when enough have acknowledged, with how many have", () => {
  const server = createTestServer({ config: atOnce });
  const ends = [attached(server), attached(server)];
  server.run("SET", "a", 1);
  expect(server.run("WAIT", 0, 0)).toBe(":0\r\n");
  const client = server.connect();
  client.run("SET", "b", 1);
  expect(client.run("WAIT", 1, 0)).toBe("");
  server.advance(0);
  expect(ends[0]?.requests.at(-1)).toBe("REPLCONF GETACK *");
  const offset = Number(info(server, "master_repl_offset"));
  ends[0]?.ask("REPLCONF", "ACK", 1);
  server.advance(0);
  expect(client.take()).toBe("");
  ends[0]?.ask("REPLCONF", "ACK", offset);
  server.advance(0);
  expect(client.take()).toBe(":1\r\n");
  expect(client.run("WAIT", 2, 100)).toBe("");
  server.advance(101);
  expect(client.take()).toBe(":1\r\n");
  expect(server.run("ROLE")).toContain(`:${server.server.replication.offset}\r\n*2\r\n`);
});

test("writes that ask for replicas are taken while enough have been heard of", () => {
  const server = createTestServer({
    config: { ...atOnce, "min-replicas-to-write": "1", "min-replicas-max-lag": "3" },
  });
  expect(server.run("SET", "a", 1)).toMatch(/^-NOREPLICAS/);
  const end = attached(server);
  expect(server.run("SET", "a", 1)).toBe("+OK\r\n");
  server.advance(5000);
  expect(server.run("SET", "a", 1)).toMatch(/^-NOREPLICAS/);
  end.ask("REPLCONF", "ACK", 0);
  expect(server.run("SET", "a", 1)).toBe("+OK\r\n");
  expect(info(server, "min_slaves_good_slaves")).toBe("1");
});

test("a replica neither reads nor writes keys, and is closed for what is answered", () => {
  const server = createTestServer({ config: atOnce });
  for (const words of [["SET", "a", "1"], ["GET", "a"], ["PING"]]) {
    const end = attached(server);
    end.ask(...words);
    expect(end.isClosed).toBe(true);
  }
  expect(server.run("EXISTS", "a")).toBe(":0\r\n");
});

test("who has replies unsent, or wants parts without a mark, is refused", () => {
  const server = createTestServer({ config: atOnce });
  const client = server.connect();
  client.send("PING\r\nSYNC\r\n");
  expect(client.take()).toBe("+PONG\r\n-ERR SYNC and PSYNC are invalid with pending output\r\n");
  client.run("REPLCONF", "rdb-filter-only", "functions");
  expect(client.run("SYNC")).toBe("-ERR Filtered replica requires EOF capability\r\n");
  expect(client.run("MULTI") + client.run("SYNC")).toBe(
    "+OK\r\n-ERR Command not allowed inside a transaction\r\n",
  );
});
