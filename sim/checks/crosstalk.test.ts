import { expect, test } from "vitest";
import { crosstalk, markOf } from "./crosstalk.ts";
import { bulk, History, play } from "./histories.ts";

const kinds = (history: History) => history.violations(crosstalk).map(({ kind }) => kind);

test("pipelines of several clients pass when each has its own replies", () => {
  const history = new History();
  const a = history.invoke(1, `SET k ${markOf(1, 0)}`);
  const b = history.invoke(1, "ECHO hello");
  const c = history.invoke(2, "GET k");
  history
    .execute(a, "+OK")
    .execute(c, bulk(markOf(1, 0)))
    .execute(b, bulk("hello"));
  history.reply(c).reply(a).reply(b);
  history.lose(1, [history.invoke(1, "GET k")]);
  history.call(1, "GET k", bulk(markOf(1, 0)));
  const { violations, counts } = play(crosstalk, history.happenings);
  expect([violations, counts]).toEqual([[], { "replies compared": 4, "echoes?": 1, "marked values?": 2 }]);
});

test("swapped replies of two requests are named on both", () => {
  const history = new History();
  const a = history.invoke(1, "GET a");
  const b = history.invoke(1, "GET b");
  history.execute(a, bulk("1")).execute(b, bulk("2")).reply(a, bulk("2")).reply(b, bulk("1"));
  expect(history.violations(crosstalk)).toMatchObject([
    { kind: "another reply than was written", client: 1, request: 0, text: expect.stringContaining("GET a") },
    { kind: "another reply than was written", client: 1, request: 1 },
  ]);
});

test("a reply that overtakes is named", () => {
  const history = new History();
  const a = history.invoke(1, "GET a");
  const b = history.invoke(1, "GET b");
  history.execute(a, "$-1").execute(b, "$-1").reply(b).reply(a);
  expect(kinds(history)).toEqual(["out of order"]);
});

test("an answer to what has not run is named", () => {
  const history = new History();
  const a = history.invoke(1, "GET a");
  history.reply(a, "$-1").execute(a, "$-1");
  expect(kinds(history)).toEqual(["answered before it ran"]);
});

test("a farewell of the server stands behind no request", () => {
  const history = new History();
  history.reply(history.invoke(1, "GET a"), "-ERR Protocol error: unauthenticated bulk length");
  expect(kinds(history)).toEqual([]);
});

test("an echo of another's words is named, even where the observer saw the same", () => {
  const history = new History();
  history.call(1, "ECHO mine", bulk("yours"));
  expect(kinds(history)).toEqual(["not its own words"]);
});

test("a marked value that nobody sent is named", () => {
  const history = new History();
  history.call(1, `SET k ${markOf(1, 0)}`, "+OK");
  history.call(2, "GET k", bulk(markOf(1, 1)));
  expect(kinds(history)).toEqual(["a value nobody sent"]);
});
