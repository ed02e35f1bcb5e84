import fc from "fast-check";
import { expect, test } from "vitest";
import { DATAGRAM_BYTES_MAX, Datagrams } from "./datagrams.ts";
import type { FaultName } from "./faults.ts";
import { PlainGround } from "./plain-ground.ts";

function make(seed: number, rates: Partial<Record<FaultName, number>> = {}) {
  const ground = new PlainGround(seed);
  Object.assign(ground.rates, rates);
  const network = new Datagrams(ground, "lan");
  const received: number[] = [];
  const atUs: number[] = [];
  network.bind(1, 0, (from, bytes) => {
    expect(from).toBe(0);
    received.push(bytes[0] ?? -1);
    atUs.push(ground.queue.nowUs);
  });
  const send = (count: number): void => {
    for (let i = 0; i < count; i++) {
      ground.runUntil(i * 1000);
      const bytes = new Uint8Array([i]);
      network.send(0, 1, bytes);
      bytes.fill(255); // The sender may use its bytes again at once.
    }
    ground.runUntil(1e9);
  };
  return { ground, network, received, send };
}

test("without faults every packet comes once, unchanged", () => {
  const { received, send } = make(1);
  send(100);
  expect(received.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test("lost packets do not come, doubled ones come twice, and others overtake", () => {
  const lossy = make(1, { "dgram.loss": 3000 });
  lossy.send(200);
  expect(lossy.received.length).toBeGreaterThan(100);
  expect(lossy.received.length).toBeLessThan(180);
  const doubled = make(1, { "dgram.duplicate": 5000 });
  doubled.send(200);
  expect(doubled.received.length).toBeGreaterThan(250);
  expect(new Set(doubled.received).size).toBe(200);
  const shuffled = make(1, { "dgram.reorder": 5000 });
  shuffled.send(200);
  expect(shuffled.received).not.toEqual(shuffled.received.toSorted((a, b) => a - b));
});

test("a burst loses everything of one direction until it is over", () => {
  const { network, received, send } = make(1);
  network.loseAll(0, 1, 50_000);
  send(100);
  expect(Math.min(...received)).toBe(50);
});

test("a packet that is late reaches the process that was started meanwhile", () => {
  const { ground, network, received } = make(1, { "dgram.stale": 10_000 });
  network.send(0, 1, new Uint8Array([7]));
  network.unbind(1);
  const later: number[] = [];
  ground.runUntil(500_000);
  network.bind(1, 1, (_, bytes) => later.push(bytes[0] ?? -1));
  ground.runUntil(1e9);
  expect([received, later]).toEqual([[], [7]]);
});

test("a packet through a cut is lost, and one that is too large is refused", () => {
  const { ground, network, received, send } = make(1);
  ground.cut = () => "part.isolate";
  send(3);
  expect(received).toEqual([]);
  expect(network.send(0, 1, new Uint8Array(DATAGRAM_BYTES_MAX + 1))).toBe(false);
  expect(network.send(0, 1, new Uint8Array(DATAGRAM_BYTES_MAX))).toBe(true);
});

test("what arrives was sent, whatever happens on the way", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const rates = {
        "dgram.loss": 2000,
        "dgram.duplicate": 2000,
        "dgram.reorder": 5000,
        "dgram.stale": 100,
      };
      const { received, send } = make(seed, rates);
      send(50);
      for (const each of received) expect(each).toBeLessThan(50);
    }),
    { numRuns: 20 },
  );
});
