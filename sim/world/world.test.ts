import { createHook } from "node:async_hooks";
import { expect, test } from "vitest";
import { encodeRequest } from "../../src/testing/command-runner.ts";
import type { NodeExecuted, Watcher } from "../events.ts";
import type { Plan, ScheduledFault } from "../plan.ts";
import { seedText } from "./chance.ts";
import { drawPlan } from "./draw.ts";
import type { FaultName } from "./faults.ts";
import { type Ambient, withTripwires } from "./tripwires.ts";
import { type ClientStream, type RunOutcome, World, type WorldOptions } from "./world.ts";

const S = 1_000_000;

function planOf(changes: Partial<Plan> = {}, config: Record<string, string> = {}): Plan {
  return {
    version: 1,
    seed: "0x00000000000000a1",
    scenario: "world-test",
    profile: "calm",
    nodes: [{ id: 0, config: { shards: "2", databases: "2", ...config }, clockOffsetMs: 0, driftPpm: 0 }],
    clients: [],
    scheduled: [],
    rates: {},
    buggify: [],
    schedule: { kind: "fifo" },
    safetyUs: 5 * S,
    ...changes,
  };
}

/** Sends one request after the other, dials again when it must, and stops after `count` answers. */
class Asker {
  readonly replies: string[] = [];
  readonly ends: string[] = [];
  readonly openedUs: number[] = [];
  stream: ClientStream | undefined = undefined;
  private readonly world: World;
  private readonly done: () => void;
  private connections = 0;
  private pending = "";
  private patience = 0;
  readonly id: number;
  readonly request: (n: number) => readonly string[];
  readonly count: number;
  readonly gapUs: number;

  constructor(
    world: World,
    options: { id?: number; count?: number; gapUs?: number; request?: Asker["request"] } = {},
  ) {
    this.world = world;
    this.id = options.id ?? 0;
    this.count = options.count ?? 10;
    this.gapUs = options.gapUs ?? 0;
    this.request = options.request ?? ((n) => ["SET", `key:${n}`, `${n}`]);
    this.done = world.expect(`client ${this.id}`);
    world.at(1000, () => this.dial());
  }

