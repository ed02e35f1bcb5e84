import { expect, test } from "vitest";
import { blocked } from "./blocked.ts";
import { bulk, History, list, play } from "./histories.ts";

/** A history whose node says at each turn's end which sessions wait. Sessions are numbered as clients first call. */
function waiting(...turns: readonly (readonly number[])[]): History {
  const history = new History({ node: { waiting: () => turns[turn++ % turns.length] ?? [] } });
  let turn = 0;
  for (const client of [1, 2, 3]) history.call(client, "PING", "+PONG");
  return history;
}
const kinds = (history: History) => history.violations(blocked).map(({ kind }) => kind);
const got = (key: string, element: string) => list(bulk(key), bulk(element));

test("waiters that are served in their order pass, and those whose time is over", () => {
  const history = waiting([1], [1, 2], []);
  const a = history.invoke(1, "BLPOP q 0");
  history.turn();
  const b = history.invoke(2, "BLPOP q 1");
  history.turn();
  history.call(3, "RPUSH q @3.1@", ":1");
  history.execute(a, got("q", "@3.1@")).reply(a);
  history.wait(1_000_000).execute(b, "*-1").reply(b).turn();
  const { violations, counts } = play(blocked, history.happenings, history.options);
  expect(violations).toEqual([]);
  expect(counts).toEqual({
    "waiters at a turn's end": 3,
    "waiters served": 1,
    "waits that ended without an element": 1,
    "signed elements popped": 1,
  });
});

test.each([
  ["BLPOP none q 0", "RPUSH q x", ":1"],
  ["BLMPOP 0 2 none q LEFT", "LPUSH q x", ":1"],
  ["BLMOVE q none LEFT LEFT 0", "RPUSH q x", ":1"],
  ["BZPOPMIN none q 0", "ZADD q 1 x", ":1"],
])("%s that waits though the key holds something is found, once", (request, push, answer) => {
  const history = waiting([1]);
  history.invoke(1, request);
  history.turn();
  history.call(3, push, answer);
  expect(kinds(history.turn().turn())).toEqual(["waits for what is there"]);
});

test.each([
  ["XREAD BLOCK 0 STREAMS none q 0-0 5-1", "XADD q 5-2 f v", "$3\r\n5-2"],
  ["XREAD COUNT 2 BLOCK 0 STREAMS q $", "XADD q 9-9 f v", "$3\r\n9-9"],
  ["XREADGROUP GROUP g c BLOCK 0 STREAMS q >", "XADD q 5-2 f v", "$3\r\n5-2"],
])("%s that waits though the stream goes on is found, once", (request, push, answer) => {
  const history = waiting([1]);
  history.call(3, "XADD q 5-1 f v", "$3\r\n5-1");
  history.call(3, "XGROUP CREATE q g $", "+OK");
  history.invoke(1, request);
  expect(kinds(history.turn())).toEqual([]);
  history.call(3, push, answer);
  expect(kinds(history.turn().turn())).toEqual(["waits for what is there"]);
});

test("a reader waits rightly for what it has had, what is deleted, and a group that was moved by hand", () => {
  const kindsAfter = (request: string, ...calls: readonly (readonly [string, string])[]): string[] => {
    const history = waiting([1]);
    history.call(3, "XADD q 5-1 f v", "$3\r\n5-1");
    history.call(3, "XGROUP CREATE q g $", "+OK");
    history.invoke(1, request);
    history.turn();
    for (const [words, reply] of calls) history.call(3, words, reply);
    return kinds(history.turn());
  };
  const add = ["XADD q 6-1 f v", "$3\r\n6-1"] as const;
  expect(kindsAfter("XREAD BLOCK 0 STREAMS q 6", add)).toEqual(["waits for what is there"]);
  expect(kindsAfter("XREAD BLOCK 0 STREAMS q 6-1", add)).toEqual([]);
  expect(kindsAfter("XREAD BLOCK 0 STREAMS q 5-1", add, ["XDEL q 6-1", ":1"])).toEqual([]);
  const moved = ["XGROUP SETID q g 0", "+OK"] as const;
  expect(kindsAfter("XREADGROUP GROUP g c BLOCK 0 STREAMS q >", moved)).toEqual([]);
});

test("a reader of a stream that gives up before its time is found", () => {
  const ended = (waitUs: number): History => {
    const history = waiting([1], []);
    const request = history.invoke(1, "XREAD BLOCK 1000 STREAMS q $");
    history.turn();
    return history.wait(waitUs).execute(request, "*-1");
  };
  expect([kinds(ended(500_000)), kinds(ended(1_000_000))]).toEqual([["gave up before its time"], []]);
});

