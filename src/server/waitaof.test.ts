import { expect, test } from "vitest";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { copyOf, incrementOf, startedWithLog } from "../testing/log-files.ts";
import { MemoryFiles } from "../testing/memory-files.ts";

const SAFE = "*2\r\n:1\r\n:0\r\n";
const NOT_SAFE = "*2\r\n:0\r\n:0\r\n";
const NO_LOG = "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n";

function started(config: Readonly<Record<string, string>> = {}) {
  const files = new MemoryFiles();
  const { server, failure } = startedWithLog(files, { config });
  expect(failure).toBeUndefined();
  return { files, server, client: server.connect(), syncs: () => syncsIn(files) };
}

function syncsIn(files: MemoryFiles): number {
  return files.log.filter((line) => /^sync .*\.incr\./.test(line)).length;
}

/** Each sync takes 5 ms from now on. */
function slowDisk(server: TestServer, files: MemoryFiles): void {
  files.later = (fire) => {
    server.server.after(5000, fire);
  };
}

test("it waits for the sync that covers the client's last change, and not for those of others", () => {
  const { server, client, syncs } = started();
  client.run("SET", "a", 1);
  const before = syncs();
  expect(client.run("WAITAOF", 1, 0, 0)).toBe("");
  expect(server.run("INFO", "clients")).toContain("blocked_clients:1");
  server.advance(1100);
  expect(syncs()).toBe(before + 1);
  expect(client.take()).toBe(SAFE);
  server.run("SET", "b", 1);
  expect(client.run("WAITAOF", 1, 0, 0)).toBe(SAFE);
  expect(client.run("GET", "b")).toBe("$1\r\n1\r\n");
  expect(client.run("WAITAOF", 1, 0, 0)).toBe(SAFE);
});

test("who has changed nothing is answered at once", () => {
  const { server, client } = started({ appendfsync: "no" });
  server.run("SET", "a", 1);
  client.run("DEL", "none");
  expect(client.run("WAITAOF", 1, 0, 0)).toBe(SAFE);
});

test("a sync that had begun before the change is not enough", () => {
  const { server, files, client, syncs } = started({ appendfsync: "no" });
  slowDisk(server, files);
  server.run("SET", "a", 1);
  server.run("CONFIG", "SET", "appendfsync", "everysec");
  const before = syncs();
  client.run("SET", "b", 1);
  expect(client.run("WAITAOF", 1, 0, 0)).toBe("");
  server.advance(10);
  expect(syncs()).toBe(before + 1);
  expect(client.take()).toBe("");
  server.advance(1200);
  expect(client.take()).toBe(SAFE);
});

test("without syncs the time is over, and the reply says so", () => {
  const { server, client } = started({ appendfsync: "no" });
  client.run("SET", "a", 1);
  expect(client.run("WAITAOF", 1, 0, 50)).toBe("");
  server.advance(60);
  expect(client.take()).toBe(NOT_SAFE);
  expect(client.run("WAITAOF", 0, 0, 0)).toBe(NOT_SAFE);
});

test("with always a change is safe when it is answered", () => {
  const { server, client } = started({ appendfsync: "always" });
  client.run("SET", "a", 1);
  server.advance(1);
  expect(client.take()).toBe("+OK\r\n");
  expect(client.run("WAITAOF", 1, 0, 0)).toBe(SAFE);
});

test("replicas are waited for in vain, and what the log has is told all the same", () => {
  const { server, client } = started();
  client.run("SET", "a", 1);
  expect(client.run("WAITAOF", 1, 1, 3000)).toBe("");
  server.advance(2900);
  expect(client.take()).toBe("");
  server.advance(200);
  expect(client.take()).toBe(SAFE);
  expect(client.run("WAITAOF", 0, 1, 10)).toBe("");
  server.advance(11);
  expect(client.take()).toBe(SAFE);
});

