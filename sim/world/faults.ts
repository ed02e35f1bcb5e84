// Faults: the catalogue of everything a run may do to the server, with rates for three profiles.
//
// Role: data. draw.ts turns it into a plan, the world's parts make the faults happen, and a batch counts both sides:
// a fault that never fired, or that fired and was never handled, has tested nothing.
// Rates: `per10k` is the chance of each opportunity in 1/10,000; `everyS` is the mean time between two such faults in
// virtual seconds; `atStart` is the amount a node is given when it starts (milliseconds or parts per million).
// The budget: faults stay within what the promises cover. Wiping a disk is within them as long as nothing is promised
// to be on it; bit rot needs a checksum, torn pages a log. So each entry says since when it may be drawn.

import type { MarkName } from "../../src/lib/probe.ts";

export const faultNames = [
  "tcp.chunk",
  "tcp.reset-mid-stream",
  "tcp.half-open",
  "tcp.connect-refused",
  "tcp.connect-hang",
  "tcp.slow-reader",
  "tcp.latency-spike",
  "dgram.loss",
  "dgram.burst-loss",
  "dgram.duplicate",
  "dgram.reorder",
  "dgram.stale",
  "link.frame-corrupt",
  "part.isolate",
  "part.halves",
  "part.bridge",
  "part.one-way",
  "part.swizzle",
  "part.flap",
  "proc.stop",
  "proc.kill",
  "proc.power-loss",
  "proc.kill-in-recovery",
  "proc.pause",
  "proc.slow",
  "proc.restart-reconfigured",
  "proc.wipe",
  "thread.starve",
  "thread.mailbox-full",
  "disk.short-append",
  "disk.torn-on-power-loss",
  "disk.rename-lost",
  "disk.sync-fails-once",
  "disk.write-eio",
  "disk.read-eio",
  "disk.full",
  "disk.slow",
  "disk.stall",
  "disk.bit-rot",
  "clock.offset",
  "clock.drift",
  "clock.jump-forward",
  "clock.jump-back",
  "clock.freeze",
  "timer.late",
  "memory.pressure",
] as const;
export type FaultName = (typeof faultNames)[number];

export type Rate =
  | { readonly per10k: number }
  | { readonly everyS: number }
  | { readonly atStart: number }
  | undefined;

export type Fault = {
  readonly name: FaultName;
  readonly does: string;
  readonly calm: Rate;
  readonly moderate: Rate;
  readonly chaos: Rate;
  /** Whether it means something for one node as it is today; else what it waits for. */
  readonly today: true | string;
  /** When a fault that fired counts as handled: a mark of production code, or what the world sees. */
  readonly handled: { readonly mark: readonly MarkName[] } | { readonly world: string };
  /** It means something only for nodes that have this directive set to this. */
  readonly only?: readonly [directive: string, value: string];
  /** How long a fault lasts that lasts, microseconds. */
  readonly lastsUs?: readonly [min: number, max: number];
};

const S = 1_000_000;
const gossip = "nodes that gossip";
const threads = "shards on threads of their own";
const durability = "data kept on disk";
const logged = ["appendonly", "yes"] as const;

const chance = (per10k: number): Rate => ({ per10k });
const every = (everyS: number): Rate => ({ everyS });
const atStart = (amount: number): Rate => ({ atStart: amount });
const ran = { world: "the node ran a command afterwards" } as const;
const arrived = { world: "what was held up arrived, or its connection was closed at the server" } as const;
const closed = { world: "the server gave the connection up" } as const;

