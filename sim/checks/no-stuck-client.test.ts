import { expect, test } from "vitest";
import { History } from "./histories.ts";
import { noStuckClient } from "./no-stuck-client.ts";

const kinds = (history: History) => history.violations(noStuckClient).map(({ kind }) => kind);
const longUs = 31_000_000;

test("a request without answer 30 s after healing is named, with its words", () => {
  const history = new History();
  const request = history.invoke(7, "GET k");
  history.execute(request, "$-1").heal().wait(longUs).finish();
  expect(history.violations(noStuckClient)).toMatchObject([
    { kind: "no answer", client: 7, request: 0, text: expect.stringMatching(/"GET k" waits for 31\.0 s/) },
  ]);
});

test("an answer that comes after more than 30 s is named as well", () => {
  const history = new History().heal();
  const request = history.invoke(1, "GET k");
  history.wait(longUs).execute(request, "$-1").reply(request).finish();
  expect(kinds(history)).toEqual(["no answer"]);
});

test("before healing anything may take long, and a lost connection is an answer", () => {
  const history = new History();
  const slow = history.invoke(1, "GET k");
  history.wait(longUs).execute(slow, "$-1").reply(slow);
  const lost = history.invoke(2, "GET k");
  history.heal().wait(1000).lose(2, [lost]).wait(longUs).finish();
  expect(kinds(history)).toEqual([]);
});

test("a client that gives up after more than 30 s was stuck", () => {
  const history = new History().heal();
  const request = history.invoke(1, "GET k");
  history.wait(longUs).lose(1, [request]).finish();
  expect(kinds(history)).toEqual(["no answer"]);
});

test("CLIENT PAUSE makes everyone wait, and for no longer than it said", () => {
  const history = new History().heal();
  history.call(1, "CLIENT PAUSE 60000", "+OK");
  const waiting = history.invoke(2, "GET k");
  expect(kinds(history.wait(60_000_000).finish())).toEqual([]);
  history.wait(longUs).finish();
  expect(kinds(history)).toEqual(["no answer"]);
  expect(waiting.request).toBe(0);
});

test("a request is stuck although later ones were answered on another connection", () => {
  const history = new History().heal();
  history.invoke(1, "GET a");
  history.call(2, "GET a", "$-1");
  expect(kinds(history.wait(longUs).finish())).toEqual(["no answer"]);
});
