import { expect, test } from "vitest";
import { blocked } from "./blocked.ts";
import { bulk, History, list, play } from "./histories.ts";

/** A history whose node says at each turn's end which sessions wait. Sessions are numbered as clients first call. */
function waiting(...turns: readonly (readonly number[])[]): History {
  const left = [...turns];
  const history = new History({ node: { waiting: () => left.shift() ?? [] } });
  for (const client of [1, 2, 3]) history.call(client, "PING", "+PONG");
  return history;
}
const kinds = (history: History) => history.violations(blocked).map(({ kind }) => kind);
const got = (key: string, element: string) => list(bulk(key), bulk(element));

test("waiters that are served in their order pass, and those that time out", () => {
  const history = waiting([1], [1, 2], []);
  const a = history.invoke(1, "BLPOP q 0");
  history.turn();
  const b = history.invoke(2, "BLPOP q 1");
  history.turn();
  history.call(3, "RPUSH q x", ":1");
  history.execute(a, got("q", "x")).reply(a);
  history.execute(b, "*-1").reply(b).turn();
  const { violations, counts } = play(blocked, history.happenings, {
    node: { waiting: () => [] },
  });
  expect([violations, kinds(history), counts["elements popped?"]]).toEqual([[], [], 1]);
});

test("who waits though the list has an element is found, once", () => {
  const history = waiting([1], [1], [1]);
  history.invoke(1, "BLPOP none q 0");
  history.turn();
  history.call(3, "RPUSH q x", ":1");
  expect(kinds(history.turn().turn())).toEqual(["waits for what is there"]);
});

test("a list in another database, or one that was deleted since, keeps nobody from waiting", () => {
  const history = waiting([1], [1]);
  history.call(3, "SELECT 1", "+OK");
  history.call(3, "RPUSH q x", ":1");
  history.call(2, "RPUSH q x", ":1");
  history.call(2, "DEL q", ":1");
  history.invoke(1, "BLPOP q 0");
  expect(kinds(history.turn().turn())).toEqual([]);
});

test("who came later and is served first is found", () => {
  const history = waiting([1], [1, 2]);
  history.invoke(1, "BLPOP q 0");
  history.turn();
  const later = history.invoke(2, "BLPOP q 0");
  history.turn();
  history.call(3, "RPUSH q x", ":1");
  history.execute(later, got("q", "x"));
  expect(kinds(history)).toEqual(["served out of turn"]);
});

test("an element served twice is found", () => {
  const history = waiting();
  history.call(3, "RPUSH q x y", ":2");
  history.call(1, "LPOP q", bulk("x"));
  history.call(2, "BLPOP q 0", got("q", "x"));
  expect(kinds(history)).toEqual(["served twice"]);
  const again = waiting();
  again.call(3, "RPUSH q x x", ":2");
  again.call(1, "LPOP q 2", list(bulk("x"), bulk("x")));
  expect(kinds(again)).toEqual([]);
});
