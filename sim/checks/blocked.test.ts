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
