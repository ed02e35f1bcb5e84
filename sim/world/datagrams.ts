// Datagrams: packets between nodes, for gossip: each may be lost, doubled, overtaken, too large, or late.
//
// Role: the port that gossip will bind, and the network under it. A packet is copied when it is sent and its copy is
// overwritten after it was received.
// Invariants: what arrives was sent, by the one it names, unchanged; nothing else is promised.

import type { Chance } from "./chance.ts";
import { nodePlace } from "./connection.ts";
import { due, type Ground, rolls } from "./ground.ts";
import { type Latency, latencies } from "./pipe.ts";
import { digestOf } from "./trace.ts";

/** What a packet may carry: a UDP payload that no common link has to split. */
export const DATAGRAM_BYTES_MAX = 1400;
const STALE_US: readonly [number, number] = [1_000_000, 60_000_000];
const POISON = 0xdd;

export type Received = (from: number, bytes: Uint8Array) => void;

type Bound = { readonly generation: number; readonly received: Received };

export class Datagrams {
  private readonly ground: Ground;
  private readonly latency: Latency;
  private readonly bound = new Map<number, Bound>();
  private readonly lostUntilUs = new Map<string, number>();

  constructor(ground: Ground, latency: Latency) {
    this.ground = ground;
    this.latency = latency;
  }

  /** A node takes packets from now on; `unbind` when its process ends. */
  bind(node: number, generation: number, received: Received): void {
    this.bound.set(node, { generation, received });
  }

  unbind(node: number): void {
    this.bound.delete(node);
  }

  /** Everything from one node to another is lost for a while. */
  loseAll(from: number, to: number, untilUs: number): void {
    this.lostUntilUs.set(`${from}>${to}`, untilUs);
  }

  heal(): void {
    this.lostUntilUs.clear();
  }

  /** False when the packet is too large to be sent at all. */
  send(from: number, to: number, bytes: Uint8Array): boolean {
    if (bytes.length > DATAGRAM_BYTES_MAX) return false;
    const { ground } = this;
    const chance = ground.stream(`datagrams/${from}>${to}`);
    const copy = bytes.slice();
    if (this.isLost(from, to, chance)) return true;
    this.deliver(from, to, copy, chance);
    if (rolls(ground.rate("dgram.duplicate"), chance)) {
      ground.fired("dgram.duplicate", to, `from ${from}`);
      this.deliver(from, to, copy.slice(), chance);
    }
    return true;
  }

  private isLost(from: number, to: number, chance: Chance): boolean {
    const { ground } = this;
    if (ground.queue.nowUs < (this.lostUntilUs.get(`${from}>${to}`) ?? 0)) return true;
    if (!rolls(ground.rate("dgram.loss"), chance)) return false;
    ground.fired("dgram.loss", to, `from ${from}`);
    return true;
  }

  private deliver(from: number, to: number, bytes: Uint8Array, chance: Chance): void {
    const { ground } = this;
    let delayUs = chance.pick(latencies[this.latency]);
    // Packets of one link keep their order by the queue's, unless one is held up.
    if (rolls(ground.rate("dgram.reorder"), chance)) {
      ground.fired("dgram.reorder", to, `from ${from}`);
      delayUs += chance.between(1, 20_000);
    } else if (rolls(ground.rate("dgram.stale"), chance)) {
      ground.fired("dgram.stale", to, `from ${from}`);
      delayUs += chance.between(...STALE_US);
    }
    const arrive = due(() => this.arrive(from, to, bytes));
    ground.queue.push(ground.queue.nowUs + delayUs, ground.orderKey(`datagrams/${from}>${to}`), arrive);
  }

  private arrive(from: number, to: number, bytes: Uint8Array): void {
    const { ground } = this;
    const bound = this.bound.get(to);
    if (bound === undefined || ground.cutBetween(`${nodePlace(from)}>${nodePlace(to)}`) !== undefined) return;
    ground.trace.note(ground.queue.nowUs, to, "packet", digestOf(bytes, 0, bytes.length));
    bound.received(from, bytes);
    bytes.fill(POISON);
  }
}
