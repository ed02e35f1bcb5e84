// Mutations: one thing is changed in a good history, and the check that stands for it must notice. A check that
// nothing can make fire is no check, so the table below has a row for each.

import { expect, test } from "vitest";
import type { Check } from "../check.ts";
import { allChecks } from "./all.ts";
import { fakeRun } from "./fake-run.ts";
import { bulk, type Happening, type History, type HistoryOptions, list, play } from "./histories.ts";

/** What a row begins with, and how it is spoilt. */
type Mutation = {
  readonly check: string;
  /** Goes on from the good run; a check's own subject may not be in it. */
  readonly more?: (history: History) => void;
  readonly spoil: (happenings: Happening[]) => Happening[];
  readonly options?: HistoryOptions;
};

const keys = ["k0", "k1", "k2"];

function goodRun(seed: number, more: (history: History) => void = () => undefined): History {
  const history = fakeRun({
    seed,
    requests: 120,
    lossEvery: 40,
    closing: ["SET k0 last", "GET k0"],
    draw(below, client, request) {
      const key = keys[below(keys.length)];
      const words = [
        `SET ${key} ${client}.${request}`,
        `GET ${key}`,
        "INCR n",
        `DEL ${key}`,
        `SET t v PX ${1 + below(3)}`,
        "GET t",
      ];
      return words[below(words.length)] as string;
    },
  });
  history.happenings.pop(); // The end comes after what is added.
  more(history);
  return history.finish();
}

function lastOf(happenings: readonly Happening[], on: Happening["on"]): number {
  return happenings.findLastIndex((each) => each.on === on);
}

/** Replaces the reply that the last such command is told to have given, or that its client is told to have got. */
function withReply(on: "executed" | "replied", name: string, reply: string): Mutation["spoil"] {
  return (happenings) => {
    const ran = happenings.findLastIndex(
      (each) => each.on === "executed" && each.event.call.words[0] === name,
    );
    const at = on === "executed" ? ran : happenings.findIndex((each, i) => i > ran && each.on === "replied");
    const found = happenings[at];
    if (found?.on === "executed") {
      const call = { ...found.event.call, reply };
      happenings[at] = { ...found, event: { ...found.event, call } };
    } else if (found?.on === "replied") happenings[at] = { ...found, event: { ...found.event, reply } };
    return happenings;
  };
}

function without(on: Happening["on"]): Mutation["spoil"] {
  return (happenings) => happenings.toSpliced(lastOf(happenings, on), 1);
}

const unchanged: Mutation["spoil"] = (happenings) => happenings;

