import { expect, test } from "vitest";
import type { Clock, TimerId } from "../env/clock.ts";
import { MemoryFiles } from "../testing/memory-files.ts";
import { BackgroundSave, type SaveFault } from "./background-save.ts";

const stepUs = 100;
const stepBytes = 64;
const roundUs = 50;

// Time goes on by what is done: each step takes some, and each round of the network.
class ManualClock implements Clock {
  nowUs = 1_000_000;
  private lastId = 0;
  private readonly timers = new Map<TimerId, { readonly atUs: number; readonly fire: () => void }>();

  monotonicUs(): number {
    return this.nowUs;
  }
  wallMs(): number {
    return this.nowUs / 1000;
  }
  wallUs(): number {
    return this.nowUs;
  }
  after(delayUs: number, fire: () => void): TimerId {
    const id = ++this.lastId as TimerId;
    this.timers.set(id, { atUs: this.nowUs + delayUs, fire });
    return id;
  }
  cancel(timer: TimerId): void {
    this.timers.delete(timer);
  }
  fireDue(): void {
    for (const [id, { atUs, fire }] of [...this.timers]) {
      if (atUs > this.nowUs || !this.timers.delete(id)) continue;
      fire();
    }
  }
}

type Slice = { readonly startUs: number; readonly endUs: number };

// Rounds of the network, in each of which clients take their share, until the snapshot is made. `aheadUs` is what commands have to
// write for the snapshot in each.
function saved(load: { readonly clientsUs: number; readonly aheadUs?: number; readonly steps?: number }): {
  readonly slices: readonly Slice[];
  readonly rounds: number;
  readonly clientsUs: number;
  readonly fault: SaveFault | undefined;
  readonly isDetached: boolean;
  readonly savedBytes: number | undefined;
} {
  const clock = new ManualClock();
  const files = new MemoryFiles();
  files.later = (fire) => clock.after(0, fire);
  const slices: Slice[] = [];
  let stepsLeft = load.steps ?? 200;
  let busyUs = 0;
  let isDone = false;
  let isDetached = false;
  let fault: SaveFault | undefined;
  const snapshot = {
    readyBytes: 0,
    heldBytes: 0,
    aheadUs: 0,
    attach: () => {},
    detach: () => {
      isDetached = true;
    },
    step: () => {
      clock.nowUs += stepUs;
      snapshot.readyBytes += stepBytes;
      return --stepsLeft > 0;
    },
    take: (spare: Uint8Array) => {
      const sizeBytes = snapshot.readyBytes;
      snapshot.readyBytes = 0;
      return { bytes: spare, sizeBytes };
    },
  };
  new BackgroundSave({
    files,
    clock,
    snapshot,
    temporary: "data/temp.rdb",
    path: "data/dump.rdb",
    directory: "data",
    isIncremental: false,
    busyUs: () => busyUs,
    sliced: (startUs, endUs) => slices.push({ startUs, endUs }),
    done: (why) => {
      fault = why;
      isDone = true;
    },
  }).begin();
  let rounds = 0;
  for (; !isDone && rounds < 100_000; rounds++) {
    const aheadUs = stepsLeft > 0 ? (load.aheadUs ?? 0) : 0;
    snapshot.aheadUs += aheadUs;
    busyUs += load.clientsUs + aheadUs;
    clock.nowUs += roundUs + load.clientsUs + aheadUs;
    clock.fireDue();
  }
  const savedBytes = files.contents.get("data/dump.rdb")?.length;
  return { slices, rounds, clientsUs: rounds * load.clientsUs, fault, isDetached, savedBytes };
}

const lengths = (slices: readonly Slice[]): readonly number[] =>
  slices.map(({ startUs, endUs }) => endUs - startUs);
const waits = (slices: readonly Slice[]): readonly number[] =>
  slices.slice(1).map(({ startUs }, i) => startUs - (slices[i] as Slice).endUs);

test("while nobody is served one slice follows the other at once, each of about a millisecond", () => {
  const { slices, fault, isDetached, savedBytes } = saved({ clientsUs: 0 });
  expect([fault, isDetached, savedBytes]).toEqual([undefined, true, 200 * stepBytes]);
  expect(slices.length).toBe(20);
  expect(Math.max(...lengths(slices))).toBe(1000);
  expect(Math.max(...waits(slices))).toBeLessThanOrEqual(2 * roundUs);
});

test("with busy clients a slice waits 32 times as long as the one before it took", () => {
  const { slices, fault } = saved({ clientsUs: 500 });
  expect(fault).toBeUndefined();
  expect(slices.length).toBe(20);
  for (const [i, waitUs] of waits(slices).entries()) {
    expect(waitUs, `wait ${i}`).toBeGreaterThanOrEqual(32_000);
    expect(waitUs, `wait ${i}`).toBeLessThan(32_000 + 2 * (500 + roundUs));
  }
});

test("what commands write ahead of their changes puts slices off as well", () => {
  const calm = saved({ clientsUs: 500, steps: 40 });
  const writing = saved({ clientsUs: 500, aheadUs: 10, steps: 40 });
  expect(Math.min(...waits(writing.slices))).toBeGreaterThan(Math.max(...waits(calm.slices)));
  // 32_000 = 1 slice * 32; each round of 560 us adds 32 * 10 to what is owed.
  for (const waitUs of waits(writing.slices)) expect(waitUs).toBeGreaterThan(50_000);
});

test("clients that take less than a quarter of the time put nothing off", () => {
  const { slices } = saved({ clientsUs: 10 });
  expect(Math.max(...waits(slices))).toBeLessThan(2000);
});
