import { createHook } from "node:async_hooks";
import { expect, test } from "vitest";
import type { NodeExecuted } from "../events.ts";
import type { Plan } from "../plan.ts";
import { Asker, planOf, run, S, scheduled, slowly } from "./asker.ts";
import { seedText } from "./chance.ts";
import { drawPlan } from "./draw.ts";
import { type Ambient, withTripwires } from "./tripwires.ts";
import { World } from "./world.ts";

test("a client talks to a node over the simulated network", () => {
  const { outcome, askers } = run(planOf());
  expect(askers[0]?.replies).toEqual(Array(10).fill("+OK\r\n"));
  expect(outcome).toMatchObject({ commands: 10, stuck: [], crashed: [] });
});

test("watchers hear of starts, sessions, requests, turns, healing and the end, in order", () => {
  const heard: string[] = [];
  const executed: NodeExecuted[] = [];
  const note = (name: string) => (): void => {
    if (heard.at(-1) !== name) heard.push(name);
  };
  run(planOf(), {
    watcher: {
      nodeStarted: note("started"),
      sessionOpened: ({ client, session }) => heard.push(`opened ${client} ${session}`),
      executed: (event) => executed.push(event),
      sessionClosed: note("closed"),
      turnEnded: () => undefined,
      healed: note("healed"),
      finished: note("finished"),
    },
  });
  expect(heard).toEqual(["started", "opened 0 1", "closed", "healed", "finished"]);
  expect(executed[3]).toMatchObject({ node: 0, generation: 0, client: 0, connection: 0, session: 1 });
  expect(executed[3]?.call).toMatchObject({ words: ["SET", "key:3", "3"], reply: "+OK\r\n" });
});

test("one plan has one trace, with or without those who watch, and other seeds have others", () => {
  const hashes = new Set<string>();
  for (let n = 0; n < 3; n++) {
    const plan = drawPlan({ seed: seedText(7, n), profile: "chaos", scenario: "test", clients: () => [] });
    const askers = [0, 1, 2].map((id) => (w: World) => new Asker(w, { id, count: 40, gapUs: 20_000 }));
    const first = run(plan, { askers });
    const second = run(plan, { askers, watcher: { executed: () => undefined, turnEnded: () => undefined } });
    const full = run(plan, { askers, world: { trace: "full" } });
    expect(first.outcome).toMatchObject({ stuck: [], crashed: [] });
    expect([second.world.traceHash, full.world.traceHash]).toEqual([
      first.world.traceHash,
      first.world.traceHash,
    ]);
    expect(full.world.fullTrace().length).toBeGreaterThan(100);
    hashes.add(first.world.traceHash);
  }
  expect(hashes.size).toBe(3);
});

test("a run touches neither clock, chance, timers nor promises of the machine", () => {
  const plan = drawPlan({ seed: "0x77", profile: "chaos", scenario: "test", clients: () => [] });
  const ambient = globalThis as unknown as Ambient;
  const world = new World(plan, []);
  const asker = new Asker(world, { count: 30, gapUs: 50_000 });
  const outcome = withTripwires(ambient, () => world.run(), createHook);
  expect(outcome).toMatchObject({ stuck: [], crashed: [] });
  expect(asker.replies).toHaveLength(30);
});

test("work takes time, so that a slow node answers later", () => {
  const timeOf = (plan: Plan): number => {
    const times: number[] = [];
    run(plan, {
      askers: [(w) => new Asker(w, { count: 200 })],
      watcher: { executed: ({ atUs }) => times.push(atUs) },
    });
    return (times.at(-1) ?? 0) - (times[0] ?? 0);
  };
  const usual = timeOf(planOf());
  const slow = timeOf(planOf({ ...scheduled("proc.slow", 900, { forUs: 20 * S, amount: 50 }) }));
  expect(slow).toBeGreaterThan(usual * 3);
});

test("buggify points fire where the plan has them active, and nowhere else", () => {
  const askers = [(w: World) => new Asker(w, { count: 50 })];
  expect(run(planOf(), { askers }).world.buggified.size).toBe(0);
  const { buggified } = run(planOf({ buggify: ["conn.read-one-command"] }), { askers }).world;
  expect([...buggified.keys()]).toEqual(["conn.read-one-command"]);
  expect(buggified.get("conn.read-one-command")).toBeGreaterThan(5);
});

