import { beforeEach, expect, test } from "vitest";
import { type FakeClient, FakeServer } from "../../testing/fake-connections.ts";
import { client as declaration } from "./client.ts";

const ok = "+OK\r\n";
let server: FakeServer;
let client: FakeClient;
let other: FakeClient;

beforeEach(() => {
  server = new FakeServer();
  client = server.connect();
  other = server.connect();
});

test("CLIENT INFO has every field of a line of 7.0.15, and the library's after them", () => {
  server.run(client, "CLIENT", "SETINFO", "lib-name", "ioredis");
  server.run(client, "CLIENT", "SETINFO", "LIB-VER", "6.0.0");
  client.protocol = 3;
  client.isNoTouch = true;
  client.isMonitor = true;
  client.queuedOutputBytes = 7;
  server.nowMs += 2500;
  expect(server.run(client, "CLIENT", "INFO")).toBe(
    "=292\r\ntxt:id=1 addr=127.0.0.1:5001 laddr=127.0.0.1:6379 fd=-1 name= age=2 idle=2 flags=OT db=0 sub=0 " +
      "psub=0 ssub=0 multi=-1 qbuf=26 qbuf-free=0 argv-mem=10 multi-mem=0 rbs=0 rbp=0 obl=0 oll=1 omem=7 " +
      "tot-mem=2000 events=rw cmd=client|info user=default redir=-1 resp=3 lib-name=ioredis lib-ver=6.0.0\n\r\n",
  );
});

test("CLIENT LIST describes all by rising id, and by ID those named in the order they are named", () => {
  const idsOf = (text: string): string[] => [...text.matchAll(/\bid=(\d+)/g)].map(([, id]) => id ?? "");
  expect(idsOf(server.run(client, "CLIENT", "LIST"))).toEqual(["1", "2"]);
  expect(idsOf(server.run(client, "CLIENT", "LIST", "TYPE", "Normal"))).toEqual(["1", "2"]);
  expect(idsOf(server.run(client, "CLIENT", "LIST", "ID", "2", "9", "1", "2"))).toEqual(["2", "1", "2"]);
  expect(server.run(client, "CLIENT", "LIST", "TYPE", "pubsub")).toBe("$0\r\n\r\n");
});

// V8's strings end at 2^29 - 24 characters, and the asker's own line tells the size of its request.
test("CLIENT LIST of one ID asked for very often answers at once, and not without bound", () => {
  client.name = "n".repeat(4096);
  const reply = server.run(client, "CLIENT", "LIST", "ID", ...Array.from({ length: 80_000 }, () => "1"));
  expect(reply.length).toBeGreaterThan(64 * 1024 * 1024);
  expect(reply.length).toBeLessThan(65 * 1024 * 1024);
});

test("only the connection that asks holds a request in its line", () => {
  expect(server.run(client, "CLIENT", "LIST", "ID", "2")).toContain(" qbuf=0 qbuf-free=0 argv-mem=0 ");
});

test("the old CLIENT KILL closes the asker too, after its reply", () => {
  expect(server.run(client, "CLIENT", "KILL", client.remoteAddress)).toBe(ok);
  expect(client.closed).toBe("after-reply");
  expect(other.closed).toBe("no");
});

test("the new CLIENT KILL spares the asker unless told SKIPME no", () => {
  expect(server.run(client, "CLIENT", "KILL", "USER", "default")).toBe(":1\r\n");
  expect([client.closed, other.closed]).toEqual(["no", "now"]);
  expect(server.run(client, "CLIENT", "KILL", "USER", "default", "SKIPME", "no")).toBe(":1\r\n");
  expect(client.closed).toBe("after-reply");
});

test("CLIENT KILL closes only connections that pass every filter", () => {
  const third = server.connect();
  other.localAddress = "127.0.0.1:7000";
  const both = ["LADDR", "127.0.0.1:7000", "ADDR", third.remoteAddress];
  expect(server.run(client, "CLIENT", "KILL", ...both)).toBe(":0\r\n");
  expect(server.run(client, "CLIENT", "KILL", "LADDR", "127.0.0.1:7000", "TYPE", "replica")).toBe(":0\r\n");
  expect(server.run(client, "CLIENT", "KILL", "LADDR", "127.0.0.1:7000", "ID", "2")).toBe(":1\r\n");
  expect([other.closed, third.closed]).toEqual(["now", "no"]);
});

test("CLIENT KILL with a wrong option closes nobody", () => {
  expect(server.run(client, "CLIENT", "KILL", "USER", "default", "ID")).toBe("-ERR syntax error\r\n");
  expect(other.closed).toBe("no");
});

test("CLIENT PAUSE holds back until now plus the timeout, and WRITE only what writes", () => {
  server.run(client, "CLIENT", "PAUSE", "1500");
  expect(server.paused).toEqual({ untilMs: server.nowMs + 1500, what: "all" });
  server.run(client, "CLIENT", "PAUSE", "0", "Write");
  expect(server.paused).toEqual({ untilMs: 0, what: "write" });
  server.run(client, "CLIENT", "UNPAUSE");
  expect(server.paused).toBeUndefined();
});

test("a CLIENT PAUSE that ends past 2^63 ms holds nothing back, as in 7.0.15", () => {
  expect(server.run(client, "CLIENT", "PAUSE", "9223372036854775807")).toBe(ok);
  expect(server.paused?.untilMs).toBeLessThan(0);
});

test("CLIENT REPLY changes the mode; SKIP does not end OFF, and only ON answers", () => {
  const modes = ["skip", "skip", "off", "skip", "on"].map((word) => {
    return [server.run(client, "CLIENT", "REPLY", word), client.replyMode];
  });
  expect(modes).toEqual([
    ["", "skip-next"],
    ["", "skip-next"],
    ["", "off"],
    ["", "off"],
    [ok, "on"],
  ]);
});

test("CLIENT SETINFO refuses unknown attributes and values that would break a line", () => {
  expect(server.run(client, "CLIENT", "SETINFO", "lib", "x")).toBe("-ERR Unrecognized option 'lib'\r\n");
  expect(server.run(client, "CLIENT", "SETINFO", "lib-Name", "a b")).toBe(
    "-ERR lib-Name cannot contain spaces, newlines or special characters.\r\n",
  );
  server.run(client, "CLIENT", "SETINFO", "lib-name", "a(b_v1.0)");
  expect(client.libraryName).toBe("a(b_v1.0)");
  server.run(client, "CLIENT", "SETINFO", "lib-name", "");
  expect(client.libraryName).toBe("");
});

test("a name or a version that is too long for a line of CLIENT LIST is refused", () => {
  expect(server.run(client, "CLIENT", "SETNAME", "n".repeat(4096))).toBe(ok);
  const long = "n".repeat(4097);
  expect(server.run(client, "CLIENT", "SETNAME", long)).toMatch(/^-ERR Client names cannot contain spaces/);
  expect(server.run(client, "CLIENT", "SETINFO", "lib-name", long)).toMatch(/^-ERR lib-name cannot contain/);
  expect(server.run(client, "HELLO", "2", "SETNAME", long)).toMatch(/^-/);
  expect(client.name).toBe("n".repeat(4096));
});

test("CLIENT HELP explains each subcommand and no other", () => {
  const lines = server.run(client, "CLIENT", "HELP").split("\r\n+").slice(2);
  const explained = lines.filter((line) => !line.startsWith(" ")).map((line) => line.split(" ")[0] ?? "");
  const declared = (declaration.subcommands ?? []).map(({ name }) => name.toUpperCase());
  expect(new Set(explained)).toEqual(new Set(declared));
});
