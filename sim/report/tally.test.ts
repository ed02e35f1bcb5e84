import { expect, test } from "vitest";
import type { SeedResult } from "./result.ts";
import { type Catalogue, signatures, Tally } from "./tally.ts";

const catalogue: Catalogue = {
  faults: [
    { name: "fires", waitsFor: undefined },
    { name: "unhandled", waitsFor: undefined },
    { name: "never", waitsFor: undefined },
    { name: "later", waitsFor: "gossip" },
  ],
  marks: ["met", "unmet"],
  buggify: ["asked", "unasked"],
  commands: ["get", "set"],
  checks: ["looks", "absent"],
};

function result(change: Partial<SeedResult> = {}): SeedResult {
  return {
    seed: "0x1",
    scenario: "mixed",
    profile: "chaos",
    file: undefined,
    commands: 10,
    virtualUs: 1000,
    cpuMs: 5,
    traceHash: "a",
    violations: [],
    fired: { fires: 3, unhandled: 1 },
    handled: { fires: 2 },
    marks: { met: 1 },
    buggified: { asked: 4 },
    looks: { "looks: things": 7, "looks: nothing": 0, "looks: not yet?": 0 },
    shapes: { get: { $: 3, null: 1 } },
    ...change,
  };
}

test("everything of the catalogue that no run has met is named once", () => {
  const tally = new Tally();
  tally.add(result());
  tally.add(result());
  expect(tally.reds(catalogue)).toEqual([
    "fault unhandled fired 2 times and was never handled",
    "fault never never fired",
    "mark unmet never reached",
    "buggify point unasked never fired",
    "check looks: nothing: looked at nothing",
    "check absent never ran",
    "command set never drawn",
  ]);
});

test("counts add up over runs, and seeds are counted apart from times", () => {
  const tally = new Tally();
  tally.add(result());
  tally.add(result({ fired: {}, shapes: { get: { $: 2 } } }));
  expect(tally.faultLines(catalogue)[0]).toEqual({
    name: "fires",
    times: 3,
    seeds: 1,
    handled: 4,
    waitsFor: undefined,
  });
  expect([tally.commands, tally.shapes["get"]]).toEqual([20, { $: 5, null: 2 - 1 }]);
});

test("signatures count the seeds that showed them, not the times", () => {
  const offence = { check: "scan", kind: "missing", atUs: 0, text: "" };
  const failed = [
    result({ violations: [offence, offence] }),
    result({ violations: [offence, { ...offence, check: "gate" }] }),
  ];
  expect(signatures(failed)).toEqual([
    ["scan: missing", 2],
    ["gate: missing", 1],
  ]);
});
