import fc from "fast-check";
import { expect, test } from "vitest";
import type { SchedulePlan } from "../plan.ts";
import { PlainGround } from "./plain-ground.ts";
import { MAILBOX_MAX, Threads } from "./threads.ts";

const schedules = fc.constantFrom<SchedulePlan>(
  { kind: "fifo" },
  { kind: "random" },
  { kind: "newest-first" },
  { kind: "priority", changePoints: [3, 9] },
  { kind: "starve-one", victim: 1 },
);

class Peer {
  readonly got: [from: number, first: number][] = [];
  readonly rooms: number[] = [];
  readonly deaths: number[] = [];
  message(from: number, bytes: Uint8Array): void {
    this.got.push([from, bytes[0] ?? -1]);
  }
  room(to: number): void {
    this.rooms.push(to);
  }
  died(who: number): void {
    this.deaths.push(who);
  }
}

test("all messages come once, and those of one sender in order, under every schedule", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      schedules,
      fc.array(fc.nat({ max: 2 }), { maxLength: 60 }),
      (seed, plan, senders) => {
        const ground = new PlainGround(seed, plan);
        Object.assign(ground.rates, { "thread.starve": 1000 });
        const threads = new Threads(ground, ground.schedule, 0);
        const peers = [new Peer(), new Peer(), new Peer()];
        const ids = peers.map((peer) => threads.spawn(peer));
        for (const [i, sender] of senders.entries()) {
          const to = ids[(sender + 1 + (i % 2)) % 3] ?? 0;
          const bytes = new Uint8Array([i]);
          expect(threads.post(ids[sender] ?? 0, to, bytes)).toBe(true);
          bytes.fill(255);
        }
        ground.runUntil(1e12);
        expect(peers.flatMap(({ got }) => got.map(([, n]) => n)).sort((a, b) => a - b)).toEqual(
          senders.map((_, i) => i),
        );
        for (const { got } of peers) {
          for (const from of ids) {
            const own = got.filter(([sender]) => sender === from).map(([, n]) => n);
            expect(own).toEqual(own.toSorted((a, b) => a - b));
          }
        }
      },
    ),
  );
});

test("a full mailbox refuses, and tells its sender when there is room again", () => {
  const ground = new PlainGround(1);
  const threads = new Threads(ground, ground.schedule, 0);
  const [a, b] = [new Peer(), new Peer()];
  const [from, to] = [threads.spawn(a), threads.spawn(b)];
  for (let i = 0; i < MAILBOX_MAX; i++) expect(threads.post(from, to, new Uint8Array([i]))).toBe(true);
  expect(threads.post(from, to, new Uint8Array([99]))).toBe(false);
  ground.runUntil(1e9);
  expect(b.got.map(([, n]) => n)).toEqual(Array.from({ length: MAILBOX_MAX }, (_, i) => i));
  expect(a.rooms).toEqual([to]);
});

test("a mailbox that only pretends to be full gets room as well, so that nobody waits for ever", () => {
  const ground = new PlainGround(1);
  ground.rates["thread.mailbox-full"] = 10_000;
  const threads = new Threads(ground, ground.schedule, 0);
  const [a, b] = [new Peer(), new Peer()];
  const [from, to] = [threads.spawn(a), threads.spawn(b)];
  expect(threads.post(from, to, new Uint8Array([1]))).toBe(true);
  expect(threads.post(from, to, new Uint8Array([2]))).toBe(false);
  ground.runUntil(1e9);
  expect(a.rooms).toEqual([to]);
  expect([ground.firedNames, ground.handledNames]).toEqual([
    ["thread.mailbox-full"],
    ["thread.mailbox-full"],
  ]);
});

test("a dead thread reads nothing, and the others hear of its death", () => {
  const ground = new PlainGround(1);
  const threads = new Threads(ground, ground.schedule, 0);
  const [a, b] = [new Peer(), new Peer()];
  const [from, to] = [threads.spawn(a), threads.spawn(b)];
  threads.post(from, to, new Uint8Array([1]));
  threads.kill(to);
  ground.runUntil(1e9);
  expect(b.got).toEqual([]);
  expect(a.deaths).toEqual([to]);
  expect(threads.post(from, to, new Uint8Array([2]))).toBe(true);
});
