// Member list: members gathered from sets, to be replied with or stored.
//
// Members are copied one behind the other, since the key stored at may be one of the sets they come from. Those
// struck out stay in the list: Redis's SDIFFSTORE puts all members into its result before it takes some away, and
// which encoding the result has, and how wide its integers are, depends on that.
// Invariants:
//   - member i is bytes[starts[i], starts[i + 1]).
//   - the table names either all members (`addNew` only) or none (`add` only) between two `clear`s.

import type { Databases } from "../../keyspace/databases.ts";
import { EVENT_NEW } from "../../keyspace/key-events.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { copyBytes, equalBytes } from "../../lib/bytes.ts";
import type { Args } from "../../resp/args.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { Element } from "../../store/element.ts";

/** What is kept for the next command; a longer list is given back. */
const KEPT_MEMBERS = 1024;
const KEPT_BYTES = 32 * 1024;

export class MemberList {
  /** Members in the list that are not struck out. */
  count = 0;
  private length = 0;
  private bytes = new Uint8Array(KEPT_BYTES);
  private starts = new Int32Array(KEPT_MEMBERS + 1);
  private isStruck = new Uint8Array(KEPT_MEMBERS);
  private hashes = new Int32Array(KEPT_MEMBERS);
  // An open-addressed table: 0, or 1 + the index of a member.
  private slots = new Int32Array(KEPT_MEMBERS * 2);

  /** Empties the list. */
  clear(): void {
    this.count = 0;
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(KEPT_BYTES);
    if (this.isStruck.length === KEPT_MEMBERS) {
      this.isStruck.fill(0);
      this.slots.fill(0);
      return;
    }
    this.starts = new Int32Array(KEPT_MEMBERS + 1);
    this.isStruck = new Uint8Array(KEPT_MEMBERS);
    this.hashes = new Int32Array(KEPT_MEMBERS);
    this.slots = new Int32Array(KEPT_MEMBERS * 2);
  }

  /** Adds a copy of a member that is not in the list. */
  add(member: Element): void {
    const { bytes, start, end } = member.text();
    if (this.length === this.isStruck.length) this.growMembers();
    const at = this.starts[this.length] as number;
    const after = at + end - start;
    if (after > this.bytes.length) this.growBytes(after);
    copyBytes(this.bytes, at, bytes, start, end);
    this.starts[++this.length] = after;
    this.count++;
  }

  /** Adds a copy of a member unless it is in the list. `hash` is always the same for the same bytes. */
  addNew(member: Element, hash: number): void {
    if (this.indexOf(member, hash) >= 0) return;
    this.add(member);
    this.hashes[this.length - 1] = hash | 0;
    this.name(this.length - 1);
  }

  /** Strikes out a member that `addNew` added, if it is there. */
  strike(member: Element, hash: number): void {
    const i = this.indexOf(member, hash);
    if (i < 0 || this.isStruck[i] === 1) return;
    this.isStruck[i] = 1;
    this.count--;
  }

  /** Replies with the members. */
  writeTo(reply: ReplyWriter): void {
    reply.set(this.count);
    for (let i = 0; i < this.length; i++) {
      if (this.isStruck[i] === 0) reply.bulk(this.bytes, this.start(i), this.start(i + 1));
    }
  }

  /**
   * Makes argument i's key a set of the members, whatever it held; without members it is removed. Counts one
   * change, or none when there was nothing to remove. Returns whether there was a key before.
   */
  store(keyspace: Keyspace, args: Args, i: number): boolean {
    const before = keyspace.peek(args, i);
    if (before !== undefined) keyspace.removeEntry(before);
    if (this.count === 0) return before !== undefined;
    const set = keyspace.setForUpdate(args, i);
    if (set === undefined) return false; // Not possible: nothing is there.
    const owner = set.entry.owner as Databases;
    const changes = owner.dirty - (before === undefined ? 0 : 1);
    const { mask } = owner.events;
    // A key that takes another's place is not told of as a new one.
    if (before !== undefined) owner.events.mask &= ~EVENT_NEW;
    for (let k = 0; k < this.length; k++) set.addBytes(this.bytes, this.start(k), this.start(k + 1));
    for (let k = 0; k < this.length && this.count < this.length; k++) {
      if (this.isStruck[k] === 1) set.removeBytes(this.bytes, this.start(k), this.start(k + 1));
    }
    owner.events.mask = mask;
    owner.dirty = changes + 1;
    return before !== undefined;
  }

  private start(i: number): number {
    return this.starts[i] as number;
  }

  private indexOf(member: Element, hash: number): number {
    const { bytes, start, end } = member.text();
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const i = (this.slots[slot] as number) - 1;
      if (i < 0) return -1;
      if (this.hashes[i] !== (hash | 0)) continue;
      if (equalBytes(this.bytes, this.start(i), this.start(i + 1), bytes, start, end)) return i;
    }
  }

  private name(i: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashes[i] as number) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = i + 1;
  }

  private growMembers(): void {
    const capacity = this.length * 2;
    const starts = new Int32Array(capacity + 1);
    starts.set(this.starts);
    this.starts = starts;
    const isStruck = new Uint8Array(capacity);
    isStruck.set(this.isStruck);
    this.isStruck = isStruck;
    const hashes = new Int32Array(capacity);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const isNamed = this.slots.some((slot) => slot !== 0);
    this.slots = new Int32Array(capacity * 2);
    if (isNamed) for (let i = 0; i < this.length; i++) this.name(i);
  }

  private growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}
