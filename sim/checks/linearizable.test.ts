import { expect, test } from "vitest";
import { fakeRun } from "./fake-run.ts";
import { bulk, History, list, play } from "./histories.ts";
import { linearizable } from "./linearizable.ts";

const kinds = (history: History) =>
  history
    .finish()
    .violations(linearizable)
    .map(({ kind }) => kind);
const offence = ["no order explains the answers"];

test("a value that is read after it was overwritten is found, and named", () => {
  const history = new History();
  history.call(1, "SET k a", "+OK");
  history.call(1, "SET k b", "+OK");
  history.call(2, "GET k", bulk("a"));
  expect(history.finish().violations(linearizable)).toMatchObject([
    { kind: offence[0], text: expect.stringMatching(/db 0, key "k", 3 operations: .*SET k b.*SET k a/) },
  ]);
});

test("a counter that loses one of two additions is found", () => {
  const history = new History();
  const a = history.invoke(1, "INCR n");
  const b = history.invoke(2, "INCRBY n 5");
  history.execute(a, ":1").execute(b, ":5").reply(a).reply(b);
  expect(history.finish().violations(linearizable)).toMatchObject([
    { kind: offence[0], text: expect.stringContaining("fits nowhere") },
  ]);
});

test.each([
  ["APPEND", "APPEND k b", ":1"],
  ["GETSET", "GETSET k b", "$-1"],
  ["GETDEL", "GETDEL k", bulk("b")],
  ["SETNX", "SETNX k b", ":1"],
  ["SET NX", "SET k b NX", "+OK"],
  ["SET XX", "SET k b XX", "$-1"],
  ["SET GET", "SET k b GET", bulk("b")],
  ["STRLEN", "STRLEN k", ":0"],
  ["DEL", "DEL k", ":0"],
  ["EXISTS", "EXISTS k", ":0"],
  ["MGET", "MGET k", list("$-1\r\n")],
  ["MSETNX", "MSETNX k b other c", ":1"],
  ["DECR", "DECR k", ":-1"],
])("a wrong answer of %s is found", (_, words, reply) => {
  const history = new History();
  history.call(1, "SET k a", "+OK");
  history.call(1, words, reply);
  expect(kinds(history)).toEqual(offence);
});

test("one key's fault is not hidden by another's, nor by another database", () => {
  const history = new History();
  history.call(1, "SET k a", "+OK");
  history.call(2, "SELECT 3", "+OK");
  history.call(2, "GET k", "$-1");
  history.call(2, "SET j a", "+OK");
  expect(kinds(history)).toEqual([]);
  history.call(2, "GET j", "$-1");
  expect(kinds(history)).toEqual(offence);
});

test("a lost request may have happened, now or later, or not", () => {
  const history = new History();
  const lost = history.invoke(1, "SET k a");
  history.lose(1, [lost]);
  history.call(2, "GET k", "$-1");
  history.call(2, "GET k", bulk("a"));
  expect(kinds(history)).toEqual([]);
  history.call(2, "GET k", "$-1");
  expect(kinds(history)).toEqual(offence);
});

test("a lost request cannot happen after the server closed its session", () => {
  const history = new History();
  history.call(1, "GET k", "$-1");
  history.lose(1, [history.invoke(1, "SET k a")]);
  history.call(2, "GET k", "$-1");
  expect(kinds(history)).toEqual([]);
  history.call(2, "GET k", bulk("a"));
  expect(kinds(history)).toEqual(offence);
});

test("a restart takes everything, and what was lost with it cannot come after", () => {
  const history = new History();
  history.call(1, "SET k a", "+OK");
  const lost = history.invoke(2, "SET k b");
  history.end("kill").lose(2, [lost]).start();
  history.call(1, "GET k", "$-1");
  expect(kinds(history)).toEqual([]);
  history.call(1, "GET k", bulk("b"));
  expect(kinds(history)).toEqual(offence);
});

test("FLUSHALL is an operation on every key", () => {
  const history = new History();
  history.call(1, "MSET k a j b", "+OK");
  history.call(1, "FLUSHALL", "+OK");
  history.call(1, "MGET k j", list("$-1\r\n", "$-1\r\n"));
  expect(kinds(history)).toEqual([]);
  history.call(1, "GET j", bulk("b"));
  expect(kinds(history)).toEqual(offence);
});

test("what a client wrote with raw bytes is known from what ran", () => {
  const history = new History();
  const raw = history.raw(2, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nz\r\n").invoke(9, "PING");
  history.execute({ ...raw, client: 2, words: ["SET", "k", "z"] }, "+OK");
  history.call(1, "GET k", bulk("z"));
  expect(kinds(history)).toEqual([]);
});

test("keys that expire, and nodes that evict, are left out", () => {
  const expiring = new History();
  expiring.call(1, "SET k a PX 10", "+OK");
  expiring.call(1, "GET k", "$-1");
  const evicting = new History({ config: { maxmemory: "1000000", "maxmemory-policy": "allkeys-lru" } });
  evicting.call(1, "SET k a", "+OK");
  evicting.call(1, "GET k", "$-1");
  expect([kinds(expiring), kinds(evicting)]).toEqual([[], []]);
});

test("a limit without eviction, and settings that touch no key, leave nothing out", () => {
  const history = new History({ config: { maxmemory: "1000000" } });
  history.call(1, "CONFIG SET hz 20", "+OK");
  history.call(1, "DEBUG SLEEP 0", "+OK");
  history.call(1, "SWAPDB 4 5", "+OK");
  history.call(1, "SET k a", "+OK");
  history.call(1, "GET k", "$-1");
  expect(kinds(history)).toEqual(offence);
});

test("runs of pipelining clients pass, also where connections were lost, and a wrong answer in them does not", () => {
  const draw = (below: (bound: number) => number, client: number, request: number): string => {
    const key = `k${below(3)}`;
    const words = [
      `SET ${key} ${client}.${request}`,
      `GET ${key}`,
      `INCR n`,
      `APPEND a ${client}`,
      `DEL ${key} n`,
      "GET n",
      "FLUSHALL",
    ];
    return words[below(below(20) === 0 ? 7 : 6)] as string;
  };
  for (let seed = 1; seed <= 20; seed++) {
    const { happenings, options } = fakeRun({ seed, requests: 200, draw, lossEvery: 30 });
    const { violations, counts } = play(linearizable, happenings, options);
    expect([violations, (counts["keys"] ?? 0) > 3, counts["keys undecided?"]]).toEqual([[], true, 0]);
    const changed = happenings.map((each) => {
      if (each.on !== "replied" || !/^\$\d+\r\n\d/.test(each.event.reply)) return each;
      return { ...each, event: { ...each.event, reply: bulk("never") } };
    });
    expect(play(linearizable, changed, options).violations.length).toBe(1);
  }
});