test("a key in another database, of another type, or deleted since, keeps nobody from waiting", () => {
  const history = waiting([1]);
  history.call(2, "RPUSH q x", ":1");
  history.call(2, "DEL q", ":1");
  history.call(2, "ZADD r 1 x", ":1");
  history.call(2, "RPUSH l x", ":1");
  history.call(3, "SELECT 1", "+OK");
  history.call(3, "RPUSH q x", ":1");
  history.invoke(1, "BLMOVE q l LEFT LEFT 0");
  expect(kinds(history.turn().turn())).toEqual([]);
  const other = waiting([1]);
  other.call(2, "ZADD r 1 x", ":1");
  other.invoke(1, "BLPOP r 0");
  expect(kinds(other.turn())).toEqual([]);
});

test("who came later and is served first is found, unless both came within one turn", () => {
  const served = (...turns: readonly (readonly number[])[]): History => {
    const history = waiting(...turns);
    history.invoke(1, "BLPOP q 0");
    if (turns.length > 1) history.turn();
    const later = history.invoke(2, "BLPOP q 0");
    history.turn();
    history.call(3, "RPUSH q x", ":1");
    return history.execute(later, got("q", "x"));
  };
  expect(kinds(served([1], [1, 2]))).toEqual(["served out of turn"]);
  expect(kinds(served([1, 2]))).toEqual([]);
});

test("who waits on a connection of raw bytes came when it was first seen waiting", () => {
  const served = (...turns: readonly (readonly number[])[]): History => {
    const history = waiting(...turns);
    history.raw(2, "*3...");
    history.turn();
    history.invoke(1, "BLPOP q 0");
    history.turn();
    history.call(3, "RPUSH q x", ":1");
    const unread = { ...history.invoke(3, "BLPOP q 0"), client: 2, connection: 0 };
    return history.execute(unread, got("q", "x"));
  };
  expect(kinds(served([2], [2, 1]))).toEqual([]);
  expect(kinds(served([], [1]))).toEqual(["served out of turn"]);
});

test("an answer without an element before its time is found, but for CLIENT UNBLOCK", () => {
  const ended = (between: (history: History) => void): History => {
    const history = waiting([1], []);
    const request = history.invoke(1, "BLPOP q 1");
    history.turn();
    between(history.wait(500_000));
    return history.execute(request, "*-1");
  };
  expect(kinds(ended(() => undefined))).toEqual(["gave up before its time"]);
  expect(kinds(ended((history) => history.wait(500_000)))).toEqual([]);
  expect(kinds(ended((history) => history.call(2, "CLIENT UNBLOCK 1", ":1")))).toEqual([]);
});

test("an element that two clients got is found, one that was moved in between is none", () => {
  const history = waiting([]);
  history.call(3, "RPUSH q @3.1@ @3.2@", ":2");
  history.call(1, "LPOP q", bulk("@3.1@"));
  history.call(2, "BLPOP q 0", got("q", "@3.1@"));
  expect(kinds(history)).toEqual(["served twice"]);
  const moved = waiting([]);
  moved.call(3, "RPUSH q @3.1@", ":1");
  moved.call(2, "LMOVE q r LEFT LEFT", bulk("@3.1@"));
  moved.call(1, "BLMPOP 1 1 r LEFT COUNT 2", list(bulk("r"), list(bulk("@3.1@"))));
  expect(kinds(moved)).toEqual([]);
});

test("an element comes again after a power loss only where the policy lets a pop be lost, whether or not a sync has failed", () => {
  const again = (appendfsync: string, hasFailed: boolean): readonly string[] => {
    const history = new History({ config: { appendonly: "yes", appendfsync } });
    history.call(3, "RPUSH q @3.1@", ":1");
    history.call(1, "LPOP q", bulk("@3.1@"));
    const { nowUs, wallMs } = history;
    const event = { atUs: nowUs, name: "disk.sync-fails-once", node: 1, text: "" } as const;
    if (hasFailed) history.happenings.push({ on: "faultFired", event, nowUs, wallMs });
    history.end("power-loss").start().recover();
    history.call(2, "LPOP q", bulk("@3.1@"));
    return kinds(history);
  };
  expect(again("always", false)).toEqual(["served twice"]);
  expect(again("always", true)).toEqual(["served twice"]);
  expect(again("everysec", false)).toEqual([]);
});
