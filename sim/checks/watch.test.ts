import { expect, test } from "vitest";
import { bulk, History, list, play } from "./histories.ts";
import { watch } from "./watch.ts";

/** Client 1 watches k, something happens, and its transaction is answered with `exec`. */
function watching(between: (history: History) => void, exec: string): History {
  const history = new History();
  history.call(1, "SET k a PX 50", "+OK");
  history.call(1, "WATCH k other", "+OK");
  between(history);
  history.call(1, "MULTI", "+OK");
  history.call(1, "GET k", "+QUEUED");
  history.call(1, "EXEC", exec);
  return history;
}
const kinds = (history: History) => history.violations(watch).map(({ kind }) => kind);
const done = list(bulk("a"));

test("EXEC may succeed when nothing changed, and reads and other keys are no change", () => {
  const history = watching((h) => {
    h.call(2, "GET k", bulk("a"));
    h.call(2, "SET j b", "+OK");
    h.call(2, "SETNX k b", ":0");
  }, done);
  const { violations, counts } = play(watch, history.happenings);
  expect([violations, counts["EXECs of watched keys?"]]).toEqual([[], 1]);
});

test.each([
  ["another client's write", (h: History) => h.call(2, "SET k b", "+OK")],
  ["a write of the same value", (h: History) => h.call(2, "SET k a PX 50", "+OK")],
  ["its own write before MULTI", (h: History) => h.call(1, "APPEND k b", ":2")],
  ["a key that is made", (h: History) => h.call(2, "SET other b", "+OK")],
  ["a flush", (h: History) => h.call(2, "FLUSHALL", "+OK")],
  ["an eviction", (h: History) => h.remove("k", "evicted")],
  ["an expiry that was told", (h: History) => h.wait(60_000).remove("k", "expired")],
  ["an expiry that nobody told", (h: History) => h.wait(60_000)],
  ["a new expiry", (h: History) => h.call(2, "PERSIST k", ":1")],
] as const)("EXEC that succeeds after %s is found", (_, between) => {
  expect(kinds(watching(between, done))).toEqual(["EXEC after a change"]);
  expect(kinds(watching(between, "*-1"))).toEqual([]);
});

test("of a watched stream its entries count, and not its groups", () => {
  const history = (words: string, reply: string): History => {
    const made = new History();
    made.call(2, "XADD s 5-1 f v", bulk("5-1"));
    made.call(2, "XGROUP CREATE s g 0", "+OK");
    made.call(1, "WATCH s", "+OK");
    made.call(2, words, reply);
    made.call(1, "MULTI", "+OK");
    made.call(1, "PING", "+QUEUED");
    made.call(1, "EXEC", list("+PONG\r\n"));
    return made;
  };
  expect(kinds(history("XGROUP DESTROY s g", ":1"))).toEqual([]);
  expect(kinds(history("XSETID s 9-9", "+OK"))).toEqual([]);
  expect(kinds(history("XADD s 6-1 f v", bulk("6-1")))).toEqual(["EXEC after a change"]);
  expect(kinds(history("XDEL s 5-1", ":1"))).toEqual(["EXEC after a change"]);
});

test("of a watched HyperLogLog its registers count, and not their form", () => {
  const history = (words: string, reply: string): History => {
    const made = new History();
    made.call(2, "PFADD h a", ":1");
    made.call(1, "WATCH h", "+OK");
    made.call(2, words, reply);
    made.call(1, "MULTI", "+OK");
    made.call(1, "PING", "+QUEUED");
    made.call(1, "EXEC", list("+PONG\r\n"));
    return made;
  };
  expect(kinds(history("PFDEBUG TODENSE h", ":1"))).toEqual([]);
  expect(kinds(history("PFADD h a", ":0"))).toEqual([]);
  expect(kinds(history("PFADD h b", ":1"))).toEqual(["EXEC after a change"]);
  expect(kinds(history("PFCOUNT h", ":1"))).toEqual(["EXEC after a change"]);
});

test("a needless refusal is counted and no violation", () => {
  const { violations, counts } = play(watch, watching(() => undefined, "*-1").happenings);
  expect([violations, counts["EXECs refused needlessly?"]]).toEqual([[], 1]);
});

test("UNWATCH, and an EXEC before, end the watch", () => {
  expect(kinds(watching((h) => [h.call(2, "SET k b", "+OK"), h.call(1, "UNWATCH", "+OK")], done))).toEqual(
    [],
  );
  const twice = watching(
    (h) => [h.call(1, "MULTI", "+OK"), h.call(1, "EXEC", "*0"), h.call(2, "SET k b", "+OK")],
    done,
  );
  expect(kinds(twice)).toEqual([]);
});

test("what the transaction itself does to its keys is no change, another's write before it is", () => {
  const history = (first: string): History => {
    const made = new History();
    made.call(1, "SET k a", "+OK");
    made.call(1, "WATCH k", "+OK");
    made.call(1, "MULTI", "+OK");
    made.call(1, "SET k b", "+QUEUED");
    made.call(2, first, "+OK");
    const exec = made.invoke(1, "EXEC");
    made.execute({ ...exec, words: ["SET", "k", "b"] }, "+OK", { transaction: "inner" });
    return made.execute(exec, list("+OK\r\n"));
  };
  expect([kinds(history("SET j c")), kinds(history("SET k c"))]).toEqual([[], ["EXEC after a change"]]);
});