const mutations: readonly Mutation[] = [
  { check: "oracle-step", spoil: withReply("executed", "GET", bulk("other")) },
  {
    check: "crash",
    spoil: (all) => {
      const event = { atUs: 1, node: 1, generation: 0, how: "crash", text: "planted" } as const;
      return [...all, { on: "nodeEnded", event, nowUs: 1, wallMs: 1 }];
    },
  },
  {
    check: "observer-order",
    spoil: (all) => {
      const last = all[lastOf(all, "executed")] as Happening & { on: "executed" };
      return all.toSpliced(lastOf(all, "executed"), 0, { ...last, event: { ...last.event } });
    },
  },
  { check: "framing", spoil: withReply("replied", "GET", "$4\r\nlas\r\n") },
  { check: "crosstalk", spoil: withReply("replied", "GET", bulk("another's")) },
  { check: "reply-shape", spoil: withReply("executed", "GET", ":1\r\n") },
  {
    check: "gate",
    spoil: (all) => {
      const first = all[0];
      if (first?.on === "nodeStarted")
        all[0] = { ...first, event: { ...first.event, config: { requirepass: "x" } } };
      return all;
    },
  },
  {
    check: "no-stuck-client",
    more: (history) => history.wait(60_000_000),
    spoil: (all) => all.toSpliced(lastOf(all, "replied"), 1),
  },
  {
    check: "bounds",
    more: (history) => history.turn(),
    spoil: unchanged,
    options: { node: { eachQueue: (tell) => tell("output", 2, 1) } },
  },
  { check: "memory", spoil: unchanged, options: { node: { usedBytes: () => 1, walkedBytes: () => 2 } } },
  {
    check: "ttl-exact",
    spoil: (all) => {
      const at = lastOf(all, "executed");
      const found = all[at];
      if (found?.on === "executed") {
        const call = { ...found.event.call, nowMs: found.event.call.nowMs - 50 };
        all[at] = { ...found, event: { ...found.event, call } };
      }
      return all;
    },
  },
  {
    check: "scan",
    more: (history) => {
      history.call(7, "FLUSHALL", "+OK");
      history.call(7, "MSET a 1 b 2", "+OK");
      history.call(7, "SCAN 0", list(bulk("0"), list(bulk("a"), bulk("b"))));
    },
    spoil: withReply("executed", "SCAN", list(bulk("0"), list(bulk("a")))),
  },
  {
    check: "witness-order",
    more: (history) => {
      history.call(8, "SET k1 x", "+OK");
      history.call(9, "GET k1", bulk("x"));
    },
    spoil: (all) => {
      const second = lastOf(all, "executed");
      const first = all.slice(0, second).findLastIndex(({ on }) => on === "executed");
      const moved = all[first] as Happening;
      return all.toSpliced(first, 1).toSpliced(second, 0, moved);
    },
  },
  {
    check: "durability",
    more: (history) => history.end("kill").start().recover(),
    spoil: unchanged,
    options: { recovered: () => new Map([["k0", { value: "string last", expireAtMs: undefined }]]) },
  },
  {
    check: "watch",
    more: (history) => {
      history.call(7, "WATCH k0", "+OK");
      history.call(8, "SET k0 x", "+OK");
      history.call(7, "MULTI", "+OK");
      history.call(7, "EXEC", "*-1");
    },
    spoil: withReply("executed", "EXEC", "*0\r\n"),
  },
  {
    check: "pubsub",
    more: (history) => {
      history.call(8, "SUBSCRIBE c", list(bulk("subscribe"), bulk("c"), ":1\r\n"));
      history.call(7, "PUBLISH c m", ":1");
      history.push(8, list(bulk("message"), bulk("c"), bulk("m")));
    },
    spoil: without("pushed"),
  },
  {
    check: "blocked",
    more: (history) => {
      history.call(7, "RPUSH l @7.0@ @7.1@", ":2");
      history.call(8, "LPOP l", bulk("@7.0@"));
      history.call(9, "BLPOP l 0", list(bulk("l"), bulk("@7.1@")));
    },
    spoil: withReply("replied", "BLPOP", list(bulk("l"), bulk("@7.0@"))),
  },
  {
    check: "list-append",
    more: (history) => {
      history.call(7, "RPUSH l x", ":1");
      history.call(8, "RPUSH l y", ":2");
      history.call(9, "LRANGE l 0 -1", list(bulk("x"), bulk("y")));
    },
    spoil: withReply("replied", "LRANGE", list(bulk("y"), bulk("x"))),
  },
  { check: "linearizable", spoil: withReply("replied", "GET", bulk("stale")) },
];

function checkNamed(name: string): Check {
  const found = allChecks.find(({ check }) => check.name === name);
  if (found === undefined) throw new Error(`no check is named ${name}`);
  return found.check;
}

test("there is a mutation for each check", () => {
  expect(mutations.map(({ check }) => check).sort()).toEqual(allChecks.map(({ check }) => check.name).sort());
});

test.each(allChecks)("$check.name passes a good run, and counts what it looked at", ({ check }) => {
  for (const seed of [1, 2, 3]) {
    const { happenings, options } = goodRun(seed);
    const { violations, counts } = play(check, happenings, options);
    expect(violations).toEqual([]);
    for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(0);
  }
});

test.each(mutations)("$check fires when one thing is changed", ({ check, more, spoil, options }) => {
  for (const seed of [1, 2, 3]) {
    const history = goodRun(seed, more);
    expect(play(checkNamed(check), history.happenings, history.options).violations).toEqual([]);
    const spoilt = play(checkNamed(check), spoil([...history.happenings]), {
      ...history.options,
      ...options,
    });
    expect(spoilt.violations.length).toBeGreaterThan(0);
    expect(spoilt.violations[0]?.text).not.toBe("");
  }
});
