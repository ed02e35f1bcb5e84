// Score tree: the members of a large sorted set, ordered by score and then by the bytes of the member. The fields of a
// hash that expire are ordered so too, with the time as their score.
//
//   leaf entry   | score float64 | member cell ref |
//
// The member itself stands once, in its cell (member-cell.ts), which the collection's member dict names too. Searches
// touch cells only where scores are equal.

import { compareBytes } from "../lib/bytes.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import type { TreeKey } from "./counted-tree.ts";
import { readVarint, varintBytesAt } from "./entry.ts";
import { SCORE_BYTES } from "./member-cell.ts";
import { TreeView } from "./tree-view.ts";

const KEY_BYTES = 12;
const REF_AT = 8;

// How equal scores, or any scores, are decided: by the member, or as before or after all others.
const BY_MEMBER = 0;
const BEFORE = -1;
const AFTER = 1;

// The score and the member that are looked for.
class ScoreKey implements TreeKey {
  arena: Arena;
  score = 0;
  tie = BY_MEMBER;
  isByMemberAlone = false;
  member: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  private readonly lead: number;

  constructor(arena: Arena, lead: number) {
    this.arena = arena;
    this.lead = lead;
  }

  compare(data: DataView, at: number): number {
    if (!this.isByMemberAlone) {
      const other = data.getFloat64(at, true);
      if (this.score !== other) return this.score < other ? -1 : 1;
      if (this.tie !== BY_MEMBER) return this.tie;
    }
    return this.compareMember(data.getInt32(at + REF_AT, true));
  }

  private compareMember(cell: Ref): number {
    const u8 = this.arena.u8[segmentOf(cell)] as Uint8Array;
    const lengthAt = byteOffset(cell) + this.lead;
    const start = lengthAt + varintBytesAt(u8, lengthAt);
    const end = start + readVarint(u8, lengthAt);
    const order = compareBytes(this.member, this.start, this.end, u8, start, end);
    return order === 0 ? this.tie : order;
  }
}

export class ScoreTree extends TreeView {
  private readonly key: ScoreKey;
  private readonly lead: number;

  /** `lead`: bytes of a cell before its member's length, SCORE_BYTES or TIMED_BYTES. */
  constructor(arena: Arena, lead: number = SCORE_BYTES) {
    const key = new ScoreKey(arena, lead);
    super(arena, { keyBytes: KEY_BYTES, valueBytes: 0 }, key);
    this.key = key;
    this.lead = lead;
  }

  override open(arena: Arena, root: Ref, offset: number): this {
    this.key.arena = arena;
    this.tree.open(arena, root, offset);
    return this;
  }

  /** Goes to the first entry not before (score, member); true when it is that one. */
  seek(score: number, member: Uint8Array, start: number, end: number): boolean {
    const { key } = this;
    key.score = score;
    key.tie = BY_MEMBER;
    key.isByMemberAlone = false;
    key.member = member;
    key.start = start;
    key.end = end;
    return this.tree.seekKey();
  }

  /** How many entries have a score below `score`, or with `orEqual` at most it. The path then stands after them. */
  countBelow(score: number, orEqual: boolean): number {
    const { key, tree } = this;
    key.score = score;
    key.tie = orEqual ? AFTER : BEFORE;
    key.isByMemberAlone = false;
    tree.seekKey();
    return tree.rank;
  }

  /** As `countBelow`, by member alone: for sets all of whose scores are equal. */
  countBelowMember(member: Uint8Array, start: number, end: number, orEqual: boolean): number {
    const { key, tree } = this;
    key.isByMemberAlone = true;
    key.tie = orEqual ? AFTER : BEFORE;
    key.member = member;
    key.start = start;
    key.end = end;
    tree.seekKey();
    return tree.rank;
  }

  /** Adds a member's cell with its score; (score, member) must not be there. */
  insert(score: number, cell: Ref): void {
    this.seekCell(score, cell);
    this.tree.entryData.setFloat64(0, score, true);
    this.tree.entryData.setInt32(REF_AT, cell, true);
    this.tree.insertEntry(1);
  }

  /** Removes a member's cell, which must be there with this score. */
  remove(score: number, cell: Ref): void {
    if (!this.seekCell(score, cell))
      throw new Error(`assertion failed: member cell ${cell} is not in its tree`);
    this.tree.removeEntry();
  }

  /** Goes to a member's entry; true when it is there. */
  seekCell(score: number, cell: Ref): boolean {
    const u8 = this.key.arena.u8[segmentOf(cell)] as Uint8Array;
    const at = byteOffset(cell) + this.lead;
    const start = at + varintBytesAt(u8, at);
    return this.seek(score, u8, start, start + readVarint(u8, at));
  }

  /** The member cell `from`, at the path after `seekCell`, is now named `to`. */
  rename(to: Ref): void {
    this.tree.rewriteKey(REF_AT, to);
  }

  /** Removes the entry at the path; the path is then lost. */
  removeHere(): void {
    this.tree.removeEntry();
  }

  /** The member cell `step` entries on from the path, if it stands in the same leaf; else 0. */
  cellBeside(step: number): Ref {
    const at = this.tree.entryBeside(step);
    return at < 0 ? 0 : this.tree.leafData.getInt32(at + REF_AT, true);
  }

  /** The score of the entry at the path. */
  get scoreHere(): number {
    return this.tree.leafData.getFloat64(this.tree.entryAt, true);
  }

  /** The member cell of the entry at the path. */
  get cellHere(): Ref {
    return this.tree.leafData.getInt32(this.tree.entryAt + REF_AT, true);
  }
}