test("CLIENT UNBLOCK ends it, as by its time or with an error", () => {
  const { server, client } = started({ appendfsync: "no" });
  const id = client.run("CLIENT", "ID").slice(1, -2);
  client.run("SET", "a", 1);
  client.run("WAITAOF", 1, 0, 0);
  expect(server.run("CLIENT", "UNBLOCK", id)).toBe(":1\r\n");
  expect(client.take()).toBe(NOT_SAFE);
  client.run("WAITAOF", 1, 0, 0);
  server.run("CLIENT", "UNBLOCK", id, "ERROR");
  expect(client.take()).toBe("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
});

test("what a script, EXEC and a wake-up have changed is waited for", () => {
  const { server, client } = started();
  const changes: readonly (() => void)[] = [
    () => client.run("EVAL", "redis.call('incr', KEYS[1])", 1, "n"),
    () => {
      client.run("MULTI");
      client.run("INCR", "n");
      expect(client.run("WAITAOF", 1, 0, 0)).toBe("+QUEUED\r\n");
      expect(client.run("EXEC")).toContain(NOT_SAFE);
    },
    () => {
      client.run("BLPOP", "list", 0);
      server.run("RPUSH", "list", "a");
      expect(client.take()).toContain("list");
    },
    () =>
      expect(client.run("EVAL", "redis.call('incr', 'n'); return redis.call('waitaof', 1, 0, 0)", 0)).toBe(
        NOT_SAFE,
      ),
  ];
  for (const change of changes) {
    change();
    client.take();
    expect(client.run("WAITAOF", 1, 0, 0)).toBe("");
    server.advance(1100);
    expect(client.take()).toBe(SAFE);
  }
});

test("after a sync that failed nothing is safe before a rewrite is whole, whatever is synced meanwhile", () => {
  const { server, files, client } = started();
  files.fault = (operation, path) => (operation === "sync" && path.endsWith(".aof") ? "EIO" : undefined);
  client.run("SET", "a", 1);
  expect(client.run("WAITAOF", 1, 0, 1500)).toBe("");
  server.advance(1600);
  expect(client.take()).toBe(NOT_SAFE);
  expect(client.run("WAITAOF", 1, 0, 0)).toBe("");
  files.fault = () => undefined;
  server.advance(20_000);
  expect(client.take()).toBe(SAFE);
  const { server: again } = startedWithLog(copyOf(files));
  expect(again.run("EXISTS", "a")).toBe(":1\r\n");
});

test("when the log is turned on what was there before is waited for, and when it is turned off nobody waits", () => {
  const server = createTestServer();
  server.server.persistence.log.file.sharesWrites = false;
  const client = server.connect();
  client.run("SET", "a", 1);
  expect(client.run("WAITAOF", 1, 0, 0)).toBe(NO_LOG);
  expect(client.run("WAITAOF", 0, 0, 0)).toBe(NOT_SAFE);
  server.run("CONFIG", "SET", "appendonly", "yes");
  expect(client.run("WAITAOF", 1, 0, 0)).toBe("");
  const manifest = "appendonlydir/appendonly.aof.manifest";
  expect(server.files.contents.has(manifest)).toBe(false);
  server.advance(2000);
  expect(server.files.contents.has(manifest)).toBe(true);
  expect(client.take()).toBe(SAFE);
  server.run("CONFIG", "SET", "appendfsync", "no");
  client.run("SET", "a", 2);
  expect(client.run("WAITAOF", 1, 0, 0)).toBe("");
  server.run("CONFIG", "SET", "appendonly", "no");
  expect(client.take()).toBe(NO_LOG);
  server.run("CONFIG", "SET", "appendonly", "yes", "appendfsync", "everysec");
  expect(client.run("WAITAOF", 1, 0, 0)).toBe("");
  server.advance(2000);
  expect(client.take()).toBe(SAFE);
});

test("a rewrite in between changes nothing of it", () => {
  const { server, files, client } = started();
  slowDisk(server, files);
  for (let i = 0; i < 20; i++) {
    client.run("SET", "a", i);
    if (i % 5 === 0) server.run("BGREWRITEAOF");
    server.advance(i * 13);
    let reply = client.run("WAITAOF", 1, 0, 0);
    if (reply === "") {
      server.advance(1500);
      reply = client.take();
    }
    expect(reply).toBe(SAFE);
    const cut = copyOf(files);
    expect(incrementOf(cut)).toContain(".incr.");
    const { server: again } = startedWithLog(cut);
    expect(again.run("GET", "a")).toBe(`$${`${i}`.length}\r\n${i}\r\n`);
  }
});