  private dial(): void {
    this.pending = "";
    const mine = this.connections++;
    const from = { client: this.id, connection: mine };
    this.stream = this.world.dial(from, 0, {
      opened: () => {
        this.openedUs.push(this.world.nowUs);
        this.ask();
      },
      data: (bytes, length) =>
        this.heard(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1")),
      ended: () => undefined,
      closed: (how) => this.closed(how),
    });
  }

  private ask(): void {
    this.stream?.write(encodeRequest(this.request(this.replies.length)));
    // No reply for a long time: the connection is given up, as any client does.
    const patience = ++this.patience;
    this.world.at(this.world.nowUs + 20 * S, () => {
      if (patience !== this.patience) return;
      this.stream?.destroy();
      this.closed("own");
    });
  }

  private heard(text: string): void {
    this.pending += text;
    if (!this.pending.endsWith("\r\n")) return;
    if (
      this.pending.startsWith("$") &&
      !this.pending.startsWith("$-1") &&
      this.pending.split("\r\n").length < 3
    )
      return;
    this.replies.push(this.pending);
    this.pending = "";
    this.patience++;
    if (this.replies.length >= this.count) {
      this.done();
      this.stream?.end();
    } else if (this.gapUs === 0) this.ask();
    else this.world.at(this.world.nowUs + this.gapUs, () => this.ask());
  }

  private closed(how: string): void {
    this.patience++;
    if (this.replies.length >= this.count) return; // It has hung up itself.
    this.ends.push(how);
    this.world.at(this.world.nowUs + 50_000, () => this.dial());
  }
}

type Run = { readonly world: World; readonly outcome: RunOutcome; readonly askers: readonly Asker[] };

function run(
  plan: Plan,
  options: { askers?: ((world: World) => Asker)[]; watcher?: Watcher; world?: WorldOptions } = {},
): Run {
  const world = new World(plan, options.watcher === undefined ? [] : [options.watcher], options.world);
  const askers = (options.askers ?? [(w: World) => new Asker(w)]).map((make) => make(world));
  const outcome = world.run();
  world.close();
  return { world, outcome, askers };
}

const scheduled = (name: FaultName, atUs: number, more: Partial<ScheduledFault> = {}): Partial<Plan> => ({
  scheduled: [{ atUs, name, node: 0, ...more }],
  safetyUs: 20 * S,
});
const slowly = (w: World): Asker => new Asker(w, { count: 60, gapUs: 100_000 });

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

test("while a node is paused it runs nothing, keeps its connections, and goes on", () => {
  const times: number[] = [];
  const plan = planOf(scheduled("proc.pause", 2 * S, { forUs: 3 * S }));
  const { askers, world } = run(plan, {
    askers: [slowly],
    watcher: { executed: ({ atUs }) => times.push(atUs) },
  });
  expect(times.filter((at) => at > 2 * S && at < 5 * S)).toEqual([]);
  expect(askers[0]?.ends).toEqual([]);
  expect(askers[0]?.replies).toHaveLength(60);
  expect(world.handledFaults.get("proc.pause")).toBe(1);
});

test.each([
  ["proc.kill", "kill", "reset"],
  ["proc.power-loss", "power-loss", "timed-out"],
  ["proc.stop", "stop", "ended"],
  ["proc.wipe", "power-loss", "timed-out"],
] as const)(
  "after %s the node is told to have ended by %s, its client %s, and a new one serves",
  (name, how, end) => {
    const ended: string[] = [];
    const started: number[] = [];
    const { askers, world, outcome } = run(planOf(scheduled(name, 2 * S, { forUs: S })), {
      askers: [slowly],
      watcher: {
        nodeEnded: (event) => ended.push(event.how),
        nodeStarted: ({ generation }) => started.push(generation),
      },
    });
    expect(ended).toEqual([how]);
    expect(started).toEqual([0, 1]);
    expect(askers[0]?.ends[0]).toBe(end);
    expect(askers[0]?.replies).toHaveLength(60);
    expect(world.faultsFired.get(name)).toBe(1);
    expect(world.handledFaults.get(name)).toBeGreaterThan(0);
    expect(outcome).toMatchObject({ stuck: [], crashed: [] });
  },
);

test("a killed node has forgotten what it held, and starts with the settings of its file", () => {
  const plan = planOf(scheduled("proc.kill", 3 * S, { forUs: S, config: { shards: "4", databases: "1" } }));
  const configs: unknown[] = [];
  const { askers, world } = run(plan, {
    askers: [
      (w) =>
        new Asker(w, {
          count: 60,
          gapUs: 100_000,
          request: (n) => (n === 0 ? ["SET", "a", "1"] : ["GET", "a"]),
        }),
    ],
    watcher: { nodeStarted: ({ config }) => configs.push(config) },
  });
  const replies = askers[0]?.replies ?? [];
  expect(replies[1]).toBe("$1\r\n1\r\n");
  expect(replies.at(-1)).toBe("$-1\r\n");
  expect(configs).toMatchObject([{ shards: "2" }, { shards: "4", databases: "1" }]);
  expect(world.faultsFired.get("proc.restart-reconfigured")).toBe(1);
});

test("what CONFIG REWRITE wrote is what the next start reads; a wiped disk has the first settings", () => {
  for (const [name, expected] of [
    ["proc.kill", "33"],
    ["proc.wipe", "10"],
  ] as const) {
    const config = { "slowlog-max-len": "10" };
    const requests = [
      ["CONFIG", "SET", "slowlog-max-len", "33"],
      ["CONFIG", "REWRITE"],
    ];
    const found: unknown[] = [];
    run(planOf(scheduled(name, 3 * S, { forUs: S }), config), {
      askers: [(w) => new Asker(w, { count: 60, gapUs: 100_000, request: (n) => requests[n] ?? ["PING"] })],
      watcher: { nodeStarted: (event) => found.push(event.config["slowlog-max-len"]) },
    });
    expect(found).toEqual(["10", expected]);
  }
});

test("a client's SHUTDOWN ends the node, and it is started again", () => {
  const ended: string[] = [];
  let asked = 0;
  const { askers } = run(planOf({ safetyUs: 20 * S }), {
    askers: [
      (w) =>
        new Asker(w, {
          count: 20,
          gapUs: 10_000,
          request: (n) => (n === 5 && asked++ === 0 ? ["SHUTDOWN"] : ["PING"]),
        }),
    ],
    watcher: { nodeEnded: ({ how }) => ended.push(how) },
  });
  expect(ended).toEqual(["stop"]);
  expect(askers[0]?.replies).toHaveLength(20);
});

test("writes are cut, and the server puts its requests together again", () => {
  const { askers, world } = run(planOf({ rates: { "tcp.chunk": 10_000 } }), {
    askers: [0, 1, 2, 3, 4].map((id) => (w: World) => new Asker(w, { id, count: 100 })),
  });
  for (const { replies } of askers) expect(replies).toHaveLength(100);
  expect(world.marks.get("conn.request-in-pieces")).toBeGreaterThan(50);
  expect(world.handledFaults.get("tcp.chunk")).toBeGreaterThan(50);
});

test("connections break in the middle, both ends hear of it, and nothing of the old one reaches the new", () => {
  const { askers, world, outcome } = run(
    planOf({ rates: { "tcp.reset-mid-stream": 1000 }, safetyUs: 60 * S }),
    {
      askers: [0, 1].map((id) => (w: World) => new Asker(w, { id, count: 100, gapUs: 10_000 })),
    },
  );
  for (const { replies, ends } of askers) {
    expect(replies).toHaveLength(100);
    expect(ends.length).toBeGreaterThan(3);
    expect(new Set(ends)).toEqual(new Set(["reset"]));
  }
  expect(world.handledFaults.get("tcp.reset-mid-stream")).toBeGreaterThan(3);
  expect(outcome.stuck).toEqual([]);
});

test("dials are refused or hang, and the client gets through later", () => {
  const { askers, world } = run(
    planOf({
      rates: { "tcp.connect-refused": 4000, "tcp.connect-hang": 3000 },
      ...scheduled("proc.kill", 2 * S),
    }),
    {
      askers: [0, 1, 2, 3, 4, 5, 6, 7].map(
        (id) => (w: World) => new Asker(w, { id, count: 40, gapUs: 100_000 }),
      ),
    },
  );
  const ends = new Set(askers.flatMap((each) => each.ends));
  expect(ends.has("refused") && ends.has("timed-out")).toBe(true);
  for (const { replies } of askers) expect(replies).toHaveLength(40);
  expect(world.handledFaults.get("tcp.connect-refused")).toBeGreaterThan(0);
  expect(world.handledFaults.get("tcp.connect-hang")).toBeGreaterThan(0);
});

test("a half-open connection is noticed by both ends in the end", () => {
  const closed: number[] = [];
  const { askers, world } = run(planOf(scheduled("tcp.half-open", 2 * S), { "tcp-keepalive": "5" }), {
    askers: [(w) => new Asker(w, { count: 200, gapUs: 100_000 })],
    watcher: { sessionClosed: ({ session }) => closed.push(session) },
  });
  expect(askers[0]?.ends[0]).toBe("timed-out");
  expect(askers[0]?.replies).toHaveLength(200);
  expect(closed).toContain(1);
  expect(world.handledFaults.get("tcp.half-open")).toBeGreaterThan(0);
});

test("a reader that takes nothing makes replies queue at the server, and gets them all later", () => {
  let most = 0;
  const plan = planOf(scheduled("tcp.slow-reader", 50_000, { forUs: 3 * S }));
  const world = new World(plan, [
    {
      turnEnded: (node) => {
        world.node(node)?.eachQueue((name, size) => {
          if (name === "held output") most = Math.max(most, size);
        });
      },
    },
  ]);
  const value = "v".repeat(100_000);
  let received = 0;
  const done = world.expect("reader");
  world.at(1000, () => {
    const stream = world.dial({ client: 0, connection: 0 }, 0, {
      opened: () => stream.write(encodeRequest(["SET", "a", value])),
      data: (_, length) => {
        received += length;
        if (received >= 5 + 30 * 100_011) done();
      },
      ended: () => undefined,
      closed: () => undefined,
    });
    world.at(100_000, () => {
      for (let i = 0; i < 30; i++) stream.write(encodeRequest(["GET", "a"]));
    });
  });
  const outcome = world.run();
  expect(most).toBeGreaterThan(500_000);
  expect(received).toBe(5 + 30 * 100_011);
  expect(outcome).toMatchObject({ stuck: [], crashed: [] });
  expect(world.handledFaults.get("tcp.slow-reader")).toBe(1);
  expect(world.marks.get("conn.held-for-output")).toBeGreaterThan(0);
  world.close();
});

test.each(["part.isolate", "part.halves", "part.one-way", "part.swizzle", "part.flap"] as const)(
  "%s holds packets up, and they come when it is over",
  (name) => {
    let fired = 0;
    let handled = 0;
    for (let n = 1; n <= 4; n++) {
      const plan = { ...planOf(scheduled(name, S, { forUs: 3 * S })), seed: seedText(0, n) };
      const { askers, world, outcome } = run(plan, {
        askers: [0, 1, 2].map((id) => (w: World) => new Asker(w, { id, count: 100, gapUs: 50_000 })),
      });
      for (const { replies } of askers) expect(replies).toHaveLength(100);
      expect(outcome.stuck).toEqual([]);
      fired += world.faultsFired.get(name) ?? 0;
      handled += world.handledFaults.get(name) ?? 0;
    }
    expect(fired).toBe(4);
    expect(handled).toBeGreaterThan(0);
  },
);

test("clocks are off, drift, jump and stand still, as the node's own time shows", () => {
  const timesOf = (changes: Partial<Plan>, node: object = {}): number[] => {
    const times: number[] = [];
    const plan = planOf(changes);
    run(
      { ...plan, nodes: plan.nodes.map((each) => ({ ...each, ...node })) },
      {
        askers: [slowly],
        watcher: { executed: ({ call }) => times.push(call.nowMs) },
      },
    );
    return times;
  };
  const steps = (times: readonly number[]): number[] => times.slice(1).map((at, i) => at - (times[i] ?? 0));
  const usual = timesOf({});
  const off = timesOf({}, { clockOffsetMs: 60_000 });
  expect((off[0] ?? 0) - (usual[0] ?? 0)).toBe(60_000);
  expect(
    Math.max(...steps(timesOf(scheduled("clock.jump-forward", 2 * S, { amount: 60_000 })))),
  ).toBeGreaterThan(59_000);
  expect(Math.min(...steps(timesOf(scheduled("clock.jump-back", 2 * S, { amount: 60_000 }))))).toBeLessThan(
    -59_000,
  );
  const frozen = steps(timesOf(scheduled("clock.freeze", 2 * S, { forUs: 2 * S })));
  expect(frozen.filter((step) => step === 0).length).toBeGreaterThan(10);
});

test("timers are late where the plan says so", () => {
  const { world } = run(planOf({ rates: { "timer.late": 5000 } }), { askers: [slowly] });
  expect(world.faultsFired.get("timer.late")).toBeGreaterThan(5);
  expect(world.handledFaults.get("timer.late")).toBeGreaterThan(5);
});

test("memory gets short for a while, and keys have to go", () => {
  const plan = planOf(scheduled("memory.pressure", 2 * S, { amount: 99, forUs: 2 * S }), {
    "maxmemory-policy": "allkeys-random",
  });
  const removed: string[] = [];
  const { world, askers } = run(plan, {
    askers: [
      (w) => new Asker(w, { count: 60, gapUs: 100_000, request: (n) => ["SET", `k${n}`, "v".repeat(2000)] }),
    ],
    watcher: { removed: ({ why }) => removed.push(why) },
  });
  expect(removed.includes("evicted")).toBe(true);
  expect(askers[0]?.replies.at(-1)).toBe("+OK\r\n");
  expect(world.handledFaults.get("memory.pressure")).toBeGreaterThan(0);
});

test.each([
  ["disk.write-eio", { rates: { "disk.write-eio": 10_000 } }],
  ["disk.sync-fails-once", { rates: { "disk.sync-fails-once": 10_000 } }],
  ["disk.full", scheduled("disk.full", 500, { forUs: 10 * S })],
] as const)("with %s CONFIG REWRITE says that it failed", (name, changes) => {
  const { askers, world } = run(planOf(changes), {
    askers: [(w) => new Asker(w, { count: 1, request: () => ["CONFIG", "REWRITE"] })],
  });
  expect(askers[0]?.replies[0]).toMatch(/^-ERR Rewriting config file/);
  expect(world.handledFaults.get(name)).toBe(1);
});

test("a configuration file that cannot be read is not written over", () => {
  const { askers, world } = run(planOf({ rates: { "disk.read-eio": 3000 }, seed: "0x3" }), {
    askers: [(w) => new Asker(w, { count: 20, request: () => ["CONFIG", "REWRITE"] })],
  });
  const failed = askers[0]?.replies.filter((reply) => reply.startsWith("-ERR Rewriting config file")) ?? [];
  expect(failed.length).toBe(world.faultsFired.get("disk.read-eio"));
  expect(failed.length).toBeGreaterThan(0);
});

test("a stalled or slow disk makes the call that waits for it longer, and nothing else", () => {
  const { world, askers } = run(
    planOf({ ...scheduled("disk.stall", 500, { forUs: 4 * S }), rates: { "disk.slow": 10_000 } }),
    {
      askers: [
        (w) => new Asker(w, { count: 20, request: (n) => (n === 3 ? ["CONFIG", "REWRITE"] : ["PING"]) }),
      ],
    },
  );
  expect(askers[0]?.replies.filter((reply) => reply === "+PONG\r\n")).toHaveLength(19);
  expect(world.handledFaults.get("disk.stall")).toBe(1);
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
