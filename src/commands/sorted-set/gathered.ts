// Gathered: members with scores that a command has put together, before they become a reply or a key.
//
// Role: what the commands with STORE in their names, and those over several keys, compute into. It holds copies, so
// the key that is written may be one of those that were read. One list serves every command of a thread, since no
// two run at once.
// Invariant: member i is bytes[starts[i], starts[i + 1]).

import type { Databases } from "../../keyspace/databases.ts";
import { EVENT_NEW } from "../../keyspace/key-events.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import type { CollectionLimits } from "../../keyspace/limits.ts";
import { compareBytes, copyBytes, equalBytes } from "../../lib/bytes.ts";
import type { Args } from "../../resp/args.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { Element } from "../../store/element.ts";
import { writeScore } from "./score-text.ts";

/** Room that is kept for the next command. */
const KEPT_MEMBERS = 256;
const KEPT_BYTES = 8 * 1024;

export class Gathered {
  count = 0;
  scores = new Float64Array(KEPT_MEMBERS);
  private bytes = new Uint8Array(KEPT_BYTES);
  private starts = new Int32Array(KEPT_MEMBERS + 1);
  // Where each member comes in the reply, once sorted.
  private order = new Int32Array(KEPT_MEMBERS);
  // An open-addressed table of members, for `indexOf`: 0, or 1 + the index.
  private slots = new Int32Array(KEPT_MEMBERS * 2);

  clear(): void {
    this.count = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(KEPT_BYTES);
    if (this.scores.length > KEPT_MEMBERS) {
      this.scores = new Float64Array(KEPT_MEMBERS);
      this.starts = new Int32Array(KEPT_MEMBERS + 1);
      this.order = new Int32Array(KEPT_MEMBERS);
      this.slots = new Int32Array(KEPT_MEMBERS * 2);
    }
    this.slots.fill(0);
  }

  /** Adds a copy of a member. */
  add(member: Element, score: number): void {
    const { bytes, start, end } = member.text();
    this.addBytes(bytes, start, end, score);
  }

  private addBytes(bytes: Uint8Array, start: number, end: number, score: number): void {
    const length = end - start;
    if (this.count === this.scores.length) this.growMembers();
    const at = this.starts[this.count] as number;
    if (at + length > this.bytes.length) this.growBytes(at + length);
    copyBytes(this.bytes, at, bytes, start, end);
    this.scores[this.count] = score;
    this.starts[++this.count] = at + length;
  }

  /** Adds a copy of another list's member i. */
  addFrom(other: Gathered, i: number, score: number): void {
    const start = other.starts[i] as number;
    const end = other.starts[i + 1] as number;
    this.addBytes(other.bytes, start, end, score);
  }

  /** Writes member i. */
  writeMember(reply: ReplyWriter, i: number): void {
    reply.bulk(this.bytes, this.starts[i] as number, this.starts[i + 1] as number);
  }

  /** The index of a member added by `addNamed`, or -1. `hash` is always the same for the same bytes. */
  indexOf(member: Element, hash: number): number {
    member.text();
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const i = (this.slots[slot] as number) - 1;
      if (i < 0) return -1;
      const start = this.starts[i] as number;
      const end = this.starts[i + 1] as number;
      if (equalBytes(this.bytes, start, end, member.bytes, member.start, member.end)) return i;
    }
  }

  /** Adds a member so that `indexOf` finds it. `hashOf` names any member's hash. */
  addNamed(member: Element, score: number, hashOf: HashOf): void {
    const isFull = this.count === this.scores.length;
    this.add(member, score);
    if (isFull) for (let i = 0; i < this.count - 1; i++) this.name(i, hashOf);
    this.name(this.count - 1, hashOf);
  }

  /** Sets `order`: by score, and by the bytes of the member where scores are equal. */
  sort(): void {
    const { order, scores, bytes, starts } = this;
    for (let i = 0; i < this.count; i++) order[i] = i;
    order.subarray(0, this.count).sort((a, b) => {
      const left = scores[a] as number;
      const right = scores[b] as number;
      if (left !== right) return left < right ? -1 : 1;
      const leftEnd = starts[a + 1] as number;
      const rightEnd = starts[b + 1] as number;
      return compareBytes(bytes, starts[a] as number, leftEnd, bytes, starts[b] as number, rightEnd);
    });
  }

  /** Writes the members in sorted order, with their scores in pairs if asked. */
  writeTo(reply: ReplyWriter, hasScores: boolean): void {
    this.sort();
    reply.array(hasScores && reply.protocol === 2 ? this.count * 2 : this.count);
    for (let place = 0; place < this.count; place++) {
      const i = this.order[place] as number;
      if (hasScores && reply.protocol === 3) reply.array(2);
      reply.bulk(this.bytes, this.starts[i] as number, this.starts[i + 1] as number);
      if (hasScores) writeScore(reply, this.scores[i] as number);
    }
  }

  /**
   * Makes argument i's key a sorted set of the members, whatever it held; without members it is removed. Counts one
   * change, or none when there was nothing to remove. Returns whether there was a key before. `known`: what the
   * encoding is chosen by before the first member is added; it changes with them, too. One can tell by negative
   * zeros, which the compact encoding does not keep.
   */
  store(keyspace: Keyspace, args: Args, i: number, known: "members" | "count" | "nothing"): boolean {
    const before = keyspace.peek(args, i);
    if (before !== undefined) keyspace.removeEntry(before);
    if (this.count === 0) return before !== undefined;
    const set = keyspace.sortedSetForUpdate(args, i);
    if (set === undefined) return false; // Not possible: nothing is there.
    const owner = set.entry.owner as Databases;
    const changes = owner.dirty - (before === undefined ? 0 : 1);
    const { mask } = owner.events;
    // A key that takes another's place is not told of as a new one.
    if (before !== undefined) owner.events.mask &= ~EVENT_NEW;
    if (known !== "nothing" && !this.fits(owner.limits, known)) set.createLarge();
    for (let k = 0; k < this.count; k++) {
      set.putBytes(
        this.bytes,
        this.starts[k] as number,
        this.starts[k + 1] as number,
        this.scores[k] as number,
      );
    }
    owner.events.mask = mask;
    owner.dirty = changes + 1;
    return before !== undefined;
  }

  // Whether a set of these members has the compact encoding.
  private fits(limits: CollectionLimits, known: "members" | "count"): boolean {
    if (this.count > limits.zsetMaxListpackEntries) return false;
    if (known === "count") return true;
    const { starts } = this;
    for (let i = 0; i < this.count; i++) {
      if ((starts[i + 1] as number) - (starts[i] as number) > limits.zsetMaxListpackValue) return false;
    }
    return true;
  }

  private name(i: number, hashOf: HashOf): void {
    const mask = this.slots.length - 1;
    const hash = hashOf.hashOf(this.bytes, this.starts[i] as number, this.starts[i + 1] as number);
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = i + 1;
  }

  private growMembers(): void {
    const capacity = this.scores.length * 2;
    const scores = new Float64Array(capacity);
    scores.set(this.scores);
    this.scores = scores;
    const starts = new Int32Array(capacity + 1);
    starts.set(this.starts);
    this.starts = starts;
    this.order = new Int32Array(capacity);
    this.slots = new Int32Array(capacity * 2);
  }

  private growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}

/** Who hashes members: a shard's databases do, with a key that nobody outside knows. */
export type HashOf = { hashOf(bytes: Uint8Array, start: number, end: number): number };
