import { expect, test } from "vitest";
import { createTestServer, encodeRequest } from "../testing/command-runner.ts";

test.each([1, 4])("a watched key that expires spoils EXEC, whoever notices first: %i shards", (shards) => {
  for (const notices of ["nobody", "a reader", "the cron"]) {
    const server = createTestServer({ shards });
    const client = server.connect();
    server.run("SET", "k", "v", "PX", "50");
    server.run("DEBUG", "SET-ACTIVE-EXPIRE", notices === "the cron" ? "1" : "0");
    client.run("WATCH", "k");
    server.advance(notices === "the cron" ? 1000 : 50);
    if (notices === "a reader") server.run("GET", "k");
    client.run("MULTI");
    client.run("PING");
    expect([notices, client.run("EXEC")]).toEqual([notices, "*-1\r\n"]);
  }
});

test("a key whose time was over when it was watched does not spoil EXEC by going away", () => {
  const server = createTestServer();
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
  server.run("SET", "k", "v", "PX", "5");
  server.advance(5);
  const client = server.connect();
  client.run("WATCH", "k");
  server.run("GET", "k");
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "1");
  server.advance(1000);
  client.run("MULTI");
  expect(client.run("EXEC")).toBe("*0\r\n");
});

test("a watched key that is evicted spoils EXEC", () => {
  const server = createTestServer({ config: { "maxmemory-policy": "allkeys-random" } });
  const client = server.connect();
  server.run("SET", "k", "v");
  client.run("WATCH", "k");
  server.run("CONFIG", "SET", "maxmemory", "1");
  server.run("PING");
  server.run("CONFIG", "SET", "maxmemory", "0");
  client.run("MULTI");
  expect(client.run("EXEC")).toBe("*-1\r\n");
});

test("nobody is watched once nobody watches: the databases stop counting", () => {
  const server = createTestServer();
  const shard = server.server.coordinator.shards[0];
  const clients = ["UNWATCH", "DISCARD", "EXEC", "RESET", "leaves"].map((ending) => ({
    ending,
    client: server.connect(),
  }));
  for (const { client } of clients) client.run("WATCH", "k", "l", "k");
  expect(shard?.databases.watched).toBeDefined();
  for (const { ending, client } of clients) {
    if (ending === "DISCARD" || ending === "EXEC") client.run("MULTI");
    if (ending === "leaves") client.events.ended();
    else client.run(ending);
  }
  expect(shard?.databases.watched).toBeUndefined();
});

test("between MULTI and EXEC no other client's request runs, and none of its own sees half of it", () => {
  const server = createTestServer({ shards: 4 });
  const client = server.connect();
  client.run("MULTI");
  for (let i = 0; i < 50; i++) client.run("INCR", `k${i}`);
  expect(server.run("DBSIZE")).toBe(":0\r\n");
  expect(client.run("EXEC")).toBe(`*50\r\n${":1\r\n".repeat(50)}`);
  expect(server.run("DBSIZE")).toBe(":50\r\n");
});

test("a transaction of any words gives the same replies as its requests one by one", () => {
  const words = [
    ["SET", "k", "\r\n\0\xff"],
    ["APPEND", "k", "x".repeat(5000)],
    ["GET", "k"],
    ["SET", "", ""],
    ["GET", ""],
    ["STRLEN", "k"],
  ];
  const single = createTestServer();
  const replies = words.map((each) => single.run(...each)).join("");
  const server = createTestServer();
  server.run("MULTI");
  for (const each of words) expect(server.run(...each)).toBe("+QUEUED\r\n");
  expect(server.run("EXEC")).toBe(`*${words.length}\r\n${replies}`);
});

test("what is queued is bounded by client-query-buffer-limit also where the words themselves are short", () => {
  const server = createTestServer({ config: { "client-query-buffer-limit": "1mb" } });
  const client = server.connect();
  client.run("MULTI");
  let count = 0;
  while (!client.isClosed && count < 200_000) {
    client.send("*1\r\n$4\r\nPING\r\n".repeat(1000));
    count += 1000;
  }
  expect(count).toBeGreaterThan(20_000);
  expect(count).toBeLessThan(100_000);
  expect(server.server.stats.queryBufferDisconnections).toBe(1);
});

test("what is queued is bounded by client-query-buffer-limit", () => {
  const server = createTestServer({ config: { "client-query-buffer-limit": "1mb" } });
  const client = server.connect();
  client.run("MULTI");
  for (let i = 0; i < 10; i++) client.run("SET", "k", "v".repeat(100_000));
  expect(client.isClosed).toBe(false);
  expect(server.run("CLIENT", "LIST", "ID", "2")).toMatch(/ flags=x .* multi=10 .* multi-mem=1\d{6} /);
  client.run("SET", "k", "v".repeat(100_000));
  expect(client.isClosed).toBe(true);
  expect(server.server.stats.queryBufferDisconnections).toBe(1);
});

