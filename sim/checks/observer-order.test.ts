import { expect, test } from "vitest";
import { History } from "./histories.ts";
import { observerOrder } from "./observer-order.ts";

const kinds = (history: History) => history.violations(observerOrder).map(({ kind }) => kind);

test("requests that run in the order they were sent pass, also over several clients and connections", () => {
  const history = new History();
  const a = history.invoke(1, "SET k 1");
  const b = history.invoke(1, "GET k");
  const c = history.invoke(2, "GET k");
  history.execute(a, "+OK").execute(c, "$1\r\n1").execute(b, "$1\r\n1");
  const lost = history.invoke(1, "INCR k");
  history.lose(1, [lost]);
  history.call(1, "INCR k", ":2");
  expect(kinds(history)).toEqual([]);
});

test("a request that overtakes another is named, with the one left out", () => {
  const history = new History();
  history.invoke(1, "SET k 1");
  const later = history.invoke(1, "GET k");
  history.execute(later, "$-1");
  expect(history.violations(observerOrder)).toMatchObject([
    { kind: "ran while a later one was sent", client: 1 },
  ]);
});

test("a request that runs twice is named", () => {
  const history = new History();
  const request = history.invoke(1, "INCR k");
  history.execute(request, ":1").execute(request, ":2");
  expect(kinds(history)).toEqual(["ran while nothing was sent"]);
});

test("words that changed on the way are named", () => {
  const history = new History();
  const request = history.invoke(1, "SET k v");
  history.execute({ ...request, words: ["SET", "k", "V"] }, "+OK");
  expect(kinds(history)).toEqual(["ran while another was sent"]);
});

test("a request that runs after its session closed is named", () => {
  const history = new History();
  const request = history.invoke(1, "INCR k");
  history.execute(request, ":1").lose(1, []);
  const dead = history.happenings.find(({ on }) => on === "executed");
  if (dead !== undefined) history.happenings.push(dead);
  expect(kinds(history)).toEqual(["ran after the session closed"]);
});

test("a transaction's calls are told again as EXEC runs them, and in no other way", () => {
  const transaction = (told: readonly string[]): History => {
    const history = new History();
    history.call(1, "MULTI", "+OK");
    history.call(1, "SET a 1", "+QUEUED");
    history.call(1, "INCR a", "+QUEUED");
    const exec = history.invoke(1, "EXEC");
    for (const words of told)
      history.execute({ ...exec, words: words.split(" ") }, "+OK", { transaction: "inner" });
    history.execute(exec, "*2\r\n+OK\r\n:2");
    history.call(1, "GET a", "$1\r\n2");
    return history;
  };
  expect(kinds(transaction(["SET a 1", "INCR a"]))).toEqual([]);
  expect(kinds(transaction(["INCR a", "SET a 1"]))[0]).toBe("ran while another was sent");
  expect(kinds(transaction(["SET a 1", "SET a 1"]))[0]).toBe("ran while another was sent");
  const discarded = new History();
  discarded.call(1, "MULTI", "+OK");
  discarded.call(1, "SET a 1", "+QUEUED");
  discarded.call(1, "DISCARD", "+OK");
  discarded.call(1, "SET a 1", "+OK");
  expect(kinds(discarded)).toEqual([]);
});

test("what runs after raw bytes is let be, what was sent before them is not", () => {
  const history = new History();
  const before = history.invoke(1, "INCR k");
  history.raw(1, "*1\r\n$4\r\nPING\r\n");
  history.execute(before, ":1").execute({ ...before, words: ["PING"] }, "+PONG");
  expect(kinds(history)).toEqual([]);
  history.execute(history.invoke(2, "GET k"), ":1");
  history.raw(2, "x").execute({ ...before, client: 2, connection: 1 }, ":1");
  expect(kinds(history)).toEqual(["ran while nothing was sent"]);
});

test("a request that runs between the calls of another's transaction is named", () => {
  const history = new History();
  history.call(1, "MULTI", "+OK");
  history.call(1, "SET a 1", "+QUEUED");
  history.call(1, "INCR a", "+QUEUED");
  const exec = history.invoke(1, "EXEC");
  history.execute({ ...exec, words: ["SET", "a", "1"] }, "+OK", { transaction: "inner" });
  history.call(2, "GET a", "$1\r\n1");
  history.execute({ ...exec, words: ["INCR", "a"] }, ":2", { transaction: "inner" });
  history.execute(exec, "*2\r\n+OK\r\n:2");
  history.call(2, "GET a", "$1\r\n2");
  expect(kinds(history)).toEqual(["ran inside of another's transaction"]);
});