test("an exception of the server ends the run and is told, with the node's end", () => {
  const ended: string[] = [];
  const world = new World(planOf(), [
    {
      nodeEnded: ({ how, text }) => ended.push(`${how}: ${text?.split("\n")[0]}`),
      executed: () => {
        throw new Error("planted");
      },
    },
  ]);
  new Asker(world);
  const { crashed } = world.run();
  expect(crashed[0]?.text).toMatch(/^Error: planted/);
  expect(ended).toEqual(["crash: Error: planted"]);
});

test("a file of settings that the server cannot read is told as a crash", () => {
  const { outcome } = run(planOf({}, { nonsense: "1" }));
  expect(outcome.crashed[0]?.text).toMatch(/FATAL CONFIG FILE ERROR/);
});

test("a program that never ends is told as stuck, once nothing has moved for long after healing", () => {
  const world = new World(planOf(), []);
  world.expect("someone who waits");
  const { stuck, virtualUs } = world.run();
  expect(stuck).toEqual(["someone who waits"]);
  expect(virtualUs).toBeLessThan(60 * S);
});

test("after healing no fault happens any more, and a node that was down is up", () => {
  const fired: number[] = [];
  const started: number[] = [];
  let healedUs = 0;
  const plan = planOf({
    ...scheduled("proc.kill", S, { forUs: 1000 * S }),
    rates: { "tcp.chunk": 10_000, "tcp.reset-mid-stream": 500, "timer.late": 3000 },
    safetyUs: 3 * S,
  });
  const { askers } = run(plan, {
    askers: [slowly],
    watcher: {
      faultFired: ({ atUs }) => fired.push(atUs),
      nodeStarted: ({ atUs }) => started.push(atUs),
      healed: (atUs) => {
        healedUs = atUs;
      },
    },
  });
  expect(healedUs).toBe(3 * S);
  expect(Math.max(...fired)).toBeLessThanOrEqual(healedUs);
  expect(started).toEqual([0, healedUs]);
  expect(askers[0]?.replies).toHaveLength(60);
});

test("several nodes live in one world, and one that is not of the core stays down", () => {
  const ups = new Set<number>();
  for (let n = 0; n < 8; n++) {
    const nodes = [0, 1, 2].map((id) => ({ id, config: { shards: "1" }, clockOffsetMs: 0, driftPpm: 0 }));
    const world = new World(planOf({ nodes, seed: seedText(1, n), safetyUs: S }), []);
    world.run();
    const up = nodes.filter(({ id }) => world.node(id) !== undefined).length;
    expect(up).toBeGreaterThanOrEqual(2);
    ups.add(up);
    world.close();
  }
  expect(ups).toEqual(new Set([2, 3]));
});

test("a node's own view adds up: its memory by counting and by walking, its keys, its clients", () => {
  let looks = 0;
  const world = new World(planOf(), [
    {
      turnEnded: (id) => {
        const live = world.node(id);
        if (live === undefined) return;
        const walked = live.walkedBytes();
        if (walked === undefined) return; // What was flushed is still being freed.
        expect(walked).toBe(live.usedBytes());
        looks++;
      },
      finished: () => {
        expect([...(world.node(0)?.state(0).keys() ?? [])].sort()).toEqual(["a", "b", "c"]);
        expect(world.node(0)?.state(0).get("b")).toMatchObject({ value: "string 1" });
        expect(world.node(0)?.state(0).get("b")?.expireAtMs).toBeGreaterThan(1_700_000_000_000);
      },
    },
  ]);
  const requests = [
    ["SET", "a", "x".repeat(5000)],
    ["SET", "b", "1", "EX", "100"],
    ["APPEND", "c", "12"],
    ["SET", "d", "gone"],
    ["DEL", "d"],
    ["SELECT", "1"],
    ["SET", "e", "other"],
    ["FLUSHDB", "ASYNC"],
  ];
  new Asker(world, { count: 8, request: (n) => requests[n] ?? [] });
  const { crashed } = world.run();
  expect(crashed).toEqual([]);
  expect(looks).toBeGreaterThan(10);
  world.close();
});
