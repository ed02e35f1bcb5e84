import { beforeEach, expect, test } from "vitest";
import { type FakeClient, FakeServer } from "../../testing/fake-connections.ts";

const ok = "+OK\r\n";
const wrongPass = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
let server: FakeServer;
let client: FakeClient;

beforeEach(() => {
  server = new FakeServer();
  server.password = "sekret";
  client = server.connect();
});

test("AUTH logs in with the password alone or after the user's name", () => {
  for (const words of [["sekret"], ["default", "sekret"]]) {
    client.isAuthenticated = false;
    expect(server.run(client, "AUTH", ...words)).toBe(ok);
    expect(client.isAuthenticated).toBe(true);
  }
  expect(server.authDenied).toBe(0);
});

test("a refused login is counted and leaves who was logged in as it was", () => {
  for (const words of [["sekre"], ["default", "sekret "], ["Default", "sekret"], ["other", "sekret"]]) {
    expect(server.run(client, "AUTH", ...words)).toBe(wrongPass);
  }
  expect(client.isAuthenticated).toBe(false);
  expect(server.authDenied).toBe(4);
  server.run(client, "AUTH", "sekret");
  expect(server.run(client, "AUTH", "sekre")).toBe(wrongPass);
  expect(client.isAuthenticated).toBe(true);
});

test("HELLO without a login is refused and changes no protocol, but names the connection, as in 7.0.15", () => {
  expect(server.run(client, "HELLO", "3", "SETNAME", "n")).toMatch(/^-NOAUTH HELLO must be called/);
  expect([client.protocol, client.name]).toEqual([2, "n"]);
});

test("HELLO's options have acted when a later one is wrong", () => {
  const reply = server.run(client, "HELLO", "3", "AUTH", "default", "sekret", "FOO");
  expect(reply).toBe("-ERR Syntax error in HELLO option 'FOO'\r\n");
  expect([client.isAuthenticated, client.protocol]).toEqual([true, 2]);
});

test("HELLO 3 answers in RESP3 and HELLO without a version in the one in use", () => {
  const login = ["AUTH", "default", "sekret"];
  const expected =
    "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n" +
    "$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n";
  expect(server.run(client, "HELLO", "3", ...login)).toBe(expected);
  expect(server.run(client, "HELLO")).toBe(expected);
});

test("RESET logs out, and gives back name, database, protocol and modes, but keeps NO-EVICT", () => {
  server.run(client, "HELLO", "3", "AUTH", "default", "sekret", "SETNAME", "n");
  for (const words of [
    "SELECT 5",
    "CLIENT NO-EVICT on",
    "CLIENT NO-TOUCH on",
    "CLIENT REPLY off",
    "MONITOR",
  ]) {
    server.run(client, ...words.split(" "));
  }
  expect(server.run(client, "RESET")).toBe("+RESET\r\n");
  expect(client).toMatchObject({
    isAuthenticated: false,
    name: "",
    db: 0,
    protocol: 2,
    replyMode: "on",
    isMonitor: false,
    isNoTouch: false,
    isNoEvict: true,
  });
});

test("RESET's answer is skipped when CLIENT REPLY SKIP came before it", () => {
  client.replyMode = "skip";
  server.run(client, "RESET");
  expect(client.replyMode).toBe("skip");
});

test("a second MONITOR answers nothing", () => {
  expect([server.run(client, "MONITOR"), server.run(client, "MONITOR")]).toEqual([ok, ""]);
});

test("QUIT answers and then closes", () => {
  expect(server.run(client, "QUIT", "now")).toBe(ok);
  expect(client.closed).toBe("after-reply");
});
