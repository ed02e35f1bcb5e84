// Pipe: one direction of a TCP connection: what the sender's kernel has taken and the receiver has not read yet.
//
//   write -> | in flight: segments with the time each arrives | received: not read yet | -> read
//            |<------------- capacity: send buffer and receive window --------------->|
//
// A write is cut into segments by the pipe's way of cutting; each arrives after the latency that was drawn for it,
// never before the one ahead of it. Bytes are not corrupted: TCP's checksum sees to that.
// Invariants:
//   - what is read is a prefix of what was written, in order; all of it, unless the pipe was reset or fell silent.
//   - at a reset a random prefix of what was under way still arrives.
//   - one event of the queue at a time stands for the pipe: the arrival of its first segment.

import type { Chance } from "./chance.ts";
import type { FaultName } from "./faults.ts";
import { type Ground, rolls } from "./ground.ts";
import type { Due } from "./queue.ts";
import { digestOfText } from "./trace.ts";

/** How writes are cut. */
export type Cutting = "whole" | "random" | "one-byte" | "in-headers" | "gathered";
export const cuttings: readonly Cutting[] = ["random", "one-byte", "in-headers", "gathered"];

/** Microseconds of one way: one of these, each as likely as the others. */
export const latencies = {
  loopback: [18, 20, 20, 22, 25, 25, 30, 40, 60, 120],
  lan: [100, 110, 120, 120, 130, 150, 180, 250, 400, 1500],
  wan: [10_000, 11_000, 12_000, 13_000, 15_000, 18_000, 25_000, 40_000, 60_000, 90_000],
  "long-tail": [100, 120, 150, 200, 300, 500, 1000, 5000, 50_000, 400_000],
} as const;
export type Latency = keyof typeof latencies;

/** What a pipe tells its receiver. */
export interface Receiver {
  /** There is something to read: bytes, the end, or a reset. */
  arrived(): void;
}

export type PipeOptions = {
  readonly from: string;
  readonly to: string;
  readonly node: number;
  readonly latency: Latency;
  readonly cutting: Cutting;
  /** Bytes for each microsecond; 0 for no bound. */
  readonly bandwidth: number;
  readonly capacity: number;
  readonly order: number;
};

/** Cuts of one write: beyond them the rest stays whole, or long replies would take a run's whole budget. */
const CUTS_MAX = 48;
/** Pieces that one pipe cuts, for the same reason; afterwards a write is cut in a few places only. */
const PIECES_MAX = 4000;
const LATE_CUTS_MAX = 3;
/** Who gets nothing through for so long gives up, as TCP does after some retransmissions. */
const GIVE_UP_US = 20_000_000;
const RETRY_FIRST_US = 200_000;
const RETRY_MAX_US = 3_200_000;

const NO_BYTES = new Uint8Array(0);
const OPEN = 0;
const FIN = 1;
const RST = 2;

/** What a healed pipe holds at least. */
const HEALED_BYTES = 1024 * 1024;

export class Pipe implements Due {
  options: PipeOptions;
  /** Bytes taken from the sender and not read. */
  outstanding = 0;
  /** Nothing goes through any more, and nobody is told. */
  isSilent = false;
  isReset = false;
  /** Called when there is room again after a write did not fit. */
  onRoom: (() => void) | undefined = undefined;
  /** Called when nothing has got through for too long. */
  onGiveUp: (() => void) | undefined = undefined;

  private readonly ground: Ground;
  private readonly receiver: Receiver;
  private readonly chance: Chance;
  private readonly isCut: boolean;
  private readonly pair: string;
  private readonly chunkText: string;
  private readonly chunkDigest: number;
  private piecesLeft = PIECES_MAX;
  // Segments under way, from `head` on; those before `arrivedCount` have arrived. Those of one write share its copy,
  // and each is bytes[ends - length, ends) of it.
  // The arrays are written over rather than cut, or each message would make them anew.
  private readonly segments: Uint8Array[] = [];
  private readonly lengths: number[] = [];
  private readonly ends: number[] = [];
  private readonly arrivals: number[] = [];
  private count = 0;
  private head = 0;
  private arrivedCount = 0;
  private readOffset = 0;
  private lastArrivalUs = 0;
  private ending: typeof OPEN | typeof FIN | typeof RST = OPEN;
  private endAtUs = 0;
  private hasEndArrived = false;
  private isScheduled = false;
  private blockedSinceUs = -1;
  private blockedBy: FaultName | undefined = undefined;
  private retryUs = RETRY_FIRST_US;
  private spikeAtUs = -1;

  constructor(ground: Ground, receiver: Receiver, chance: Chance, options: PipeOptions) {
    this.ground = ground;
    this.receiver = receiver;
    this.chance = chance;
    this.options = options;
    this.isCut = options.cutting !== "whole" && options.cutting !== "gathered";
    this.pair = `${options.from}>${options.to}`;
    this.chunkText = `${options.from} -> ${options.to} ${options.cutting}`;
    this.chunkDigest = digestOfText(this.chunkText);
  }

