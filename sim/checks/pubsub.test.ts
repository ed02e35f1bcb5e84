import { expect, test } from "vitest";
import { bulk, History, list, play } from "./histories.ts";
import { pubsub } from "./pubsub.ts";

const ack = (kind: string, channel: string, count: number) =>
  list(bulk(kind), bulk(channel), `:${count}\r\n`);
const message = (channel: string, text: string) => list(bulk("message"), bulk(channel), bulk(text));
const byPattern = (pattern: string, channel: string, text: string) =>
  list(bulk("pmessage"), bulk(pattern), bulk(channel), bulk(text));

/** Client 1 has subscribed to news; `run` happens. */
function subscribed(run: (history: History) => void): readonly string[] {
  const history = new History();
  history.call(1, "SUBSCRIBE news", ack("subscribe", "news", 1));
  run(history);
  return history
    .finish()
    .violations(pubsub)
    .map(({ kind }) => kind);
}

test("messages that arrive in order pass, by channel and by pattern", () => {
  const history = new History();
  history.call(1, "SUBSCRIBE news", ack("subscribe", "news", 1));
  history.call(1, "PSUBSCRIBE n*", ack("psubscribe", "n*", 2));
  history.call(2, "PUBLISH news a", ":2");
  history.call(2, "PUBLISH nothing b", ":1");
  history
    .push(1, message("news", "a"))
    .push(1, byPattern("n*", "news", "a"))
    .push(1, byPattern("n*", "nothing", "b"));
  history.call(1, "UNSUBSCRIBE", ack("unsubscribe", "news", 1));
  history.call(2, "PUBLISH news c", ":1");
  history.push(1, byPattern("n*", "news", "c"));
  history.push(1, byPattern("n*", "__keyevent@0__:set", "k"));
  const { violations, counts } = play(pubsub, history.finish().happenings);
  expect([violations, counts]).toEqual([
    [],
    { "messages published": 3, "messages arrived": 4, "key events?": 1 },
  ]);
});

test("a message left out, and one that overtakes, are found", () => {
  const run = (...arrived: readonly string[]) =>
    subscribed((h) => {
      for (const text of ["a", "b"]) h.call(2, `PUBLISH news ${text}`, ":1");
      for (const text of arrived) h.push(1, message("news", text));
    });
  expect(run("a", "b")).toEqual([]);
  expect(run("b")).toEqual(["messages left out, or out of order"]);
  expect(run("b", "a")).toEqual([
    "messages left out, or out of order",
    "a message nobody sent, or sent again",
  ]);
  expect(run("a")).toEqual(["messages that never arrived"]);
  expect(run("a", "a", "b")).toEqual(["a message nobody sent, or sent again"]);
});

test("a connection that was lost may miss the end", () => {
  expect(subscribed((h) => [h.call(2, "PUBLISH news a", ":1"), h.lose(1)])).toEqual([]);
});

test("a message after unsubscribing, and one to a stranger, are found", () => {
  const late = subscribed((h) => {
    h.call(1, "UNSUBSCRIBE news", ack("unsubscribe", "news", 0));
    h.call(2, "PUBLISH news a", ":0");
    h.push(1, message("news", "a"));
  });
  expect(late).toEqual(["a message nobody sent, or sent again"]);
  expect(subscribed((h) => h.push(3, message("news", "a")))).toEqual(["a message nobody asked for"]);
});

test("wrong counts of receivers and of channels are found", () => {
  expect(subscribed((h) => [h.call(2, "PUBLISH news a", ":0"), h.push(1, message("news", "a"))])).toEqual([
    "a wrong count of receivers",
  ]);
  expect(subscribed((h) => h.call(1, "SUBSCRIBE other", ack("subscribe", "other", 1)))).toEqual([
    "a wrong count of channels",
  ]);
});

test("a subscriber that went away receives nothing and is not counted", () => {
  expect(subscribed((h) => [h.lose(1), h.call(2, "PUBLISH news a", ":0")])).toEqual([]);
});

test("patterns that match one message may bring it in any order, behind the channel itself", () => {
  const run = (...arrived: readonly string[]): readonly string[] =>
    subscribed((h) => {
      h.call(1, "PSUBSCRIBE n*", ack("psubscribe", "n*", 2));
      h.call(1, "PSUBSCRIBE *s", ack("psubscribe", "*s", 3));
      h.call(2, "PUBLISH news a", ":3");
      for (const text of arrived) h.push(1, text);
    });
  const [own, first, second] = [
    message("news", "a"),
    byPattern("n*", "news", "a"),
    byPattern("*s", "news", "a"),
  ] as const;
  expect([run(own, first, second), run(own, second, first)]).toEqual([[], []]);
  expect(run(first, own, second)[0]).toBe("messages left out, or out of order");
});

test("shard channels are apart from the others", () => {
  const run = (text: string): readonly string[] =>
    subscribed((h) => {
      h.call(1, "SSUBSCRIBE news", ack("ssubscribe", "news", 1));
      h.call(2, "SPUBLISH news a", ":1");
      h.push(1, list(bulk("smessage"), bulk("news"), bulk(text)));
    });
  expect([run("a"), run("b")[0]]).toEqual([[], "a message nobody sent, or sent again"]);
});

test("what is only queued subscribes to nothing", () => {
  const kinds = subscribed((h) => {
    h.call(2, "MULTI", "+OK");
    h.call(2, "SUBSCRIBE news", "+QUEUED");
    h.call(3, "PUBLISH news a", ":1");
    h.push(1, message("news", "a"));
  });
  expect(kinds).toEqual([]);
});
