import { expect, test } from "vitest";
import { type Frame, parseFrame } from "../resp/reply-frame.ts";
import type { Held, HeldKey } from "./held.ts";
import { type Account, judgeComplete, judgeMoment } from "./judge.ts";
import { emptyModel, type Keys, valueFor } from "./model.ts";
import type { Call, Step } from "./step.ts";
import type { Told } from "./writer.ts";

const startMs = 1_800_000_000_000;

function set(key: string, text: string, forMs?: number): Call {
  return {
    words: ["SET", key, text],
    apply: ({ dbs: [keys] }, _reply, { sentMs, doneMs }) => {
      const expiry = forMs === undefined ? undefined : { lowMs: sentMs + forMs, highMs: doneMs + forMs };
      keys.set(key, { value: { type: "string", text }, expiry });
    },
  };
}

const pop: Call = {
  words: ["SPOP", "members"],
  apply: ({ dbs: [keys] }, reply) => {
    const held = valueFor(keys, "members", "set");
    if (reply === undefined) held.unknownLost++;
    else held.members.delete(reply.text);
  },
};

/** One step each 10 ms, answered 5 ms later; those past `acked` were never answered. */
function account(
  steps: readonly Step[],
  acked: number,
  answers: readonly (Frame | undefined)[] = [],
): Account {
  const ok = parseFrame(Buffer.from("+OK\r\n"));
  const told = steps.map((step, i): Told => {
    const isAcked = i < acked;
    const sentMs = startMs + i * 10;
    const last = isAcked ? (answers[i] ?? ok) : undefined;
    return { step, sentMs, last, doneMs: isAcked ? sentMs + 5 : undefined };
  });
  return { base: emptyModel(), told, acked, endedMs: startMs + 1000 };
}

const one = (each: Call): Step => ({ kind: "call", calls: [each] });

/** What is held, `afterMs` behind the start. */
function held(
  strings: Readonly<Record<string, string>>,
  more: Readonly<Record<string, HeldKey>> = {},
  afterMs = 2000,
): Held {
  const plain = Object.entries(strings).map(([key, text]): [string, HeldKey] => [
    key,
    heldKey("string", [text]),
  ]);
  const atMs = startMs + afterMs;
  return { dbs: [new Map([...plain, ...Object.entries(more)]), new Map()], fromMs: atMs, untilMs: atMs };
}

function heldKey(type: string, words: readonly string[], expireAtMs = -1): HeldKey {
  return { type, words, expireAtMs, times: new Map(), groups: new Map() };
}

test("all acknowledged steps must be there, and those behind them may", () => {
  const steps = [one(set("a", "1")), one(set("b", "2")), one(set("a", "3"))];
  const verdict = (strings: Readonly<Record<string, string>>): boolean =>
    judgeComplete(account(steps, 2), held(strings)).ok;
  expect(verdict({ a: "1", b: "2" })).toBe(true);
  expect(verdict({ a: "3", b: "2" })).toBe(true);
  expect(verdict({ a: "1" })).toBe(false);
  expect(verdict({ a: "3" })).toBe(false);
  expect(verdict({ a: "1", b: "2", c: "4" })).toBe(false);
});

test("a transaction is there as a whole or not at all", () => {
  const steps: Step[] = [one(set("a", "1")), { kind: "transaction", calls: [set("b", "2"), set("c", "3")] }];
  const verdict = (strings: Readonly<Record<string, string>>): boolean =>
    judgeComplete(account(steps, 1), held(strings)).ok;
  expect([verdict({ a: "1" }), verdict({ a: "1", b: "2", c: "3" })]).toEqual([true, true]);
  expect([verdict({ a: "1", b: "2" }), verdict({ a: "1", c: "3" })]).toEqual([false, false]);
});

test("what a failed comparison tells names the key, and the steps that could have changed it", () => {
  const verdict = judgeComplete(account([one(set("a", "1")), one(set("b", "2"))], 2), held({ a: "1" }));
  expect(verdict).toEqual({
    ok: false,
    text: "after 2 acknowledged steps and 0 sent: the state after 1: acknowledged steps are lost",
  });
  const other = judgeComplete(account([one(set("a", "1")), one(set("b", "2"))], 2), held({ a: "7", b: "2" }));
  expect(other.ok ? "" : other.text).toContain(
    'key a holds 7, not 1\n    step 1, call: SET a 1 -> "+OK\\r\\n"',
  );
});

test("a time to live begins between the request and its answer, and a key past its time is gone", () => {
  const verdict = (expireAtMs: number | undefined, forMs: number, afterMs: number): boolean => {
    const more = expireAtMs === undefined ? {} : { a: heldKey("string", ["1"], expireAtMs) };
    return judgeComplete(account([one(set("a", "1", forMs))], 1), held({}, more, afterMs)).ok;
  };
  expect(verdict(startMs + 5003, 5000, 2000)).toBe(true);
  // Begun anew by loading.
  expect(verdict(startMs + 7000, 5000, 2000)).toBe(false);
  expect(verdict(undefined, 5000, 2000)).toBe(false);
  expect(verdict(undefined, 5000, 5010)).toBe(true);
  expect(verdict(startMs + 5003, 5000, 5020)).toBe(false);
});

test("a member drawn without an answer may be any one of them, and one that was told is gone", () => {
  const answer = parseFrame(Buffer.from("$1\r\nx\r\n"));
  const verdict = (members: readonly string[], acked: number): boolean => {
    const steps = [one(pop)];
    const base = emptyModel();
    for (const member of ["x", "y", "z"]) valueFor(base.dbs[0] as Keys, "members", "set").members.add(member);
    const there = held({}, { members: heldKey("set", members) });
    return judgeComplete({ ...account(steps, acked, [answer]), base }, there).ok;
  };
  expect([verdict(["x", "y"], 0), verdict(["y", "z"], 0), verdict(["x", "y", "z"], 0)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([verdict(["y"], 0), verdict(["x", "w"], 0)]).toEqual([false, false]);
  expect([verdict(["y", "z"], 1), verdict(["x", "y"], 1)]).toEqual([true, false]);
});

test("a snapshot is of one moment for all, and no earlier than the last that was told", () => {
  const steps = (key: string): Step[] => ["1", "2", "3"].map((text) => one(set(key, text)));
  const accounts = [account(steps("a"), 3), account(steps("b"), 3)];
  const verdict = (a: string, b: string, notBeforeMs = Number.NEGATIVE_INFINITY): boolean =>
    judgeMoment(accounts, [held({ a }), held({ b })], notBeforeMs).every(({ ok }) => ok);
  expect([verdict("2", "2"), verdict("2", "1"), verdict("3", "3")]).toEqual([true, true, true]);
  // The third step of one was sent after the second of the other had been answered.
  expect(verdict("3", "1")).toBe(false);
  expect([verdict("2", "2", startMs + 25), verdict("2", "2", startMs + 26)]).toEqual([true, false]);
  expect(verdict("9", "1")).toBe(false);
});
