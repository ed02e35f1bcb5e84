import { describe, expect, test } from "vitest";
import { readTimeout } from "../commands/blocking-timeout.ts";
import type { CommandContext } from "../commands/context.ts";
import { type CommandDeclaration, defineCommand } from "../commands/define.ts";
import { declarations } from "../commands/registry.ts";
import { double, key, repeated, string } from "../commands/syntax.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { errors } from "../resp/errors.ts";
import { TYPE_LIST } from "../store/entry.ts";
import { createTestServer, encodeRequest, type TestServerOptions } from "../testing/command-runner.ts";
import { argsOf } from "../testing/keyspace-fixture.ts";

// Three small commands of the test's own: waiting is tested, not lists.
const common = { summary: "", since: "1.0.0", group: "list", complexity: "", class: "exact" } as const;
const put = defineCommand({
  ...common,
  name: "put",
  flags: ["write"],
  syntax: [key("RW"), repeated(string("element"))],
  run({ keyspace, args, reply }) {
    const list = keyspace.listForUpdate(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    for (let i = 2; i < args.count; i++) list.pushTail(args, i);
    reply.int(list.length);
  },
});
const take = defineCommand({
  ...common,
  name: "take",
  flags: ["write", "blocking"],
  syntax: [repeated(key("RW")), double("timeout")],
  run(context) {
    const { keyspace, args, reply, client } = context;
    const timeoutMs = readTimeout(context, args.count - 1, "seconds");
    if (Number.isNaN(timeoutMs)) return;
    const first = client.wokenBy || 1;
    const last = client.wokenBy || args.count - 2;
    for (let i = first; i <= last; i++) {
      const list = keyspace.listForUpdate(args, i);
      if (list === undefined) return reply.error(errors.wrongType);
      if (!list.first()) continue;
      reply.array(2);
      reply.bulk(args.bytes, args.start(i), args.end(i));
      list.element.writeTo(reply);
      list.remove();
      return;
    }
    client.block(context, { type: TYPE_LIST, firstKey: 1, lastKey: args.count - 2, timeoutMs });
  },
});
const pass = defineCommand({
  ...common,
  name: "pass",
  flags: ["write", "blocking"],
  syntax: [key("RW"), key("RW"), double("timeout")],
  run(context) {
    const { keyspace, args, reply, client } = context;
    const from = keyspace.listForUpdate(args, 1);
    if (from === undefined) return reply.error(errors.wrongType);
    if (from.first()) {
      const element = latin1Bytes(
        from.element.copy().reduce((text, byte) => text + String.fromCharCode(byte), ""),
      );
      from.remove();
      const to = keyspace.listForUpdate(args, 2);
      if (to === undefined) return reply.error(errors.wrongType);
      to.pushTailBytes(element, 0, element.length);
      return reply.bulk(element, 0, element.length);
    }
    const wait = {
      type: TYPE_LIST,
      firstKey: 1,
      lastKey: 1,
      timeoutMs: 0,
      refusal: "null",
      state: "kept",
    } as const;
    expect(client.wokenBy === 0 || client.blockedState === "kept").toBe(true);
    client.block(context, wait);
  },
});
// Waits for a list that must stay: as XREADGROUP does for its stream.
const hold = defineCommand({
  ...common,
  name: "hold",
  flags: ["write", "blocking"],
  syntax: [key("RW")],
  run(context: CommandContext) {
    context.client.block(context, {
      type: TYPE_LIST,
      firstKey: 1,
      lastKey: 1,
      timeoutMs: 0,
      errorWhenGone: "GONE it is",
    });
  },
});
const all = [...declarations, put, take, pass, hold];
const commands: readonly CommandDeclaration[] = [...new Map(all.map((each) => [each.name, each])).values()];

const element = (name: string, value: string): string =>
  `*2\r\n$${name.length}\r\n${name}\r\n$${value.length}\r\n${value}\r\n`;
const bulk = (value: string): string => `$${value.length}\r\n${value}\r\n`;

function serverWith(options: TestServerOptions = {}) {
  const server = createTestServer({ ...options, commands });
  const send = (client: ReturnType<typeof server.connect>, ...words: string[]) => {
    client.send(encodeRequest(words));
    return client.take();
  };
  return { server, send };
}

describe.each([{ shards: 1 }, { shards: 4 }])("%o", ({ shards }) => {
  test("who waits first is served first, one element each, and the rest goes on waiting", () => {
    const { server, send } = serverWith({ shards });
    const clients = [server.connect(), server.connect(), server.connect()] as const;
    for (const client of clients) expect(send(client, "TAKE", "other", "k", "0")).toBe("");
    expect(server.run("INFO", "clients")).toContain("blocked_clients:3\r\n");
    expect(server.run("PUT", "k", "a", "b")).toBe(":2\r\n");
    expect(clients.map((client) => client.take())).toEqual([element("k", "a"), element("k", "b"), ""]);
    expect(server.run("EXISTS", "k")).toBe(":0\r\n");
    server.run("PUT", "other", "c");
    expect(clients[2].take()).toBe(element("other", "c"));
    expect(server.run("INFO", "clients")).toContain("blocked_clients:0\r\n");
  });

  test("a chain of wake-ups of any length ends with the last of it", () => {
    const { server, send } = serverWith({ shards });
    const clients = Array.from({ length: 400 }, () => server.connect());
    // Backwards, so that every wake-up makes the next key ready.
    for (let i = clients.length - 1; i >= 0; i--) {
      send(clients[i] as (typeof clients)[0], "PASS", `k${i}`, `k${i + 1}`, "0");
    }
    server.run("PUT", "k0", "x");
    expect(clients.map((client) => client.take())).toEqual(clients.map(() => bulk("x")));
    expect(server.run("EXISTS", "k0", "k400")).toBe(":1\r\n");
  });

  test("keys that come into being by any command wake: RENAME, COPY, MOVE, RESTORE, SWAPDB", () => {
    const { server, send } = serverWith({ shards });
    const waiter = server.connect();
    server.run("PUT", "source", "x");
    const dump = server.connect();
    dump.send(encodeRequest(["DUMP", "source"]));
    const payload = dump
      .take()
      .replace(/^\$\d+\r\n/, "")
      .slice(0, -2);
    const wakers = [
      ["RENAME", "source", "k"],
      ["COPY", "source", "k"],
      ["RESTORE", "k", "0", payload],
      ["SWAPDB", "0", "1"],
      ["MOVE", "k", "0"],
    ];
    for (const words of wakers) {
      server.run("FLUSHALL");
      server.run("PUT", "source", "x");
      if (words[0] === "MOVE" || words[0] === "SWAPDB") {
        server.run("SELECT", "1");
        server.run("PUT", "k", "x");
      }
      expect(send(waiter, "TAKE", "k", "0")).toBe("");
      expect(server.run(...words)).toMatch(/^[+:]/);
      expect([words[0], waiter.take()]).toEqual([words[0], element("k", "x")]);
      server.run("SELECT", "0");
    }
  });
});

test("a key of another type, or one that is gone again, leaves its waiters waiting", () => {
  const { server, send } = serverWith();
  const client = server.connect();
  send(client, "TAKE", "k", "0");
  server.run("SET", "k", "text");
  server.run("HSET", "h", "f", "v");
  server.run("RENAME", "h", "k");
  expect(client.take()).toBe("");
  server.run("DEL", "k");
  server.run("PUT", "k", "x");
  expect(client.take()).toBe(element("k", "x"));
});

test("a timeout is answered on its millisecond and not before", () => {
  const { server, send } = serverWith();
  const client = server.connect();
  send(client, "TAKE", "k", "0.25");
  expect(server.run("INFO", "clients")).toMatch(/blocked_clients:1\r\n.*\r\nclients_in_timeout_table:1\r\n/);
  server.advance(249);
  expect(client.take()).toBe("");
  server.advance(1);
  expect(client.take()).toBe("*-1\r\n");
  expect(server.run("INFO", "clients")).toContain("clients_in_timeout_table:0\r\n");
  expect(server.run("PUT", "k", "x")).toBe(":1\r\n");
  expect(server.run("EXISTS", "k")).toBe(":1\r\n");
});

test("requests sent while waiting run after the reply, in order", () => {
  const { server } = serverWith();
  const client = server.connect();
  const pipeline = [
    ["SET", "a", "1"],
    ["TAKE", "k", "0"],
    ["INCR", "a"],
    ["TAKE", "k", "0"],
    ["GET", "a"],
  ];
  client.send(Buffer.concat(pipeline.map((words) => encodeRequest(words))));
  client.send(encodeRequest(["PING"]));
  expect(client.take()).toBe("+OK\r\n");
  expect(server.run("GET", "a")).toBe(bulk("1"));
  server.run("PUT", "k", "x", "y");
  server.advance(0);
  expect(client.take()).toBe(`${element("k", "x")}:2\r\n${element("k", "y")}${bulk("2")}+PONG\r\n`);
});

test("a client that is gone gets nothing, and the next one gets the element", () => {
  const { server, send } = serverWith();
  const [first, second, third] = [server.connect(), server.connect(), server.connect()];
  for (const client of [first, second, third]) send(client, "TAKE", "k", "0");
  first.events.ended();
  expect(first.isClosed).toBe(true);
  expect(server.run("CLIENT", "KILL", "ID", "3")).toBe(":1\r\n");
  server.run("PUT", "k", "x");
  expect([first.take(), second.take(), third.take()]).toEqual(["", "", element("k", "x")]);
});

test("CLIENT UNBLOCK ends a wait as by its timeout or with an error, and tells whether there was one", () => {
  const { server, send } = serverWith();
  const client = server.connect();
  expect(server.run("CLIENT", "UNBLOCK", "2")).toBe(":0\r\n");
  send(client, "TAKE", "k", "0");
  expect(server.run("CLIENT", "LIST", "ID", "2")).toContain(" flags=b ");
  expect(server.run("CLIENT", "UNBLOCK", "2")).toBe(":1\r\n");
  expect(client.take()).toBe("*-1\r\n");
  send(client, "TAKE", "k", "0");
  expect(server.run("CLIENT", "UNBLOCK", "2", "ERROR")).toBe(":1\r\n");
  expect(client.take()).toBe("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
  expect(server.run("CLIENT", "UNBLOCK", "2")).toBe(":0\r\n");
  expect(send(client, "PING")).toBe("+PONG\r\n");
});

test("who waits for a key that must stay is told when it goes", () => {
  const { server, send } = serverWith();
  const client = server.connect();
  const goings = [
    ["DEL", "k"],
    ["SET", "k", "text"],
    ["RENAME", "k", "l"],
    ["FLUSHDB"],
    ["FLUSHALL"],
    ["SWAPDB", "0", "1"],
  ];
  for (const words of goings) {
    server.run("DEL", "k");
    server.run("PUT", "k", "x");
    expect(send(client, "HOLD", "k")).toBe("");
    server.run("PUT", "k", "y");
    expect(client.take()).toBe("");
    server.run(...words);
    expect([words[0], client.take()]).toEqual([words[0], "-GONE it is\r\n"]);
  }
});

test("CLIENT REPLY SKIP and OFF drop the reply of a request that has waited", () => {
  const { server, send } = serverWith();
  const client = server.connect();
  client.send(Buffer.concat([encodeRequest(["CLIENT", "REPLY", "SKIP"]), encodeRequest(["TAKE", "k", "0"])]));
  server.run("PUT", "k", "x");
  expect(client.take()).toBe("");
  expect(server.run("EXISTS", "k")).toBe(":0\r\n");
  expect(send(client, "PING")).toBe("+PONG\r\n");
  send(client, "CLIENT", "REPLY", "OFF");
  send(client, "TAKE", "k", "0");
  server.run("PUT", "k", "y");
  expect(client.take()).toBe("");
  expect(send(client, "CLIENT", "REPLY", "ON")).toBe("+OK\r\n");
});

test("the observer is told of a request that waits when it is answered, in the order of execution", () => {
  const told: string[] = [];
  const observer = {
    connected() {},
    disconnected: (client: number) => told.push(`${client} gone`),
    executed: ({ client, words, reply }: { client: number; words: readonly string[]; reply: string }) =>
      told.push(`${client} ${words.join(" ")} -> ${reply.replaceAll("\r\n", " ")}`),
    removed() {},
  };
  const { server, send } = serverWith({ observer });
  const [first, second] = [server.connect(), server.connect()];
  send(first, "PASS", "k", "l", "0");
  send(second, "TAKE", "l", "0");
  expect(told.splice(0)).toEqual([]);
  server.run("PUT", "k", "x");
  expect(told.splice(0)).toEqual([
    "1 PUT k x -> :1 ",
    "2 PASS k l 0 -> $1 x ",
    "3 TAKE l 0 -> *2 $1 l $1 x ",
  ]);
  send(first, "TAKE", "k", "1");
  send(second, "TAKE", "k", "0");
  server.advance(1000);
  expect(told.splice(0)).toEqual(["2 TAKE k 1 -> *-1 "]);
  second.events.ended();
  expect(told).toEqual(["3 gone"]);
});

test("one who waits is not idle", () => {
  const { server, send } = serverWith({ config: { timeout: "1" } });
  const client = server.connect();
  send(client, "TAKE", "k", "0");
  server.advance(5000);
  expect(client.isClosed).toBe(false);
});

test("inside of a transaction nothing waits: it is answered at once as by its timeout", () => {
  const { server } = serverWith();
  server.run("MULTI");
  for (const words of [
    ["TAKE", "k", "0"],
    ["PASS", "k", "l", "0"],
    ["PUT", "k", "x"],
    ["TAKE", "k", "0"],
  ])
    server.run(...words);
  expect(server.run("EXEC")).toBe(`*4\r\n*-1\r\n$-1\r\n:1\r\n${element("k", "x")}`);
});

test("a transaction wakes when it has ended, and only for what it left", () => {
  const { server, send } = serverWith();
  const [first, second] = [server.connect(), server.connect()];
  send(first, "TAKE", "k", "0");
  send(second, "TAKE", "l", "0");
  server.run("MULTI");
  for (const words of [
    ["PUT", "l", "y"],
    ["PUT", "k", "x"],
    ["DEL", "k"],
    ["CLIENT", "UNBLOCK", "3"],
  ])
    server.run(...words);
  expect(server.run("EXEC")).toBe("*4\r\n:1\r\n:1\r\n:1\r\n:1\r\n");
  expect([first.take(), second.take()]).toEqual(["", "*-1\r\n"]);
  expect(server.run("EXISTS", "l")).toBe(":1\r\n");
});

test("keys are served in the order in which they became ready", () => {
  const { server, send } = serverWith({ shards: 4 });
  const client = server.connect();
  send(client, "TAKE", "a", "b", "c", "0");
  server.run("MULTI");
  for (const key of ["c", "a", "b"]) server.run("PUT", key, key);
  server.run("EXEC");
  expect(client.take()).toBe(element("c", "c"));
  expect(server.run("EXISTS", "a", "b", "c")).toBe(":2\r\n");
});

test.each([
  ["0.001", 1],
  ["0.0001", 1],
  ["1.5", 1500],
  ["0", 0],
  ["-0", 0],
  ["-0.0001", 0],
  ["-0.001", 0], // In long double it is a little above, and is rounded up.
  ["1e3", 1_000_000],
  ["9223372036854775", 9_223_372_036_854_775_000],
])("a timeout of %s seconds is %i ms", (text, ms) => {
  expect(timeoutOf(text, "seconds")).toBe(ms);
});

test.each(["-1", "-0.002", "inf", "1e40", "9223372036854776"])(
  "a timeout of %s seconds is negative",
  (text) => {
    expect(timeoutOf(text, "seconds")).toBe("-ERR timeout is negative\r\n");
  },
);

test.each(["", "x", "nan", " 1", "1 "])("%s is no timeout", (text) => {
  expect(timeoutOf(text, "seconds")).toBe("-ERR timeout is not a float or out of range\r\n");
  expect(timeoutOf(text, "ms")).toBe("-ERR timeout is not an integer or out of range\r\n");
});

function timeoutOf(text: string, unit: "seconds" | "ms"): number | string {
  let written = "";
  const reply = { error: (error: string) => (written = `-${error}\r\n`) };
  const ms = readTimeout({ args: argsOf(text), reply } as unknown as CommandContext, 0, unit);
  return written === "" ? ms : written;
}
