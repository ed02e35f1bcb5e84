// Hash view: one hash, as commands see it (collection-view.ts, dict-view.ts).
//
//   packed   field, value, field, value ... in the order in which fields were added
//   large    a member dict of cells that hold field and value (store/member-cell.ts), and while some field has an
//            expiry a timetable (timetable.ts)
//
// `field` and `value` are elements that `get`, `next` and `random` fill.
// Invariants:
//   - a hash with a field that expires is large: packed fields do not.
//   - fields whose time has come are not seen, whether they are still there or not (Databases.hasDueFields).

import { formatSafeInteger } from "../lib/int64.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { Element } from "../store/element.ts";
import {
  ENCODING_COMPACT,
  ENCODING_LARGE,
  ENCODING_TIMED,
  readVarint,
  TYPE_HASH,
  varintBytesAt,
} from "../store/entry.ts";
import {
  fieldExpiry,
  memberLengthAt,
  newFieldCell,
  setFieldExpiry,
  TIMED_BYTES,
} from "../store/member-cell.ts";
import type { MemberDict } from "../store/member-dict.ts";
import { elementEnd, PackedInput, readElement, skipElements } from "../store/packed-block.ts";
import { ScoreTree } from "../store/score-tree.ts";
import { mayBePacked } from "./collection-view.ts";
import { DictView } from "./dict-view.ts";
import { makeTimetable, TIMES_TREE_AT, timetableOf } from "./timetable.ts";

const DIGITS_MAX = 20;

/** What happens to a field's expiry when the field gets another value. */
export type ExpiryFate = "keep-expiry" | "end-expiry";

export class HashView extends DictView {
  /** The field that a walk or a draw came to. */
  readonly field = new Element();
  /** The value of the last field found. */
  readonly value = new Element();
  /** While set, no element is too long for the compact encoding: what was packed elsewhere is taken as it is. */
  isOfAnyLength = false;
  private readonly fieldInput = new PackedInput();
  private readonly valueInput = new PackedInput();
  private readonly digits = new Uint8Array(DIGITS_MAX);
  private walk = 0; // offset in the value of the next packed field
  private timetable: Ref = 0;
  private times: ScoreTree | undefined = undefined;
  private dueMs = 0; // fields with an expiry up to then are hidden; 0 while none is due

  constructor() {
    super(TYPE_HASH);
  }

  override opened(): this {
    if (this.entry.root !== 0) this.openLarge();
    return this;
  }

  override get length(): number {
    const { entry } = this;
    if (entry.root !== 0) return this.largeLength;
    return entry.exists ? entry.packedCount : 0;
  }