  /** Bytes the sender's kernel would still take. */
  get room(): number {
    return this.options.capacity - this.outstanding;
  }

  /**
   * Takes bytes[start, end), sent at `atUs`: a copy, unless they are given away. The caller has looked at `room`.
   */
  send(bytes: Uint8Array, start: number, end: number, atUs: number, isGiven = false): void {
    if (this.ending !== OPEN || this.isReset) return;
    this.outstanding += end - start;
    if (this.isSilent) return;
    const { options, chance } = this;
    let delayUs = chance.pick(latencies[options.latency]);
    if (rolls(this.ground.rate("tcp.latency-spike"), chance)) {
      delayUs += chance.between(10_000, 2_000_000);
      this.spikeAtUs = atUs + delayUs;
      this.ground.fired("tcp.latency-spike", options.node, `${options.from} -> ${options.to} ${delayUs} us`);
    }
    if (options.bandwidth > 0) delayUs += Math.ceil((end - start) / options.bandwidth);
    if (options.cutting !== "whole" && rolls(this.ground.rate("tcp.chunk"), chance)) {
      this.ground.fired("tcp.chunk", options.node, this.chunkText, this.chunkDigest);
      this.sendCut(bytes, start, end, atUs + delayUs);
    } else if (isGiven) this.add(bytes, end, end - start, atUs + delayUs);
    else this.add(bytes.slice(start, end), end - start, end - start, atUs + delayUs);
    this.schedule();
  }

  /** From now on a good link: what waits behind a slow one would take longer than anyone is given. */
  heal(): void {
    const { capacity } = this.options;
    this.options = {
      ...this.options,
      latency: "loopback",
      bandwidth: 0,
      capacity: Math.max(capacity, HEALED_BYTES),
    };
    if (!this.isSilent && !this.isReset) this.onRoom?.();
  }

  /** No more will be sent: the receiver hears of it after the last byte. */
  finish(atUs: number): void {
    this.endWith(FIN, atUs);
  }

  /** The connection breaks: a random prefix of what is under way arrives, then the receiver hears of it. */
  reset(atUs: number): void {
    if (this.isReset) return;
    this.isReset = true;
    const under = this.count - this.arrivedCount;
    const kept = this.arrivedCount + this.chance.below(under + 1);
    const cut = kept < this.count ? this.segments[kept] : undefined;
    const cutLength = this.lengths[kept] as number;
    const cutStart = (this.ends[kept] as number) - cutLength;
    this.keepFirst(kept);
    if (cut !== undefined) {
      const length = this.chance.below(cutLength);
      if (length > 0) this.add(cut, cutStart + length, length, this.lastArrivalUs);
    }
    this.ending = OPEN;
    this.hasEndArrived = false;
    this.endWith(RST, atUs);
  }

  /** From now on nothing arrives, and nobody is told why. */
  fallSilent(): void {
    this.isSilent = true;
    this.keepFirst(this.arrivedCount);
    this.ending = OPEN;
  }

  /** True when a read would bring bytes. */
  get hasBytes(): boolean {
    return this.head < this.arrivedCount;
  }

  /** Bytes that have arrived and wait to be read. */
  get unread(): number {
    let count = -this.readOffset;
    for (let i = this.head; i < this.arrivedCount; i++) count += this.lengths[i] as number;
    return Math.max(0, count);
  }

  /** All bytes have been read and the sender has finished. */
  get hasFinished(): boolean {
    return this.hasEndArrived && this.ending === FIN && !this.hasBytes;
  }

  /** All bytes that still came have been read, and then the connection broke. */
  get hasBroken(): boolean {
    return this.hasEndArrived && this.ending === RST && !this.hasBytes;
  }

  /** Reads up to `into.length` bytes; where the pipe cuts, of one segment only. Returns how many. */
  read(into: Uint8Array): number {
    let count = 0;
    while (this.head < this.arrivedCount && count < into.length) {
      const length = this.lengths[this.head] as number;
      const start = (this.ends[this.head] as number) - length + this.readOffset;
      const take = Math.min(length - this.readOffset, into.length - count);
      copy(this.segments[this.head] as Uint8Array, start, into, count, take);
      count += take;
      this.readOffset += take;
      if (this.readOffset < length) break;
      this.dropHead();
      if (this.isCut) break;
    }
    this.took(count);
    return count;
  }

  /** A segment arrives. */
  fire(): void {
    this.isScheduled = false;
    if (this.isSilent) return;
    const { ground } = this;
    const { nowUs } = ground.queue;
    const cut = ground.cutBetween(this.pair);
    if (cut !== undefined) {
      this.retryLater(cut, nowUs);
      return;
    }
    if (this.blockedBy !== undefined) {
      ground.handled(this.blockedBy);
      this.blockedBy = undefined;
      this.blockedSinceUs = -1;
      this.retryUs = RETRY_FIRST_US;
    }
    if (this.spikeAtUs >= 0 && nowUs >= this.spikeAtUs) {
      this.spikeAtUs = -1;
      ground.handled("tcp.latency-spike");
    }
    while (this.arrivedCount < this.count && (this.arrivals[this.arrivedCount] as number) <= nowUs) {
      this.arrivedCount++;
    }
    if (this.ending !== OPEN && this.arrivedCount === this.count && this.endAtUs <= nowUs) {
      this.hasEndArrived = true;
    }
    this.schedule();
    this.receiver.arrived();
  }

