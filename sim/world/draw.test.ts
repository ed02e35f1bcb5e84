import { expect, test } from "vitest";
import { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/parse.ts";
import { buggifyNames } from "../../src/lib/probe.ts";
import type { Plan, Profile } from "../plan.ts";
import { chanceOf, seedText } from "./chance.ts";
import { drawConfig, drawPlan } from "./draw.ts";
import { faultsToday } from "./faults.ts";
import { configText } from "./settings.ts";

function plan(n: number, profile: Profile = "chaos", changes: object = {}): Plan {
  return drawPlan({ seed: seedText(9, n), profile, scenario: "general", clients: () => [], ...changes });
}

test("a seed draws one plan, which is plain data", () => {
  for (let n = 0; n < 20; n++) {
    expect(plan(n)).toEqual(plan(n));
    expect(JSON.parse(JSON.stringify(plan(n)))).toEqual(plan(n));
  }
});

test("what clients are drawn moves nothing else of the plan", () => {
  const shapes: unknown[] = [];
  const other = plan(3, "chaos", {
    clients: (shape: unknown) => {
      shapes.push(shape);
      return [];
    },
  });
  expect(other).toEqual(plan(3));
  expect(shapes).toMatchObject([{ nodes: [0], safetyUs: other.safetyUs / 5 }]);
});

const logged = { config: { appendonly: "yes" } };

test("faults of nodes with a log are drawn for those alone, and move no other", () => {
  for (let n = 0; n < 40; n++) {
    const [without, withLog] = [plan(n), plan(n, "chaos", logged)];
    const {
      "disk.short-append": _short,
      "disk.torn-on-power-loss": _torn,
      "disk.rename-lost": _lost,
      ...others
    } = withLog.rates;
    expect(without.rates).toEqual(others);
    expect(withLog.scheduled.map(({ config: _, ...rest }) => rest)).toEqual(
      without.scheduled.map(({ config: _, ...rest }) => rest),
    );
  }
});

test("over many seeds every fault of today and every buggify point is drawn", () => {
  const faults = new Set<string>();
  const points = new Set<string>();
  const schedules = new Set<string>();
  for (let n = 0; n < 300; n++) {
    const { rates, scheduled, buggify, schedule, nodes } = plan(n, "chaos", n % 2 === 0 ? {} : logged);
    for (const name of [...Object.keys(rates), ...scheduled.map(({ name }) => name)]) faults.add(name);
    if (scheduled.some(({ config }) => config !== undefined)) faults.add("proc.restart-reconfigured");
    if (nodes.some(({ clockOffsetMs }) => clockOffsetMs !== 0)) faults.add("clock.offset");
    if (nodes.some(({ driftPpm }) => driftPpm !== 0)) faults.add("clock.drift");
    for (const name of buggify) points.add(name);
    schedules.add(schedule.kind);
  }
  expect(faultsToday().flatMap(({ name }) => (faults.has(name) ? [] : [name]))).toEqual([]);
  expect(buggifyNames.filter((name) => !points.has(name))).toEqual([]);
  expect(schedules.size).toBe(5);
});

test("calm plans schedule nothing, and no plan names a fault whose time has not come", () => {
  const today = new Set<string>(faultsToday().map(({ name }) => name));
  for (let n = 0; n < 50; n++) {
    expect(plan(n, "calm").scheduled).toEqual([]);
    for (const name of Object.keys(plan(n).rates)) expect(today.has(name)).toBe(true);
  }
});

test("every drawn configuration is one that the server accepts, written as a file", () => {
  const values = new Map<string, Set<string>>();
  for (let n = 0; n < 400; n++) {
    const drawn = drawConfig(chanceOf(seedText(2, n)));
    const config = new Config();
    const sources = { file: configText(drawn), input: undefined, overrides: undefined };
    const loaded = loadConfig(config, sources, {
      version: "0",
      readIncluded: () => ({ ok: true, texts: [] }),
    });
    expect([drawn, loaded]).toEqual([drawn, { ok: true }]);
    for (const [name, value] of Object.entries(drawn))
      values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  expect(values.get("shards")?.size).toBe(6);
  expect(values.get("maxmemory-policy")?.size).toBe(8);
});

test("a scenario's directives win, and what it does not want is left out", () => {
  const config = { requirepass: "secret", shards: "2" };
  for (let n = 0; n < 100; n++) {
    const { nodes, scheduled, rates } = plan(n, "chaos", { config, without: ["proc.kill", "tcp.chunk"] });
    expect(nodes[0]?.config).toMatchObject(config);
    for (const each of scheduled) {
      expect(each.name).not.toBe("proc.kill");
      if (each.config !== undefined) expect(each.config).toMatchObject(config);
    }
    expect(rates).not.toHaveProperty("tcp.chunk");
  }
});

test("several nodes have configurations of their own", () => {
  const { nodes } = plan(1, "chaos", { nodes: 3 });
  expect(nodes.map(({ id }) => id)).toEqual([0, 1, 2]);
  expect(new Set(nodes.map(({ config }) => JSON.stringify(config))).size).toBeGreaterThan(1);
});