  /** Finds argument i's field; true when it is there, and `value` then shows its value. */
  get(args: Args, i: number): boolean {
    return this.getBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `get`, for a field that is not an argument. `data`: a view of the same buffer. */
  getBytes(field: Uint8Array, start: number, end: number, data?: DataView): boolean {
    if (!this.entry.exists) return false;
    if (this.entry.root !== 0) {
      const dict = this.dict as MemberDict;
      const cell = dict.find(dict.hash(field, start, end), field, start, end, data);
      if (cell === 0 || (this.dueMs !== 0 && this.isDue(cell))) return false;
      this.readCell(cell);
      return true;
    }
    const at = this.findPacked(field, start, end, data);
    if (at < 0) return false;
    const { entry } = this;
    readElement(entry.bytes, entry.data, elementEnd(entry.bytes, at), this.value);
    return true;
  }

  /** Sets the field of argument `i` to the value of argument `j`; true when the field is new. */
  set(args: Args, i: number, j: number): boolean {
    const { bytes } = args;
    return this.setBytes(bytes, args.start(i), args.end(i), bytes, args.start(j), args.end(j), args.data);
  }

  /** As `set`, but the field keeps its expiry. */
  setKeepingExpiry(args: Args, i: number, j: number): boolean {
    return this.setTextKeepingExpiry(args, i, args.bytes, args.start(j), args.end(j));
  }

  /** As `setKeepingExpiry`, for a value that is not an argument. */
  setTextKeepingExpiry(args: Args, i: number, value: Uint8Array, start: number, end: number): boolean {
    const { bytes, data } = args;
    return this.setBytes(bytes, args.start(i), args.end(i), value, start, end, data, "keep-expiry");
  }

  /**
   * Sets argument i's field to the decimal text of a safe integer; true when the field is new. It keeps its expiry,
   * as a number that is added to does.
   */
  setInteger(args: Args, i: number, value: number): boolean {
    const end = formatSafeInteger(this.digits, 0, value);
    return this.setTextKeepingExpiry(args, i, this.digits, 0, end);
  }

  /**
   * As `set`, for bytes that are not arguments. They may not lie in this hash. `data`: a view of the field's buffer.
   * A field that was there loses its expiry unless told otherwise.
   */
  setBytes(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    data?: DataView,
    fate: ExpiryFate = "end-expiry",
  ): boolean {
    const { entry } = this;
    if (!this.entry.exists) this.createPacked(ENCODING_COMPACT);
    this.entry.touched();
    if (entry.encoding !== ENCODING_LARGE && !this.isOfAnyLength) {
      const valueMax = this.entry.databases.limits.hashMaxListpackValue;
      if (fieldEnd - fieldStart > valueMax || valueEnd - valueStart > valueMax) this.becomeLarge();
    }
    if (this.entry.root !== 0) {
      return this.setLarge(field, fieldStart, fieldEnd, value, valueStart, valueEnd, data, fate);
    }

    const { valueInput } = this;
    const at = this.findPacked(field, fieldStart, fieldEnd, data);
    valueInput.setText(value, valueStart, valueEnd);
    const isNew = at < 0;
    const count = this.entry.packedCount + (isNew ? 1 : 0);
    // The limit may have been lowered since: a field that is set again counts as well.
    if (entry.encoding === ENCODING_COMPACT && count > this.entry.databases.limits.hashMaxListpackEntries) {
      this.becomeLarge();
    }
    const added = valueInput.sizeBytes + (isNew ? this.fieldInput.sizeBytes : 0);
    if (this.entry.root !== 0 || !mayBePacked(this.entry, count, this.entry.packedBytes + added)) {
      if (this.entry.root === 0) this.enlarge();
      return this.setLarge(field, fieldStart, fieldEnd, value, valueStart, valueEnd, data, fate);
    }
    if (isNew) {
      let to = this.entry.databases.spliceValue(entry, entry.valueEnd, 0, added);
      to = this.fieldInput.write(entry.bytes, entry.data, to);
      valueInput.write(entry.bytes, entry.data, to);
      this.entry.packedCount = count;
    } else {
      const from = elementEnd(entry.bytes, at);
      const old = elementEnd(entry.bytes, from) - from;
      const size = valueInput.sizeBytes;
      const to = old === size ? from : this.entry.databases.spliceValue(entry, from, old, size);
      valueInput.write(entry.bytes, entry.data, to);
    }
    return isNew;
  }

  /** Deletes argument i's field; true when it was there. The last one takes the key along. */
  delete(args: Args, i: number): boolean {
    return this.deleteBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `delete`, for a field that is not an argument. */
  deleteBytes(field: Uint8Array, start: number, end: number, data?: DataView): boolean {
    if (!this.entry.exists) return false;
    if (this.entry.root !== 0) {
      const dict = this.dict as MemberDict;
      const hash = dict.hash(field, start, end);
      const cell = dict.find(hash, field, start, end, data);
      if (cell === 0 || (this.dueMs !== 0 && this.isDue(cell))) return false;
      this.entry.touched();
      const atMs = this.timetable === 0 ? 0 : fieldExpiry(this.entry.arena, cell);
      if (atMs !== 0) this.openTimes().remove(atMs, cell);
      this.removeCell(hash, cell);
      if (atMs !== 0 && this.entry.exists) this.relist();
      return true;
    }
    const at = this.findPacked(field, start, end, data);
    if (at < 0) return false;
    this.entry.touched();
    const count = this.entry.packedCount - 1;
    if (count === 0) {
      this.removeEmpty();
      return true;
    }
    const { entry } = this;
    this.entry.databases.spliceValue(entry, at, skipElements(entry.bytes, at, 2) - at, 0);
    this.entry.packedCount = count;
    return true;
  }

  /** Begins a walk over all fields. */
  rewind(): void {
    this.walk = this.entry.packedStart - this.entry.valueStart;
    if (this.entry.root !== 0) (this.dict as MemberDict).rewind();
  }

  /** Goes to the next field and fills `field` and `value`; false at the end. The hash may not change meanwhile. */
  next(): boolean {
    if (!this.entry.exists) return false;
    if (this.entry.root !== 0) {
      const dict = this.dict as MemberDict;
      let cell = dict.next();
      while (this.dueMs !== 0 && cell !== 0 && this.isDue(cell)) cell = dict.next();
      if (cell === 0) return false;
      this.readFieldCell(cell);
      return true;
    }
    const { entry } = this;
    const at = entry.valueStart + this.walk;
    if (at >= entry.valueEnd) return false;
    this.walk = this.readPair(at) - entry.valueStart;
    return true;
  }

  /** Fills `field` and `value` with a field drawn at random, each as likely as any other. Not for an empty hash. */
  random(rng: Rng): void {
    if (this.entry.root !== 0) {
      if (this.dueMs !== 0) this.randomLive(rng);
      else this.readFieldCell((this.dict as MemberDict).random(rng));
      return;
    }
    this.readPair(
      skipElements(this.entry.bytes, this.entry.packedStart, rng.below(this.entry.packedCount) * 2),
    );
  }

  /** Gives the hash the large encoding's name; it becomes large unless it is very small. */
  becomeLarge(): void {
    if (!this.entry.exists || this.entry.encoding === ENCODING_LARGE) return;
    this.entry.databases.setEncoding(this.entry, ENCODING_LARGE);
    if (this.entry.root === 0 && !mayBePacked(this.entry, this.entry.packedCount, this.entry.packedBytes))
      this.enlarge();
  }

  protected override showCell(cell: Ref): boolean {
    if (this.dueMs !== 0 && this.isDue(cell)) return false;
    this.readFieldCell(cell);
    return true;
  }

  protected override begin(): boolean {
    this.rewind();
    return this.next();
  }

  protected override openLarge(): void {
    super.openLarge();
    this.timetable = timetableOf(this.entry.arena, this.entry.root);
    this.dueMs = this.timetable !== 0 && this.entry.databases.hasDueFields ? this.entry.databases.nowMs : 0;
  }

  // Of a large hash, without fields that are hidden.
  private get largeLength(): number {
    const { size } = this.dict as MemberDict;
    return this.dueMs === 0 ? size : size - this.openTimes().countBelow(this.dueMs, true);
  }

  protected override unpackInto(): void {
    const { entry, field, value } = this;
    const { arena } = entry;
    const dict = this.dict as MemberDict;
    for (let at = this.entry.packedStart; at < entry.valueEnd; ) {
      at = this.readPair(at);
      field.text();
      value.text();
      const cell = newFieldCell(
        arena,
        field.bytes,
        field.start,
        field.end,
        value.bytes,
        value.start,
        value.end,
        0,
      );
      dict.insert(dict.hash(field.bytes, field.start, field.end), cell);
    }
  }

  private setLarge(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    data: DataView | undefined,
    fate: ExpiryFate,
  ): boolean {
    const { arena } = this.entry;
    const dict = this.dict as MemberDict;
    const hash = dict.hash(field, fieldStart, fieldEnd);
    const old = dict.find(hash, field, fieldStart, fieldEnd, data);
    if (old === 0) {
      const cell = newFieldCell(arena, field, fieldStart, fieldEnd, value, valueStart, valueEnd, 0);
      dict.insert(hash, cell);
      const { encoding } = this.entry;
      if (
        encoding !== ENCODING_LARGE &&
        this.largeLength > this.entry.databases.limits.hashMaxListpackEntries
      )
        this.becomeLarge();
      return true;
    }
    if (
      this.entry.encoding !== ENCODING_LARGE &&
      this.largeLength > this.entry.databases.limits.hashMaxListpackEntries
    ) {
      this.becomeLarge();
    }
    const before = fieldExpiry(arena, old);
    const wasDue = this.dueMs !== 0 && before !== 0 && before <= this.dueMs;
    const after = fate === "keep-expiry" && !wasDue ? before : 0;
    if (before === after && this.overwrite(old, value, valueStart, valueEnd)) return false;
    const cell = newFieldCell(arena, field, fieldStart, fieldEnd, value, valueStart, valueEnd, after);
    dict.replace(hash, old, cell);
    this.reschedule(old, before, cell, after);
    arena.free(old);
    return wasDue;
  }

  // Writes a value of the same length over the one in a cell; false when that cannot be.
  private overwrite(cell: Ref, value: Uint8Array, start: number, end: number): boolean {
    this.readCell(cell);
    const { value: old } = this;
    if (old.end - old.start !== end - start) return false;
    for (let i = start, j = old.start; i < end; i++, j++) old.bytes[j] = value[i] as number;
    return true;
  }

  private findPacked(field: Uint8Array, start: number, end: number, data?: DataView): number {
    const { entry } = this;
    this.fieldInput.setText(field, start, end, data);
    return this.fieldInput.find(entry.bytes, entry.data, this.entry.packedStart, entry.valueEnd, 2);
  }

  private readPair(at: number): number {
    const { bytes, data } = this.entry;
    return readElement(bytes, data, readElement(bytes, data, at, this.field), this.value);
  }

  private readFieldCell(cell: Ref): void {
    const { arena } = this.entry;
    const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
    const at = memberLengthAt(u8, byteOffset(cell), 0);
    const start = at + varintBytesAt(u8, at);
    this.field.setBytes(u8, arena.data[segmentOf(cell)] as DataView, start, start + readVarint(u8, at));
    this.readValue(arena, cell, u8, this.field.end);
  }

  private readCell(cell: Ref): void {
    const { arena } = this.entry;
    const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
    const at = memberLengthAt(u8, byteOffset(cell), 0);
    this.readValue(arena, cell, u8, at + varintBytesAt(u8, at) + readVarint(u8, at));
  }

  private readValue(arena: Arena, cell: Ref, u8: Uint8Array, at: number): void {
    this.cell = cell;
    const start = at + varintBytesAt(u8, at);
    this.value.setBytes(u8, arena.data[segmentOf(cell)] as DataView, start, start + readVarint(u8, at));
  }

  /** When the last field found expires, in ms; 0: never. Packed fields do not. */
  get fieldExpireAtMs(): number {
    return this.entry.root === 0 ? 0 : fieldExpiry(this.entry.arena, this.cell);
  }

  /**
   * Makes argument i's field expire at `atMs`, or with 0 never; false when there is no such field. `changes`: what
   * that counts as, if the field is there.
   */
  setExpiry(args: Args, i: number, atMs: number, changes = 1): boolean {
    return this.setExpiryBytes(args.bytes, args.start(i), args.end(i), atMs, changes, args.data);
  }

  /** As `setExpiry`, for a field that is not an argument. It may not lie in this hash. */
  setExpiryBytes(
    field: Uint8Array,
    start: number,
    end: number,
    atMs: number,
    changes = 1,
    data?: DataView,
  ): boolean {
    if (!this.getBytes(field, start, end, data)) return false;
    if (changes > 0) this.entry.touched(changes);
    if (this.entry.root === 0) {
      if (atMs === 0) return true;
      this.enlarge();
    }
    const { arena } = this.entry;
    const dict = this.dict as MemberDict;
    const hash = dict.hash(field, start, end);
    const cell = dict.find(hash, field, start, end, data);
    const before = fieldExpiry(arena, cell);
    if (before === atMs) return true;
    if (before !== 0 && atMs !== 0) {
      const times = this.openTimes();
      times.remove(before, cell);
      setFieldExpiry(arena, cell, atMs);
      times.insert(atMs, cell);
      this.relist();
      return true;
    }
    // The cell gets or loses the bytes of its expiry.
    this.readCell(cell);
    const { value } = this;
    const moved = newFieldCell(arena, field, start, end, value.bytes, value.start, value.end, atMs);
    dict.replace(hash, cell, moved);
    this.reschedule(cell, before, moved, atMs);
    arena.free(cell);
    this.readCell(moved);
    if (this.entry.encoding === ENCODING_COMPACT)
      this.entry.databases.setEncoding(this.entry, ENCODING_TIMED);
    return true;
  }

  // A field's cell `old` is replaced by `cell`; both are still there. An expiry of 0 is none.
  private reschedule(old: Ref, before: number, cell: Ref, after: number): void {
    if (before === 0 && after === 0) return;
    if (this.timetable === 0) this.timetable = makeTimetable(this.entry.arena, this.entry.root);
    const times = this.openTimes();
    if (before === after) {
      times.seekCell(before, old);
      times.rename(cell);
      return;
    }
    if (before !== 0) times.remove(before, old);
    if (after !== 0) times.insert(after, cell);
    this.relist();
  }

  // The times have changed: so may have when the hash's next field expires, and whether any does.
  private relist(): void {
    const { entry } = this;
    const { databases: owner } = entry;
    owner.fieldExpiries.relist(entry.db, entry.ref, this.entry.root, this.timetable);
    this.timetable = timetableOf(this.entry.arena, this.entry.root);
    if (this.timetable === 0) this.dueMs = 0;
  }

  private openTimes(): ScoreTree {
    this.times ??= new ScoreTree(this.entry.arena, TIMED_BYTES);
    return this.times.open(this.entry.arena, this.timetable, TIMES_TREE_AT);
  }

  private isDue(cell: Ref): boolean {
    const atMs = fieldExpiry(this.entry.arena, cell);
    return atMs !== 0 && atMs <= this.dueMs;
  }

  // While due fields are still there, draws a place among the others and walks to it.
  private randomLive(rng: Rng): void {
    let skip = rng.below(this.length);
    this.rewind();
    while (this.next() && skip > 0) skip--;
  }
}
