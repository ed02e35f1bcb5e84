import { expect, test } from "vitest";
import { framing } from "./framing.ts";
import { bulk, History } from "./histories.ts";

const kinds = (history: History) => history.violations(framing).map(({ kind }) => kind);

test("whole replies of both protocols pass, and silence that was asked for", () => {
  const history = new History();
  history.call(1, "GET k", bulk("a\r\nb"));
  history.useProtocol(2, 3).call(2, "GET none", "_");
  history.call(1, "CLIENT REPLY OFF", "");
  history.call(1, "GET k", "");
  history.call(1, "CLIENT REPLY SKIP", "");
  history.call(1, "GET k", "");
  history.call(1, "CLIENT REPLY ON", "+OK");
  history.call(1, "CLIENT REPLY SKIP", "");
  history.call(1, "GET k", "");
  history.call(1, "GET k", bulk("x"));
  history.call(1, "CLIENT REPLY OFF", "");
  history.call(1, "RESET", "+RESET");
  history.call(1, "GET k", bulk("x"));
  history.call(1, "CLIENT REPLY NO", "-ERR syntax error");
  history.execute(history.invoke(1, "SUBSCRIBE a b"), "*0\r\n*0\r\n");
  expect(history.violations(framing)).toEqual([]);
});

test("a reply of another length than it says is found where it was written and where it arrived", () => {
  const history = new History();
  history.call(1, "GET k", "$3\r\nabcd\r\n");
  const found = history.violations(framing);
  expect(found.map(({ kind }) => kind)).toEqual(["badly framed when written", "badly framed on arrival"]);
  expect(found[1]).toMatchObject({ client: 1, request: 0, text: expect.stringContaining("$3\\r\\nabcd") });
});

test.each([
  ["no reply at all", "", 2],
  ["two replies", "+OK\r\n+OK\r\n", 2],
  ["a null of RESP3 in RESP2", "_", 2],
  ["a null of RESP2 in RESP3", "$-1", 3],
] as const)("%s is found", (_, reply, protocol) => {
  const history = new History();
  history.useProtocol(1, protocol);
  history.execute(history.invoke(1, "SET k v"), reply);
  expect(kinds(history)).toEqual(["badly framed when written"]);
});

test("a reply that arrives cut short is found, though it was written whole", () => {
  const history = new History();
  const request = history.invoke(1, "GET k");
  history.execute(request, bulk("abc")).reply(request, "$3\r\nab\r\n");
  expect(kinds(history)).toEqual(["badly framed on arrival"]);
});

test("a reply is found that CLIENT REPLY should have kept back", () => {
  const history = new History();
  history.call(1, "CLIENT REPLY OFF", "");
  history.execute(history.invoke(1, "GET k"), "$-1");
  expect(kinds(history)).toEqual(["badly framed when written"]);
});

test("the silence of one session is not that of another", () => {
  const history = new History();
  history.call(1, "CLIENT REPLY OFF", "");
  history.execute(history.invoke(2, "GET k"), "");
  expect(kinds(history)).toEqual(["badly framed when written"]);
});

test("a silent subscriber of RESP2 cannot ask for replies, all others are answered", () => {
  const history = new History();
  history.execute(history.invoke(1, "SUBSCRIBE a"), "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
  for (const client of [1, 2]) {
    history.call(client, "CLIENT REPLY OFF", "");
    history.execute(history.invoke(client, "CLIENT REPLY ON"), "");
  }
  expect(history.violations(framing).map(({ client }) => client)).toEqual([2]);
});

test("what a client could not match is a violation", () => {
  expect(kinds(new History().malformed(1, "a reply nobody asked for"))).toEqual([
    "no reply, or nobody asked",
  ]);
});
