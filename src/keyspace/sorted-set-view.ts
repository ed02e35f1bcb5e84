// Sorted set view: one sorted set, as commands see it (collection-view.ts, dict-view.ts).
//
//   packed   member, score, member, score ... ascending by score, then by the member's bytes
//   large    a member dict whose cells begin with the score, and a score tree over the same cells
//
// Everything that asks for a range works by rank: `countBelow` and `countBelowMember` turn bounds into ranks, `seek`,
// `next` and `previous` walk from one. `member` and `score` are what they and `random` fill.

import { compareBytes } from "../lib/bytes.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import { byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { Element } from "../store/element.ts";
import { ENCODING_COMPACT, ENCODING_LARGE, readVarint, TYPE_ZSET, varintBytesAt } from "../store/entry.ts";
import { newMemberCell, SCORE_BYTES } from "../store/member-cell.ts";
import type { MemberDict } from "../store/member-dict.ts";
import { elementEnd, PackedInput, readElement, readNumber, skipElements } from "../store/packed-block.ts";
import { ScoreTree } from "../store/score-tree.ts";
import { mayBePacked } from "./collection-view.ts";
import { DictView } from "./dict-view.ts";
import { scoreOf, setScoreOf, ZSET_TREE_AT } from "./structures.ts";

/** What `put` did. */
export const PUT_SAME = 0;
export const PUT_UPDATED = 1;
export const PUT_ADDED = 2;

export class SortedSetView extends DictView {
  /** The member that a walk or a draw came to. */
  readonly member = new Element();
  /** Its score, or that of the member found by `find`. */
  score = 0;
  private tree: ScoreTree | undefined = undefined;
  private readonly memberInput = new PackedInput();
  private readonly scoreInput = new PackedInput();
  private readonly other = new Element(); // while `member` is the caller's
  /** Keeps reads ahead from being optimised away. */
  warmth = 0;
  // The place in a packed set: rank, and offset in the value of its member.
  private index = 0;
  private offset = 0;
  /** While set, no element is too long for the compact encoding: what was packed elsewhere is taken as it is. */
  isOfAnyLength = false;

  constructor() {
    super(TYPE_ZSET);
  }

  override opened(): this {
    if (this.entry.root !== 0) this.openLarge();
    return this;
  }

  override get length(): number {
    const { entry } = this;
    if (entry.root !== 0) return (this.dict as MemberDict).size;
    return entry.exists ? entry.packedCount : 0;
  }