test("CLIENT LIST shows who is in a transaction and whose watched key has changed", () => {
  const server = createTestServer();
  const client = server.connect();
  expect(server.run("CLIENT", "LIST", "ID", "2")).toMatch(/ flags=N .* multi=-1 .* multi-mem=0 /);
  client.run("WATCH", "k");
  client.run("MULTI");
  server.run("SET", "k", "v");
  expect(server.run("CLIENT", "LIST", "ID", "2")).toMatch(/ flags=xd .* multi=0 /);
  client.run("DISCARD");
  expect(server.run("CLIENT", "LIST", "ID", "2")).toMatch(/ flags=N .* multi=-1 /);
});

test("without memory what is queued is refused, EXEC only when it needs some, DISCARD never", () => {
  const server = createTestServer();
  const oom = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
  const client = server.connect();
  client.run("MULTI");
  client.run("GET", "k");
  server.run("CONFIG", "SET", "maxmemory", "1");
  expect(client.run("EXEC")).toBe("*1\r\n$-1\r\n");
  expect(client.run("MULTI")).toBe("+OK\r\n");
  expect(client.run("GET", "k")).toBe(oom);
  expect(client.run("DISCARD")).toBe("+OK\r\n");
  server.run("CONFIG", "SET", "maxmemory", "0");
  client.run("MULTI");
  client.run("SET", "k", "v");
  server.run("CONFIG", "SET", "maxmemory", "1");
  expect(client.run("EXEC")).toBe(`-EXECABORT Transaction discarded because of: ${oom.slice(1)}`);
  expect(client.run("EXEC")).toBe("-ERR EXEC without MULTI\r\n");
});

test("EXEC waits out a pause of writes when it holds one, and runs at once when it does not", () => {
  const server = createTestServer();
  const [writer, reader] = [server.connect(), server.connect()];
  for (const client of [writer, reader]) client.run("MULTI");
  writer.run("SET", "k", "v");
  reader.run("GET", "k");
  server.run("CLIENT", "PAUSE", "100", "WRITE");
  expect(writer.run("EXEC")).toBe("");
  expect(reader.run("EXEC")).toBe("*1\r\n$-1\r\n");
  server.advance(150);
  expect(writer.take()).toBe("*1\r\n+OK\r\n");
});

test("subcommands that share a name with what runs at once are queued", () => {
  const server = createTestServer({});
  server.run("MULTI");
  for (const container of ["SLOWLOG", "LATENCY"]) expect(server.run(container, "RESET")).toBe("+QUEUED\r\n");
  expect(server.run("EXEC")).toBe("*2\r\n+OK\r\n:0\r\n");
});

test("each command of EXEC is counted and logged by itself, EXEC with the time of all", () => {
  const server = createTestServer({ config: { "slowlog-log-slower-than": "0" } });
  server.run("MULTI");
  server.run("SET", "k", "v");
  server.run("INCR", "k");
  server.connect().run("SLOWLOG", "RESET");
  server.run("EXEC");
  const stats = server.run("INFO", "commandstats");
  expect(stats).toMatch(/cmdstat_set:calls=1,.*failed_calls=0/);
  expect(stats).toMatch(/cmdstat_incr:calls=1,.*failed_calls=1/);
  expect(stats).toMatch(/cmdstat_exec:calls=1,/);
  const log = server.run("SLOWLOG", "GET");
  expect([log.includes("$3\r\nSET"), log.includes("$4\r\nINCR"), log.includes("$4\r\nEXEC")]).toEqual([
    true,
    true,
    false,
  ]);
});

test("the observer is told each command of EXEC, then EXEC with the whole reply", () => {
  const told: string[] = [];
  const observer = {
    connected() {},
    disconnected() {},
    executed: ({ words, reply }: { words: readonly string[]; reply: string }) =>
      told.push(`${words.join(" ")} -> ${reply.replaceAll("\r\n", " ")}`),
    removed() {},
  };
  const server = createTestServer({ observer });
  const client = server.connect();
  client.send(
    Buffer.concat([["MULTI"], ["SET", "k", "v"], ["INCR", "k"], ["EXEC"], ["GET", "k"]].map(encodeRequest)),
  );
  expect(told.splice(0)).toEqual([
    "MULTI -> +OK ",
    "SET k v -> +QUEUED ",
    "INCR k -> +QUEUED ",
    "SET k v -> +OK ",
    "INCR k -> -ERR value is not an integer or out of range ",
    "EXEC -> *2 +OK -ERR value is not an integer or out of range ",
    "GET k -> $1 v ",
  ]);
  server.run("SET", "big", "x".repeat(200_000));
  server.run("MULTI");
  for (let i = 0; i < 3; i++) server.run("GET", "big");
  told.length = 0;
  const reply = server.run("EXEC");
  expect(told.map((line) => line.length)).toEqual([200_020, 200_020, 200_020, reply.length - 7 + 8]);
});

test("DEBUG that is not allowed is refused when it is to be queued, and spoils the transaction", () => {
  const client = createTestServer({ config: { "enable-debug-command": "no" } }).connect();
  client.run("MULTI");
  expect(client.run("DEBUG", "SLEEP", "0")).toMatch(/^-ERR DEBUG command not allowed/);
  expect(client.run("EXEC")).toMatch(/^-EXECABORT /);
  client.run("MULTI");
  // Of another name, though it ends alike.
  expect(client.run("SCRIPT", "DEBUG", "NO")).not.toMatch(/DEBUG command not allowed/);
});
