import { expect, test } from "vitest";
import { Chance } from "../../compat/generator/chance.ts";
import { targets } from "../../compat/generator/declared.ts";
import { expectationOf, type ReplyMode } from "../clients/expectation.ts";
import type { ClientProgram } from "../plan.ts";
import { nameOf } from "./command-name.ts";
import { drawClients, drawDirectives, drawScenario, type Shape } from "./draw.ts";
import { scenarios } from "./scenarios.ts";

function shape(scenario: string, commands = 2000): Shape {
  return {
    scenario,
    commands,
    nodes: [0],
    databases: 4,
    startWallMs: 1_700_000_000_000,
    safetyUs: 20_000_000,
  };
}

// A batch as large as that of a quick run.
const batch: readonly ClientProgram[] = Array.from({ length: 100 }, (_, seed) => {
  const chance = new Chance(seed);
  return drawClients(chance, shape(drawScenario(chance)));
}).flat();

test("one seed gives one list of programs", () => {
  const draw = (seed: number): ClientProgram[] => drawClients(new Chance(seed), shape("mixed"));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("a batch of 100 seeds draws every declared command", () => {
  const seen = new Set<string | undefined>();
  for (const { steps } of batch)
    for (const step of steps) if (step.do === "call") seen.add(nameOf(step.words));
  expect(targets.map(({ fullName }) => fullName).filter((name) => !seen.has(name))).toEqual([]);
});

test("a batch has every kind of client that applies today, and every kind of step", () => {
  const all = batch;
  const kinds = ["admin", "hostile", "limited", "pipeliner", "plain", "reconnector", "resp-switcher"];
  kinds.push("scanner", "slow-reader");
  kinds.push("blocker", "subscriber", "transaction");
  expect([...new Set(all.map(({ kind }) => kind))].sort()).toEqual(kinds.sort());
  expect([...new Set(all.flatMap(({ steps }) => steps.map((step) => step.do)))].sort()).toEqual([
    "call",
    "disconnect",
    "raw",
    "scan",
    "stall",
  ]);
});

test.each(Object.keys(scenarios))(
  "scenario %s draws about as many steps as asked, spread over the run",
  (name) => {
    const clients = drawClients(new Chance(3), shape(name, 1000));
    const steps = clients.reduce((sum, client) => sum + client.steps.length, 0);
    expect(steps).toBeGreaterThan(950);
    expect(steps).toBeLessThan(1400);
    for (const client of clients) {
      const span = client.steps.reduce((sum, step) => sum + (step.gapUs ?? 0), 0);
      expect(span).toBeLessThan(60_000_000);
    }
  },
);

test("a plan of programs is plain JSON", () => {
  const clients = drawClients(new Chance(5), shape("mixed"));
  expect(JSON.parse(JSON.stringify(clients))).toEqual(clients);
});

test("no program stays silent for long, nor changes its connection while it is silent", () => {
  const offences: unknown[] = [];
  for (const { steps } of batch) {
    let mode: ReplyMode = "on";
    let silent = 0;
    for (const step of steps) {
      const name = step.do === "call" ? (step.words[0] ?? "").toLowerCase() : step.do;
      if (mode !== "on" && (step.do !== "call" || /^(hello|auth|reset|quit)$/.test(name)))
        offences.push(step);
      if (step.do !== "call") continue;
      mode = expectationOf(step.words, mode).modeAfter;
      silent = mode === "off" ? silent + 1 : 0;
      if (silent >= 10) offences.push(step);
    }
  }
  expect(offences).toEqual([]);
});

test("directives of a scenario are those it must have, and some of those it may have", () => {
  const drawnSets = Array.from({ length: 40 }, (_, seed) => drawDirectives("memory", new Chance(seed)));
  expect(drawnSets.every((set) => set["maxmemory"] === "1400kb")).toBe(true);
  expect(new Set(drawnSets.map((set) => set["maxmemory-policy"])).size).toBeGreaterThan(4);
  expect(drawnSets.some((set) => set["maxmemory-samples"] === undefined)).toBe(true);
});
