import { expect, test } from "vitest";
import type { HeldValue } from "../world/live-node.ts";
import { type FakeRunOptions, fakeRun } from "./fake-run.ts";
import { bulk, History, play } from "./histories.ts";
import { oracleStep } from "./oracle-step.ts";

const draw: FakeRunOptions["draw"] = (below, client) => {
  const key = `k${below(3)}`;
  return [`SET ${key} ${client}.${below(100)}`, `GET ${key}`, `APPEND ${key} x`, `SET ${key} v PX 1`][
    below(4)
  ] as string;
};
const good = fakeRun({ seed: 1, requests: 300, draw });

test("a run that answers as the oracle does passes, to its whole state", () => {
  const { violations, counts } = play(oracleStep, good.happenings, good.options);
  expect([violations, counts]).toEqual([[], { replies: 300, states: 1 }]);
});

test("one changed reply is found, wherever it stands", () => {
  const executed = good.happenings.flatMap((happening, i) => (happening.on === "executed" ? [i] : []));
  for (const at of executed) {
    const happenings = good.happenings.map((happening, i) => {
      if (i !== at || happening.on !== "executed") return happening;
      const { event } = happening;
      const call = { ...event.call, reply: event.call.reply === ":0\r\n" ? ":1\r\n" : ":0\r\n" };
      return { ...happening, event: { ...event, call } };
    });
    const { violations } = play(oracleStep, happenings, good.options);
    expect(violations.length).toBe(1);
    expect(violations[0]?.kind).toMatch(/^reply of (SET|GET|APPEND)$/);
  }
});

test("a call that the server left out is found, by a later reply or by the state at the end", () => {
  const history = new History({ node: { state: () => new Map() } });
  history.call(1, "SET k v", "+OK");
  history.finish();
  expect(history.violations(oracleStep)).toMatchObject([
    { kind: "state differs", text: 'node 1: db 0, key "k": missing, expected "string v"' },
  ]);
});

test("a value, an expiry and a key too many in the state are found", () => {
  const differs = (key: string, value: string, expireAtMs: number | undefined): string | undefined => {
    const state = (db: number) =>
      db === 0 ? new Map([[key, { value, expireAtMs }]]) : new Map<string, never>();
    const history = new History({ node: { state } });
    history.call(1, "SET k v", "+OK");
    return history.finish().violations(oracleStep)[0]?.text;
  };
  expect(differs("k", "string v", undefined)).toBeUndefined();
  expect(differs("k", "string w", undefined)).toMatch(/expected "string v", holds "string w"/);
  expect(differs("k", "string v", 9_999_999_999_999)).toMatch(/expected to expire at no time/);
  expect(differs("K", "string v", undefined)).toMatch(/key "k": missing/);
});

test("a start is not followed beyond its first difference, and the next start is followed anew", () => {
  const history = new History();
  history.call(1, "GET a", bulk("x"));
  history.call(1, "GET a", bulk("x"));
  history.end("kill").start();
  history.call(1, "GET a", "$-1");
  history.call(1, "GET a", bulk("x"));
  history.finish();
  expect(history.violations(oracleStep).map(({ kind }) => kind)).toEqual(["reply of GET", "reply of GET"]);
});

test("a save may lie ahead of a clock that was set back, but not of all that the node has seen of it", () => {
  const kinds = (seconds: number): string[] => {
    const history = new History();
    const startS = Math.floor(history.wallMs / 1000);
    history.wait(20_000_000);
    const { nowUs, wallMs } = history;
    const event = { atUs: nowUs, name: "clock.jump-back", node: 1, text: "" } as const;
    history.happenings.push({ on: "faultFired", event, nowUs, wallMs });
    history.clockOffsetMs = -60_000;
    history.call(1, "LASTSAVE", `:${startS + seconds}`);
    return history.violations(oracleStep).map(({ kind }) => kind);
  };
  expect([kinds(0), kinds(20), kinds(21)]).toEqual([[], [], ["reply of LASTSAVE"]]);
});

test("a node that was started before its clock was set back may have saved at its start", () => {
  const kinds = (seconds: number): string[] => {
    const history = new History();
    const startS = Math.floor(history.wallMs / 1000);
    history.clockOffsetMs = -60_000;
    history.call(1, "LASTSAVE", `:${startS + seconds}`);
    return history.violations(oracleStep).map(({ kind }) => kind);
  };
  expect([kinds(0), kinds(1)]).toEqual([[], ["reply of LASTSAVE"]]);
});

test("a refusal for want of memory is believed where memory is limited, and nowhere else", () => {
  const refused = "-OOM command not allowed when used memory > 'maxmemory'.";
  const kinds = (maxmemory: number): string[] => {
    const history = new History({ node: { maxmemory: () => maxmemory } });
    history.call(1, "SET k v", refused);
    history.call(1, "GET k", "$-1");
    return history.violations(oracleStep).map(({ kind }) => kind);
  };
  expect([kinds(1000), kinds(0)]).toEqual([[], ["reply of SET"]]);
});

test("a silent call that memory may have refused leaves open when its keys were last used", () => {
  const kinds = (maxmemory: number, idle: number): string[] => {
    const history = new History({ node: { maxmemory: () => maxmemory, state: heldOf(["a", "b"]) } });
    history.call(1, "MSET a 1 b 1", "+OK");
    history.wait(5_000_000);
    history.call(1, "CLIENT REPLY OFF", "");
    history.call(1, "COPY a b", "");
    history.call(1, "CLIENT REPLY ON", "+OK");
    history.call(1, "OBJECT IDLETIME b", `:${idle}`);
    return history.violations(oracleStep).map(({ kind }) => kind);
  };
  expect([kinds(1000, 5), kinds(1000, 0), kinds(0, 0)]).toEqual([[], [], []]);
  expect(kinds(0, 5)).toEqual(["reply of OBJECT"]);
});

function heldOf(keys: readonly string[]): () => ReadonlyMap<string, HeldValue> {
  return () => new Map(keys.map((key) => [key, { value: "string 1", expireAtMs: undefined }]));
}