export const faults: readonly Fault[] = [
  fault("tcp.chunk", "cuts what is written at odd places", chance(1000), chance(5000), chance(9000), {
    handled: { mark: ["conn.request-in-pieces"] },
  }),
  fault("tcp.reset-mid-stream", "resets after a random prefix", chance(1), chance(20), chance(200), {
    handled: closed,
  }),
  fault("tcp.half-open", "the peer falls silent without a word", undefined, every(120), every(20), {
    handled: closed,
  }),
  fault("tcp.connect-refused", "a dial is refused", chance(10), chance(100), chance(1000), {
    handled: { world: "the client got through later" },
  }),
  fault("tcp.connect-hang", "a dial hangs until it times out", chance(5), chance(50), chance(500), {
    handled: { world: "the client got through later" },
  }),
  fault("tcp.slow-reader", "a client takes nothing", undefined, every(60), every(10), {
    handled: { world: "the client got what had waited" },
    lastsUs: [100_000, 30 * S],
  }),
  fault("tcp.latency-spike", "one write comes 10-2,000 ms late", chance(10), chance(100), chance(1000), {
    handled: arrived,
  }),
  fault("dgram.loss", "a packet is lost", chance(10), chance(500), chance(3000), { today: gossip }),
  fault("dgram.burst-loss", "all packets of a link are lost", undefined, every(60), every(10), {
    today: gossip,
    lastsUs: [100_000, 5 * S],
  }),
  fault("dgram.duplicate", "a packet comes twice", chance(10), chance(500), chance(2000), { today: gossip }),
  fault("dgram.reorder", "a packet overtakes", chance(100), chance(1000), chance(5000), { today: gossip }),
  fault("dgram.stale", "a packet comes after a restart", undefined, chance(10), chance(100), {
    today: gossip,
  }),
  fault("link.frame-corrupt", "a byte of a checksummed frame", undefined, chance(2), chance(20), {
    today: "links between nodes",
  }),
  fault("part.isolate", "one peer is cut off", undefined, every(60), every(15), {
    handled: arrived,
    lastsUs: [1 * S, 60 * S],
  }),
  fault("part.halves", "half of all are cut off from the other half", undefined, every(60), every(15), {
    handled: arrived,
    lastsUs: [1 * S, 60 * S],
  }),
  fault("part.bridge", "A-B and B-C, but not A-C", undefined, every(60), every(15), {
    today: "three nodes",
    lastsUs: [1 * S, 60 * S],
  }),
  fault("part.one-way", "one direction is cut", undefined, every(120), every(20), {
    handled: arrived,
    lastsUs: [1 * S, 60 * S],
  }),
  fault(
    "part.swizzle",
    "links are cut one by one, restored in another order",
    undefined,
    every(180),
    every(30),
    {
      handled: arrived,
      lastsUs: [1 * S, 30 * S],
    },
  ),
  fault("part.flap", "a link goes on and off five times a second", undefined, every(180), every(30), {
    handled: arrived,
    lastsUs: [1 * S, 10 * S],
  }),
  fault("proc.stop", "an orderly stop, and a start", undefined, every(120), every(20), {
    handled: { mark: ["server.stopped"] },
    lastsUs: [0, 30 * S],
  }),
  fault("proc.kill", "killed, and started again", undefined, every(120), every(15), {
    handled: ran,
    lastsUs: [0, 30 * S],
  }),
  fault("proc.power-loss", "power lost, and started again", undefined, every(180), every(20), {
    handled: ran,
    lastsUs: [0, 30 * S],
  }),
  fault("proc.kill-in-recovery", "killed while loading", undefined, chance(1000), chance(5000), {
    today: durability,
  }),
  fault("proc.pause", "gets no processor", undefined, every(90), every(15), {
    handled: ran,
    lastsUs: [100_000, 20 * S],
  }),
  fault("proc.slow", "everything takes 5 to 50 times as long", undefined, every(120), every(20), {
    handled: { world: "the node ran a command meanwhile" },
    lastsUs: [1 * S, 30 * S],
  }),
  fault(
    "proc.restart-reconfigured",
    "comes back with other settings",
    undefined,
    chance(1000),
    chance(3000),
    {
      handled: ran,
    },
  ),
  // Per run: one in twenty, one in four.
  fault("proc.wipe", "comes back with an empty disk", undefined, chance(500), chance(2500), { handled: ran }),
  fault("thread.starve", "one shard is not scheduled", chance(10), chance(100), chance(1000), {
    today: threads,
  }),
  fault("thread.mailbox-full", "a mailbox takes nothing", chance(10), chance(200), chance(2000), {
    today: threads,
  }),
  fault("disk.short-append", "takes fewer bytes", chance(1), chance(20), chance(200), {
    only: logged,
    handled: ran,
  }),
  fault("disk.torn-on-power-loss", "a page is torn", undefined, chance(5000), chance(8000), {
    only: logged,
    handled: ran,
  }),
  fault("disk.rename-lost", "a rename is undone", undefined, chance(5000), chance(9000), {
    only: logged,
    handled: ran,
  }),
  fault("disk.sync-fails-once", "EIO, and the pages are dropped", undefined, chance(100), chance(1000), {
    handled: { mark: ["config.rewrite-failed"] },
  }),
  fault("disk.write-eio", "one write fails", undefined, chance(100), chance(1000), {
    handled: { mark: ["config.rewrite-failed"] },
  }),
  fault("disk.read-eio", "one read fails", undefined, chance(100), chance(1000), {
    handled: { mark: ["config.rewrite-failed"] },
  }),
  fault("disk.full", "no space", undefined, every(300), every(60), {
    handled: { mark: ["config.rewrite-failed"] },
    lastsUs: [5 * S, 60 * S],
  }),
  fault("disk.slow", "an operation takes ten times as long", chance(10), chance(200), chance(1000), {
    handled: { world: "the operation completed" },
  }),
  fault("disk.stall", "nothing moves for a while", undefined, every(120), every(20), {
    handled: ran,
    lastsUs: [1 * S, 10 * S],
  }),
  fault("disk.bit-rot", "one bit of a file", undefined, chance(1), chance(10), { today: durability }),
  fault("clock.offset", "the wall clock is off, in ms", atStart(10), atStart(1000), atStart(60_000), {
    handled: ran,
  }),
  fault("clock.drift", "the clock runs fast or slow, in ppm", atStart(10), atStart(100), atStart(500), {
    handled: ran,
  }),
  fault("clock.jump-forward", "the wall clock jumps ahead", undefined, every(300), every(30), {
    handled: ran,
  }),
  fault("clock.jump-back", "the wall clock jumps back", undefined, every(300), every(30), { handled: ran }),
  fault("clock.freeze", "the wall clock stands still", undefined, every(300), every(30), {
    handled: ran,
    lastsUs: [100_000, 10 * S],
  }),
  fault("timer.late", "a timer fires 1-200 ms late", chance(10), chance(500), chance(2000), {
    handled: { world: "the timer fired" },
  }),
  fault("memory.pressure", "maxmemory is lowered while running", undefined, every(120), every(20), {
    handled: { mark: ["evict.some", "exec.oom"] },
    lastsUs: [1 * S, 30 * S],
  }),
];

/** The entry of a fault. */
export function faultOf(name: FaultName): Fault {
  const found = faults.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no fault is called ${name}`);
  return found;
}

/** Faults that a run of one node may have today, and that a batch must see. */
export function faultsToday(): readonly Fault[] {
  return faults.filter(({ today }) => today === true);
}

function fault(
  name: FaultName,
  does: string,
  calm: Rate,
  moderate: Rate,
  chaos: Rate,
  more: {
    readonly handled?: Fault["handled"];
    readonly today?: string;
    readonly lastsUs?: Fault["lastsUs"];
    readonly only?: Fault["only"];
  },
): Fault {
  return {
    name,
    does,
    calm,
    moderate,
    chaos,
    today: more.today ?? true,
    handled: more.handled ?? { world: `not told yet: it waits for ${more.today}` },
    ...(more.lastsUs === undefined ? {} : { lastsUs: more.lastsUs }),
    ...(more.only === undefined ? {} : { only: more.only }),
  };
}