  private endWith(how: typeof FIN | typeof RST, atUs: number): void {
    if (this.ending !== OPEN) return;
    this.ending = how;
    if (this.isSilent) return;
    this.endAtUs = Math.max(this.lastArrivalUs, atUs + this.chance.pick(latencies[this.options.latency]));
    this.schedule();
  }

  private sendCut(bytes: Uint8Array, start: number, end: number, arriveUs: number): void {
    const { chance } = this;
    const { cutting } = this.options;
    if (cutting === "gathered") {
      // Held back for a while, so that what is written next comes in one piece with it.
      this.add(bytes.slice(start, end), end - start, end - start, arriveUs + chance.between(100, 3000));
      return;
    }
    let at = arriveUs;
    const whole = bytes.slice(start, end);
    const length = whole.length;
    let from = 0;
    const cutsMax = this.piecesLeft > 0 ? CUTS_MAX : LATE_CUTS_MAX;
    for (let cuts = 0; from < length && cuts < cutsMax; cuts++) {
      let to = length;
      if (cutting === "one-byte") to = from + 1;
      else if (cutting === "random")
        to = Math.min(length, from + 1 + chance.below(Math.max(1, (length - from) * 2)));
      else to = nextHeaderCut(whole, from, length);
      this.add(whole, to, to - from, at);
      this.piecesLeft--;
      at += chance.below(30);
      from = to;
    }
    if (from < length) this.add(whole, length, length - from, at);
  }

  // The `length` bytes before `end` of a write.
  private add(segment: Uint8Array, end: number, length: number, arriveUs: number): void {
    this.lastArrivalUs = Math.max(this.lastArrivalUs, arriveUs);
    const at = this.count++;
    this.segments[at] = segment;
    this.lengths[at] = length;
    this.ends[at] = end;
    this.arrivals[at] = this.lastArrivalUs;
  }

  private schedule(): void {
    if (this.isScheduled || this.isSilent) return;
    let atUs = -1;
    if (this.arrivedCount < this.count) atUs = this.arrivals[this.arrivedCount] as number;
    else if (this.ending !== OPEN && !this.hasEndArrived) atUs = this.endAtUs;
    if (atUs < 0) return;
    this.isScheduled = true;
    this.ground.queue.push(atUs, this.options.order, this);
  }

  // What TCP does where nothing gets through: tries again, less and less often, and gives up in the end.
  private retryLater(cut: FaultName, nowUs: number): void {
    if (this.blockedSinceUs < 0) this.blockedSinceUs = nowUs;
    this.blockedBy = cut;
    if (nowUs - this.blockedSinceUs >= GIVE_UP_US && this.onGiveUp !== undefined) {
      this.onGiveUp();
      return;
    }
    this.isScheduled = true;
    this.ground.queue.push(nowUs + this.retryUs, this.options.order, this);
    this.retryUs = Math.min(RETRY_MAX_US, this.retryUs * 2);
  }

  private dropHead(): void {
    this.segments[this.head] = NO_BYTES;
    this.head++;
    this.readOffset = 0;
    if (this.head === this.count) {
      this.keepFirst(0);
      this.head = 0;
      this.arrivedCount = 0;
    } else if (this.head >= 256) {
      for (const each of [this.segments, this.lengths, this.ends, this.arrivals]) each.splice(0, this.head);
      this.count -= this.head;
      this.arrivedCount -= this.head;
      this.head = 0;
    }
  }

  private keepFirst(count: number): void {
    for (let i = count; i < this.count; i++) this.segments[i] = NO_BYTES;
    this.count = count;
  }

  private took(count: number): void {
    this.outstanding -= count;
    // As TCP does, which else would go on in pieces as small as those that were read last.
    if (count > 0 && this.outstanding * 2 <= this.options.capacity) this.onRoom?.();
  }
}

function copy(from: Uint8Array, start: number, to: Uint8Array, at: number, count: number): void {
  if (count > 64) to.set(from.subarray(start, start + count), at);
  else for (let i = 0; i < count; i++) to[at + i] = from[start + i] as number;
}

// Cuts where parsers go wrong: between CR and LF, before them, and behind the first digit of a length.
function nextHeaderCut(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const byte = bytes[i] as number;
    const isMark = byte === 13 || byte === 42 || byte === 36;
    if (!isMark) continue;
    if (i > from) return i;
    return Math.min(end, from + (byte === 13 ? 1 : 2));
  }
  return end;
}
