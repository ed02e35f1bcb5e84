import { expect, test } from "vitest";
import { bytesOf } from "../clients/latin1.ts";
import { requestText } from "../clients/request.ts";
import type { Plan } from "../plan.ts";
import { Asker, planOf, run, S, scheduled, slowly } from "./asker.ts";
import { seedText } from "./chance.ts";
import { World } from "./world.ts";

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
      opened: () => stream.write(bytesOf(requestText(["SET", "a", value]))),
      data: (_, length) => {
        received += length;
        if (received >= 5 + 30 * 100_011) done();
      },
      ended: () => undefined,
      closed: () => undefined,
    });
    world.at(100_000, () => {
      for (let i = 0; i < 30; i++) stream.write(bytesOf(requestText(["GET", "a"])));
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

test("who waits to be accepted when a node stops is turned away, and served by the next start alone", () => {
  const plan = planOf({
    scheduled: [
      { atUs: 2 * S, name: "proc.pause", node: 0, forUs: 2 * S },
      { atUs: 3 * S, name: "proc.stop", node: 0, forUs: S },
    ],
    schedule: { kind: "random" },
    safetyUs: 20 * S,
  });
  const servedBy: number[] = [];
  const { askers } = run(plan, {
    askers: Array.from({ length: 12 }, (_, id) => (w) => new Asker(w, { id, startUs: 2.5 * S })),
    watcher: { executed: ({ generation }) => servedBy.push(generation) },
  });
  expect(askers.flatMap(({ ends }) => ends)).toContain("reset");
  expect([...new Set(servedBy)]).toEqual([1]);
});
