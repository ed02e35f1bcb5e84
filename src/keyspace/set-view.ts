// Set view: one set, as commands see it (collection-view.ts, dict-view.ts).
//
//   integers  | count u16 | width u8: 2, 4 or 8 | integers in ascending order, little-endian |     "intset"
//   packed    | count u16 | elements |                                        "hashtable", very small
//   large     a member dict (store/member-dict.ts)                            "hashtable"
//
// Integers have one width, that of the largest, so a member is found by halving. Like in Redis the width never
// shrinks. `member` is what `next` and `random` fill.

import { compareInt64Words, type Int64Words, parseInt64Words } from "../lib/int64-words.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import { byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { Element } from "../store/element.ts";
import { ENCODING_COMPACT, ENCODING_LARGE, readVarint, TYPE_SET, varintBytesAt } from "../store/entry.ts";
import { newMemberCell } from "../store/member-cell.ts";
import type { MemberDict } from "../store/member-dict.ts";
import { elementEnd, PackedInput, readElement, skipElements } from "../store/packed-block.ts";
import { mayBePacked } from "./collection-view.ts";
import { COUNT_BYTES } from "./collections.ts";
import { DictView } from "./dict-view.ts";

const WIDTH_BYTES = 1;
/** An intset has no more members, whatever the configuration says. */
const INTEGERS_MAX = 65_000;

export class SetView extends DictView {
  /** The member that a walk or a draw came to. */
  readonly member = new Element();
  private readonly input = new PackedInput();
  private readonly words: Int64Words = { high: 0, low: 0 };
  private walk = 0; // offset in the value of the next packed member