  /** Finds argument i's member; true when it is there, and `score` is then its score. */
  find(args: Args, i: number): boolean {
    return this.findBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `find`, for a member that is not an argument. `data`: a view of the same buffer. */
  findBytes(bytes: Uint8Array, start: number, end: number, data?: DataView): boolean {
    if (!this.entry.exists) return false;
    if (this.entry.root !== 0) {
      const cell = this.findCell(bytes, start, end, data);
      if (cell === 0) return false;
      this.score = scoreOf(this.entry.arena, cell);
      return true;
    }
    const at = this.findPacked(bytes, start, end, data);
    if (at < 0) return false;
    this.score = readNumber(this.entry.data, elementEnd(this.entry.bytes, at));
    return true;
  }

  /** Gives argument i's member a score (not NaN), adding it if need be; one of the PUT_ codes. */
  put(args: Args, i: number, score: number): number {
    return this.putBytes(args.bytes, args.start(i), args.end(i), score, args.data);
  }

  /** As `put`, for bytes that are not an argument. They may not lie in this set. */
  putBytes(bytes: Uint8Array, start: number, end: number, score: number, data?: DataView): number {
    const { entry } = this;
    if (!this.entry.exists) {
      const { limits } = this.entry.databases;
      const isShort = this.isOfAnyLength || end - start <= limits.zsetMaxListpackValue;
      const isCompact = limits.zsetMaxListpackEntries > 0 && isShort;
      this.createPacked(isCompact ? ENCODING_COMPACT : ENCODING_LARGE);
    }
    if (this.entry.root !== 0) return this.putLarge(bytes, start, end, score, data);

    const at = this.findPacked(bytes, start, end, data);
    if (at >= 0) {
      const old = readNumber(entry.data, elementEnd(entry.bytes, at));
      if (old === score) return PUT_SAME;
      this.entry.touched();
      this.entry.databases.spliceValue(entry, at, skipElements(entry.bytes, at, 2) - at, 0);
      this.insertPacked(bytes, start, end, score);
      return PUT_UPDATED;
    }
    const count = this.entry.packedCount + 1;
    const { limits } = this.entry.databases;
    if (
      entry.encoding === ENCODING_COMPACT &&
      (count > limits.zsetMaxListpackEntries ||
        (!this.isOfAnyLength && end - start > limits.zsetMaxListpackValue))
    ) {
      this.entry.databases.setEncoding(entry, ENCODING_LARGE);
    }
    this.scoreInput.setScore(score);
    if (
      !mayBePacked(
        this.entry,
        count,
        this.entry.packedBytes + this.memberInput.sizeBytes + this.scoreInput.sizeBytes,
      )
    ) {
      this.enlarge();
      return this.putLarge(bytes, start, end, score, data);
    }
    this.entry.touched();
    this.insertPacked(bytes, start, end, score);
    this.entry.packedCount = count;
    return PUT_ADDED;
  }

  /** Removes argument i's member; true when it was there. The last one takes the key along. */
  remove(args: Args, i: number): boolean {
    return this.removeBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `remove`, for a member that is not an argument. */
  removeBytes(bytes: Uint8Array, start: number, end: number, data?: DataView): boolean {
    if (!this.entry.exists) return false;
    if (this.entry.root !== 0) {
      const cell = this.findCell(bytes, start, end, data);
      if (cell === 0) return false;
      this.entry.touched();
      (this.tree as ScoreTree).remove(scoreOf(this.entry.arena, cell), cell);
      this.removeCell((this.dict as MemberDict).hashOf(cell), cell);
      return true;
    }
    const at = this.findPacked(bytes, start, end, data);
    if (at < 0) return false;
    this.entry.touched();
    this.removePacked(at, 1);
    return true;
  }

  /** The rank of argument i's member, from 0 in ascending order, or -1. `score` is then its score. */
  rank(args: Args, i: number): number {
    const start = args.start(i);
    const end = args.end(i);
    if (!this.entry.exists) return -1;
    if (this.entry.root !== 0) {
      const cell = this.findCell(args.bytes, start, end, args.data);
      if (cell === 0) return -1;
      this.score = scoreOf(this.entry.arena, cell);
      const tree = this.tree as ScoreTree;
      tree.seekCell(this.score, cell);
      return tree.rank;
    }
    const { entry } = this;
    this.memberInput.setText(args.bytes, start, end, args.data);
    let rank = 0;
    for (let at = this.entry.packedStart; at < entry.valueEnd; rank++) {
      const scoreAt = elementEnd(entry.bytes, at);
      if (this.memberInput.matches(entry.bytes, entry.data, at)) {
        this.score = readNumber(entry.data, scoreAt);
        return rank;
      }
      at = elementEnd(entry.bytes, scoreAt);
    }
    return -1;
  }

  /** How many members have a score below `score`, or with `orEqual` at most it: the rank of the next one. */
  countBelow(score: number, orEqual: boolean): number {
    if (!this.entry.exists) return 0;
    if (this.entry.root !== 0) return (this.tree as ScoreTree).countBelow(score, orEqual);
    const { entry } = this;
    let count = 0;
    for (let at = this.entry.packedStart; at < entry.valueEnd; count++) {
      const scoreAt = elementEnd(entry.bytes, at);
      const its = readNumber(entry.data, scoreAt);
      if (its > score || (its === score && !orEqual)) break;
      at = elementEnd(entry.bytes, scoreAt);
    }
    return count;
  }

  /**
   * How many members come before bytes[start, end) in the order of bytes, or with `orEqual` not after. For sets whose
   * scores are all equal; what it is for others is undefined, as in Redis.
   */
  countBelowMember(bytes: Uint8Array, start: number, end: number, orEqual: boolean): number {
    if (!this.entry.exists) return 0;
    if (this.entry.root !== 0) return (this.tree as ScoreTree).countBelowMember(bytes, start, end, orEqual);
    const { entry, other } = this;
    let count = 0;
    for (let at = this.entry.packedStart; at < entry.valueEnd; count++) {
      const scoreAt = readElement(entry.bytes, entry.data, at, other);
      other.text();
      const order = compareBytes(other.bytes, other.start, other.end, bytes, start, end);
      if (order > 0 || (order === 0 && !orEqual)) break;
      at = elementEnd(entry.bytes, scoreAt);
    }
    return count;
  }

  /** Goes to the member of that rank (0 .. length - 1) and fills `member` and `score`; false when there is none. */
  seek(rank: number): boolean {
    if (rank < 0 || rank >= this.length) return false;
    if (this.entry.root !== 0) {
      (this.tree as ScoreTree).seekPosition(rank);
      this.readHere();
      return true;
    }
    this.index = rank;
    this.readPair(skipElements(this.entry.bytes, this.entry.packedStart, rank * 2));
    return true;
  }

  /** Goes to the next member; false at the end. The set may not change meanwhile. */
  next(): boolean {
    if (this.entry.root !== 0) {
      if (!(this.tree as ScoreTree).next()) return false;
      this.readHere();
      return true;
    }
    const { entry } = this;
    const at = skipElements(entry.bytes, entry.valueStart + this.offset, 2);
    if (at >= entry.valueEnd) return false;
    this.index++;
    this.readPair(at);
    return true;
  }

  /** Goes to the previous member; false at the beginning. */
  previous(): boolean {
    if (this.entry.root === 0) return this.seek(this.index - 1);
    if (!(this.tree as ScoreTree).previous()) return false;
    this.readHere();
    return true;
  }

  /**
   * Begins to read what the next commands will most likely need, as everything lies anywhere in memory and the processor
   * can wait for several places at once: of the member after the one that `seek` came to, or before it, its place in the
   * dict; of the one beyond, which has to be there to know that place, itself.
   */
  warm(step: 1 | -1): void {
    if (this.entry.root === 0) return;
    const { arena } = this.entry;
    const tree = this.tree as ScoreTree;
    const beyond = tree.cellBeside(2 * step);
    const next = tree.cellBeside(step);
    let some = 0;
    if (beyond !== 0) some = (arena.u8[segmentOf(beyond)] as Uint8Array)[byteOffset(beyond) + SCORE_BYTES] as number;
    if (next !== 0) some += (this.dict as MemberDict).warm(next);
    this.warmth = some;
  }

  /** Removes the member that `seek` came to; the last one takes the key along. */
  removeHere(): void {
    this.entry.touched();
    if (this.length === 1) this.removeEmpty();
    else if (this.entry.root === 0) this.removePacked(this.entry.valueStart + this.offset, 1);
    else this.removeLargeHere();
  }

  /** Removes `count` members from `rank` on; all of them take the key along. */
  removeRange(rank: number, count: number): void {
    const { length } = this;
    const some = Math.min(count, length - rank);
    if (some <= 0) return;
    this.entry.touched(some);
    if (some === length) {
      this.removeEmpty();
      return;
    }
    if (this.entry.root === 0) {
      this.removePacked(skipElements(this.entry.bytes, this.entry.packedStart, rank * 2), some);
      return;
    }
    for (let i = 0; i < some; i++) {
      (this.tree as ScoreTree).seekPosition(rank);
      this.removeLargeHere();
    }
  }

  /** Fills `member` and `score` with a member drawn at random, each as likely as any other. Not for an empty set. */
  random(rng: Rng): void {
    if (this.entry.root !== 0) this.readCell((this.dict as MemberDict).random(rng));
    else this.seek(rng.below(this.entry.packedCount));
  }

  /** Makes the key, which must not exist, with the large encoding's name. The caller puts a member right after. */
  createLarge(): void {
    this.createPacked(ENCODING_LARGE);
  }

  /** Gives the set the large encoding's name; it becomes large unless it is very small. */
  becomeLarge(): void {
    if (!this.entry.exists || this.entry.encoding !== ENCODING_COMPACT) return;
    this.entry.databases.setEncoding(this.entry, ENCODING_LARGE);
    if (this.entry.root === 0 && !mayBePacked(this.entry, this.entry.packedCount, this.entry.packedBytes))
      this.enlarge();
  }

  protected override showCell(cell: Ref): boolean {
    this.readCell(cell);
    return true;
  }

  protected override begin(): boolean {
    return this.seek(0);
  }

  protected override openLarge(): void {
    super.openLarge();
    this.tree ??= new ScoreTree(this.entry.arena);
    this.tree.open(this.entry.arena, this.entry.root, ZSET_TREE_AT);
  }

  protected override unpackInto(): void {
    const { entry, other } = this;
    for (let at = this.entry.packedStart; at < entry.valueEnd; ) {
      const scoreAt = readElement(entry.bytes, entry.data, at, other);
      other.text();
      this.addCell(other.bytes, other.start, other.end, readNumber(entry.data, scoreAt));
      at = elementEnd(entry.bytes, scoreAt);
    }
  }

  private putLarge(bytes: Uint8Array, start: number, end: number, score: number, data?: DataView): number {
    const cell = this.findCell(bytes, start, end, data);
    if (cell === 0) {
      this.entry.touched();
      this.addCell(bytes, start, end, score);
      return PUT_ADDED;
    }
    const old = scoreOf(this.entry.arena, cell);
    if (old === score) return PUT_SAME;
    this.entry.touched();
    const tree = this.tree as ScoreTree;
    tree.remove(old, cell);
    setScoreOf(this.entry.arena, cell, score);
    tree.insert(score, cell);
    return PUT_UPDATED;
  }

  private addCell(bytes: Uint8Array, start: number, end: number, score: number): void {
    const cell = newMemberCell(this.entry.arena, SCORE_BYTES, bytes, start, end);
    setScoreOf(this.entry.arena, cell, score);
    const dict = this.dict as MemberDict;
    dict.insert(dict.hash(bytes, start, end), cell);
    (this.tree as ScoreTree).insert(score, cell);
  }

  private findCell(bytes: Uint8Array, start: number, end: number, data?: DataView): Ref {
    const dict = this.dict as MemberDict;
    return dict.find(dict.hash(bytes, start, end), bytes, start, end, data);
  }

  private findPacked(bytes: Uint8Array, start: number, end: number, data?: DataView): number {
    const { entry } = this;
    this.memberInput.setText(bytes, start, end, data);
    return this.memberInput.find(entry.bytes, entry.data, this.entry.packedStart, entry.valueEnd, 2);
  }

  // Puts what `memberInput` holds, which is bytes[start, end), where its score belongs.
  private insertPacked(bytes: Uint8Array, start: number, end: number, score: number): void {
    const { entry, other, memberInput, scoreInput } = this;
    // Redis's listpack has no negative zero; adding 0 makes it positive.
    scoreInput.setScore(entry.encoding === ENCODING_COMPACT ? score + 0 : score);
    let at = this.entry.packedStart;
    while (at < entry.valueEnd) {
      const scoreAt = elementEnd(entry.bytes, at);
      const its = readNumber(entry.data, scoreAt);
      if (its > score) break;
      if (its === score) {
        readElement(entry.bytes, entry.data, at, other);
        other.text();
        if (compareBytes(other.bytes, other.start, other.end, bytes, start, end) > 0) break;
      }
      at = elementEnd(entry.bytes, scoreAt);
    }
    let to = this.entry.databases.spliceValue(entry, at, 0, memberInput.sizeBytes + scoreInput.sizeBytes);
    to = memberInput.write(entry.bytes, entry.data, to);
    scoreInput.write(entry.bytes, entry.data, to);
  }

  private removePacked(at: number, count: number): void {
    const left = this.entry.packedCount - count;
    if (left === 0) {
      this.removeEmpty();
      return;
    }
    this.entry.databases.spliceValue(this.entry, at, skipElements(this.entry.bytes, at, 2 * count) - at, 0);
    this.entry.packedCount = left;
  }

  private removeLargeHere(): void {
    const tree = this.tree as ScoreTree;
    const cell = tree.cellHere;
    tree.removeHere();
    this.removeCell((this.dict as MemberDict).hashOf(cell), cell);
  }

  private readPair(at: number): void {
    const { bytes, data, valueStart } = this.entry;
    this.offset = at - valueStart;
    this.score = readNumber(data, readElement(bytes, data, at, this.member));
  }

  private readHere(): void {
    const tree = this.tree as ScoreTree;
    this.readCell(tree.cellHere);
  }

  private readCell(cell: Ref): void {
    const { arena } = this.entry;
    this.cell = cell;
    const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
    const at = byteOffset(cell) + SCORE_BYTES;
    const start = at + varintBytesAt(u8, at);
    this.member.setBytes(u8, arena.data[segmentOf(cell)] as DataView, start, start + readVarint(u8, at));
    this.score = scoreOf(arena, cell);
  }
}
