import { expect, test } from "vitest";
import { bulk, History, startMs } from "./histories.ts";
import { ttlExact } from "./ttl-exact.ts";

const kinds = (history: History) => history.violations(ttlExact).map(({ kind }) => kind);

/** A history in which key k expires 100 ms after the start, and the clock stands `atMs` after it. */
function untilMs(atMs: number): History {
  const history = new History();
  history.call(1, `SET k v PXAT ${startMs + 100}`, "+OK");
  return history.wait(atMs * 1000 - history.nowUs);
}

test("a key is there one millisecond before its time and gone at it", () => {
  const before = untilMs(99);
  before.call(1, "GET k", bulk("v"));
  before.call(1, "PTTL k", ":1");
  const after = untilMs(100).remove("k", "expired");
  after.call(1, "GET k", "$-1");
  after.call(1, "EXISTS k", ":0");
  expect([kinds(before), kinds(after)]).toEqual([[], []]);
});

test("a key that is seen at its time is found", () => {
  const history = untilMs(100);
  history.call(1, "EXISTS k", ":1");
  expect(history.violations(ttlExact)).toMatchObject([
    { kind: "visible after its time", text: expect.stringContaining(`the key's time is ${startMs + 100}`) },
  ]);
});

test("a key that is missing a millisecond before its time is found", () => {
  const history = untilMs(99);
  history.call(1, "TTL k", ":-2");
  expect(kinds(history)).toEqual(["missing before its time"]);
});

test("a key that goes with the last field of its hash, before its own time, is not missing", () => {
  const history = new History();
  history.call(1, "HSET h f v", ":1");
  history.call(1, "HPEXPIRE h 50 FIELDS 1 f", "*1\r\n:1");
  history.call(1, `PEXPIREAT h ${startMs + 100}`, ":1");
  history.wait(49_000 - history.nowUs).call(1, "EXISTS h", ":0");
  expect(kinds(history)).toEqual(["missing before its time"]);
  history.wait(50_000 - history.nowUs).call(1, "EXISTS h", ":0");
  expect(kinds(history)).toEqual(["missing before its time"]);
});

test("a refusal says nothing of a key", () => {
  const history = untilMs(99);
  history.call(1, "EXISTS k", "-NOAUTH Authentication required.");
  expect(kinds(history)).toEqual([]);
});

test("a key removed too early, and one removed that has no time, are found", () => {
  expect(kinds(untilMs(98).remove("k", "expired"))).toEqual(["expired too early"]);
  const history = untilMs(50);
  history.call(1, "PERSIST k", ":1");
  expect(kinds(history.remove("k", "expired"))).toEqual(["expired without a time"]);
  expect(kinds(new History().remove("k", "expired"))).toEqual(["expired a key that was not there"]);
});

test("a command under a stale clock, or one from the future, is found", () => {
  const history = new History();
  const request = history.wait(50_000).invoke(1, "GET k");
  history.execute(request, "$-1", { nowMs: history.wallMs - 40 });
  expect(kinds(history)).toEqual(["another clock than the node's"]);
  const clocked = (wallMs: number) =>
    new History({ node: { wallMs: () => wallMs } }).also((h) => h.execute(h.invoke(1, "GET k"), "$-1"));
  expect(kinds(clocked(startMs + 40))).toEqual(["another clock than the node's"]);
  expect(kinds(clocked(startMs - 1))).toEqual(["another clock than the node's"]);
  expect(kinds(clocked(startMs + 1))).toEqual([]);
});

test("an expired key that stays for more than ten seconds of a running node is found", () => {
  const history = untilMs(100);
  const run = (seconds: number): History => {
    for (let i = 0; i < seconds * 10; i++) history.wait(100_000).turn();
    return history;
  };
  expect(kinds(run(10))).toEqual([]);
  expect(kinds(run(3))).toEqual(["not reclaimed"]);
});

test("a key is reclaimed in time when it is removed, while the node stood still, and while expiry is off", () => {
  const removed = untilMs(100).remove("k", "expired");
  const paused = untilMs(100).wait(60_000_000).turn().turn();
  const off = untilMs(50);
  off.call(1, "DEBUG SET-ACTIVE-EXPIRE 0", "+OK");
  for (const history of [removed, off]) for (let i = 0; i < 150; i++) history.wait(100_000).turn();
  expect([removed, paused, off].map(kinds)).toEqual([[], [], []]);
});

test("a later time begins anew", () => {
  const history = untilMs(99);
  history.call(1, "PEXPIRE k 5000", ":1");
  for (let i = 0; i < 120; i++) history.wait(100_000).turn();
  expect(kinds(history)).toEqual([]);
});