  constructor() {
    super(TYPE_SET);
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

  /** True when argument i is a member. */
  has(args: Args, i: number): boolean {
    return this.hasBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `has`, for a member that is not an argument. `data`: a view of the same buffer. */
  hasBytes(bytes: Uint8Array, start: number, end: number, data?: DataView): boolean {
    if (!this.entry.exists) return false;
    if (this.entry.root !== 0) {
      const dict = this.dict as MemberDict;
      return dict.find(dict.hash(bytes, start, end), bytes, start, end, data) !== 0;
    }
    if (this.isIntegers) {
      return parseInt64Words(bytes, start, end, this.words) && this.placeOf(this.words) >= 0;
    }
    return this.findPacked(bytes, start, end, data) >= 0;
  }

  /** Adds argument i; true when it was not a member. */
  add(args: Args, i: number): boolean {
    return this.addBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `add`, for bytes that are not an argument. They may not lie in this set. */
  addBytes(bytes: Uint8Array, start: number, end: number, data?: DataView): boolean {
    const isInteger =
      (!this.entry.exists || this.isIntegers) && parseInt64Words(bytes, start, end, this.words);
    if (!this.entry.exists) {
      this.createPacked(isInteger ? ENCODING_COMPACT : ENCODING_LARGE, isInteger ? WIDTH_BYTES : 0);
      if (isInteger) this.width = 2;
    }
    if (this.isIntegers) {
      if (isInteger) return this.addInteger();
      this.becomeLarge(this.entry.packedCount + 1);
    }
    if (this.entry.root !== 0) return this.addLarge(bytes, start, end, data);
    if (this.findPacked(bytes, start, end, data) >= 0) return false;
    const { entry, input } = this;
    const count = this.entry.packedCount + 1;
    if (!mayBePacked(this.entry, count, this.entry.packedBytes + input.sizeBytes)) {
      this.enlarge();
      return this.addLarge(bytes, start, end, data);
    }
    this.entry.touched();
    const at = this.entry.databases.spliceValue(entry, entry.valueEnd, 0, input.sizeBytes);
    input.write(entry.bytes, entry.data, at);
    this.entry.packedCount = count;
    return true;
  }

  /** Removes argument i; true when it was a member. The last one takes the key along. */
  remove(args: Args, i: number): boolean {
    return this.removeBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `remove`, for bytes that are not an argument: those of `member` too, when `text()` was called on it. */
  removeBytes(bytes: Uint8Array, start: number, end: number, data?: DataView): boolean {
    if (!this.entry.exists) return false;
    if (this.entry.root !== 0) {
      const dict = this.dict as MemberDict;
      const hash = dict.hash(bytes, start, end);
      const cell = dict.find(hash, bytes, start, end, data);
      if (cell === 0) return false;
      this.entry.touched();
      this.removeCell(hash, cell);
      return true;
    }
    if (this.isIntegers) {
      if (!parseInt64Words(bytes, start, end, this.words)) return false;
      const place = this.placeOf(this.words);
      if (place < 0) return false;
      this.removePacked(this.packedStart + place * this.width, this.width);
      return true;
    }
    const at = this.findPacked(bytes, start, end, data);
    if (at < 0) return false;
    this.removePacked(at, elementEnd(this.entry.bytes, at) - at);
    return true;
  }

  /** Removes the member that `random` came to; its `text()` must have been asked for. */
  removeDrawn(): void {
    if (this.entry.root !== 0) {
      this.entry.touched();
      this.removeCell((this.dict as MemberDict).hashOf(this.cell), this.cell);
      return;
    }
    const { bytes, start, end, data } = this.member;
    this.removeBytes(bytes, start, end, data);
  }

  /** Begins a walk over all members; those of an intset come in ascending order. */
  rewind(): void {
    if (!this.entry.exists) return;
    this.walk = this.packedStart - this.entry.valueStart;
    if (this.entry.root !== 0) (this.dict as MemberDict).rewind();
  }

  /** Goes to the next member and fills `member`; false at the end. The set may not change meanwhile. */
  next(): boolean {
    if (!this.entry.exists) return false;
    const { entry } = this;
    if (this.entry.root !== 0) {
      const cell = (this.dict as MemberDict).next();
      if (cell === 0) return false;
      this.readCell(cell);
      return true;
    }
    const at = entry.valueStart + this.walk;
    if (at >= entry.valueEnd) return false;
    if (this.isIntegers) {
      this.readInteger(at);
      this.walk += this.width;
    } else {
      this.walk = readElement(entry.bytes, entry.data, at, this.member) - entry.valueStart;
    }
    return true;
  }

  /** Fills `member` with a member drawn at random, each as likely as any other. Not for an empty set. */
  random(rng: Rng): void {
    if (this.entry.root !== 0) {
      this.readCell((this.dict as MemberDict).random(rng));
      return;
    }
    const drawn = rng.below(this.entry.packedCount);
    if (this.isIntegers) {
      this.readInteger(this.packedStart + drawn * this.width);
      return;
    }
    const { bytes, data } = this.entry;
    readElement(bytes, data, skipElements(bytes, this.packedStart, drawn), this.member);
  }

  /** True for the encoding that Redis calls intset, while it stands in the entry. */
  get isIntegers(): boolean {
    return this.entry.root === 0 && this.entry.exists && this.entry.encoding === ENCODING_COMPACT;
  }

  /** Gives the set the large encoding's name; with more than a few members (`expected`) it becomes a dict. */
  becomeLarge(expected: number = this.length): void {
    if (!this.entry.exists || this.entry.encoding !== ENCODING_COMPACT) return;
    if (this.entry.root !== 0) {
      this.entry.databases.setEncoding(this.entry, ENCODING_LARGE);
      return;
    }
    const bytes = expected * 9;
    const { entry } = this;
    const { databases: owner } = entry;
    if (expected > 24 || bytes > 1024) {
      this.enlarge();
      owner.setEncoding(entry, ENCODING_LARGE);
      return;
    }
    // A few integers: they become packed elements, behind the old ones first.
    const count = this.entry.packedCount;
    const { width } = this;
    const oldBytes = WIDTH_BYTES + count * width;
    for (let i = 0; i < count; i++) {
      this.readInteger(entry.valueStart + COUNT_BYTES + WIDTH_BYTES + i * width);
      this.input.setElement(this.member);
      const at = owner.spliceValue(entry, entry.valueEnd, 0, this.input.sizeBytes);
      this.input.write(entry.bytes, entry.data, at);
    }
    owner.spliceValue(entry, entry.valueStart + COUNT_BYTES, oldBytes, 0);
    owner.setEncoding(entry, ENCODING_LARGE);
  }

  protected override showCell(cell: Ref): boolean {
    this.readCell(cell);
    return true;
  }

  protected override begin(): boolean {
    this.rewind();
    return this.next();
  }

  // Where integers or elements begin.
  private get packedStart(): number {
    const { entry } = this;
    return entry.packedStart + (entry.encoding === ENCODING_COMPACT ? WIDTH_BYTES : 0);
  }

  protected override unpackInto(): void {
    const { entry, member } = this;
    const { arena } = entry;
    const dict = this.dict as MemberDict;
    const isIntegers = entry.encoding === ENCODING_COMPACT;
    for (let at = this.packedStart; at < entry.valueEnd; ) {
      if (isIntegers) {
        this.readInteger(at);
        at += this.width;
      } else {
        at = readElement(entry.bytes, entry.data, at, member);
      }
      member.text();
      const cell = newMemberCell(arena, 0, member.bytes, member.start, member.end, member.data);
      dict.insert(dict.hash(member.bytes, member.start, member.end), cell);
    }
  }

  /** Bytes of each integer of an intset: 2, 4 or 8. */
  get integerWidth(): number {
    return this.width;
  }

  private get width(): number {
    return this.entry.bytes[this.entry.valueStart + COUNT_BYTES] as number;
  }

  private set width(bytes: number) {
    this.entry.bytes[this.entry.valueStart + COUNT_BYTES] = bytes;
  }

  // Adds the integer in `words`.
  private addInteger(): boolean {
    const { entry, words } = this;
    const { databases: owner } = entry;
    const needed = widthOf(words);
    if (needed > this.width) this.widen(needed);
    const place = this.placeOf(words);
    if (place >= 0) return false;
    const count = this.entry.packedCount;
    if (count >= Math.min(owner.limits.setMaxIntsetEntries, INTEGERS_MAX)) {
      this.becomeLarge(count + 1);
      this.member.setWords(words.high, words.low);
      const { bytes, start, end } = this.member.text();
      return this.addBytes(bytes, start, end);
    }
    this.entry.touched();
    const { width } = this;
    const at = owner.spliceValue(entry, this.packedStart + ~place * width, 0, width);
    this.writeInteger(at, width, words);
    this.entry.packedCount = count + 1;
    return true;
  }

  // The index of an integer, or ~ the index where it would be.
  private placeOf({ high, low }: Int64Words): number {
    const { width, packedStart } = this;
    const { data } = this.entry;
    let first = 0;
    let end = this.entry.packedCount;
    while (first < end) {
      const middle = (first + end) >>> 1;
      const at = packedStart + middle * width;
      const itsLow = width === 2 ? data.getInt16(at, true) : data.getInt32(at, true);
      const itsHigh = width === 8 ? data.getInt32(at + 4, true) : itsLow >> 31;
      const order = compareInt64Words(high, low, itsHigh, itsLow);
      if (order === 0) return middle;
      if (order > 0) first = middle + 1;
      else end = middle;
    }
    return ~first;
  }

  private widen(to: number): void {
    const { entry } = this;
    const { databases: owner } = entry;
    const count = this.entry.packedCount;
    const from = this.width;
    owner.spliceValue(entry, entry.valueEnd, 0, count * (to - from));
    const start = this.packedStart;
    // From the last on, so that nothing is written over before it is read.
    for (let i = count - 1; i >= 0; i--) {
      const at = start + i * from;
      const low = from === 2 ? entry.data.getInt16(at, true) : entry.data.getInt32(at, true);
      const toAt = start + i * to;
      entry.data.setInt32(toAt, low, true);
      if (to === 8) entry.data.setInt32(toAt + 4, low >> 31, true);
    }
    this.width = to;
  }

  private writeInteger(at: number, width: number, { high, low }: Int64Words): void {
    const { data } = this.entry;
    if (width === 2) {
      data.setInt16(at, low, true);
      return;
    }
    data.setInt32(at, low, true);
    if (width === 8) data.setInt32(at + 4, high, true);
  }

  private readInteger(at: number): void {
    const { data } = this.entry;
    const { width, member } = this;
    if (width === 2) {
      member.setInteger(data.getInt16(at, true));
      return;
    }
    if (width === 4) {
      member.setInteger(data.getInt32(at, true));
      return;
    }
    const high = data.getInt32(at + 4, true);
    const value = high * 4294967296 + data.getUint32(at, true);
    if (Number.isSafeInteger(value)) member.setInteger(value);
    else member.setWords(high, data.getInt32(at, true));
  }

  private addLarge(bytes: Uint8Array, start: number, end: number, data?: DataView): boolean {
    const dict = this.dict as MemberDict;
    const hash = dict.hash(bytes, start, end);
    if (dict.find(hash, bytes, start, end, data) !== 0) return false;
    this.entry.touched();
    dict.insert(hash, newMemberCell(this.entry.arena, 0, bytes, start, end, data));
    return true;
  }

  private removePacked(at: number, bytes: number): void {
    this.entry.touched();
    const count = this.entry.packedCount - 1;
    if (count === 0) {
      this.removeEmpty();
      return;
    }
    this.entry.databases.spliceValue(this.entry, at, bytes, 0);
    this.entry.packedCount = count;
  }

  private findPacked(bytes: Uint8Array, start: number, end: number, data?: DataView): number {
    const { entry } = this;
    this.input.setText(bytes, start, end, data);
    return this.input.find(entry.bytes, entry.data, this.packedStart, entry.valueEnd, 1);
  }

  private readCell(cell: Ref): void {
    const { arena } = this.entry;
    this.cell = cell;
    const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
    const at = byteOffset(cell);
    const start = at + varintBytesAt(u8, at);
    this.member.setBytes(u8, arena.data[segmentOf(cell)] as DataView, start, start + readVarint(u8, at));
  }
}

// The narrowest of an intset's widths that holds the integer.
function widthOf({ high, low }: Int64Words): number {
  if (high !== low >> 31) return 8;
  return low >= -0x8000 && low < 0x8000 ? 2 : 4;
}
