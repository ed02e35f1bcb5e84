// Hash view: one hash, as commands see it (collection-view.ts).
//
//   packed   field, value, field, value ... in the order in which fields were added
//   large    a member dict of cells that hold field and value (store/member-cell.ts)
//
// `field` and `value` are elements that `get`, `next` and `random` fill.

import { formatSafeInteger } from "../lib/int64.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { Element } from "../store/element.ts";
import { ENCODING_COMPACT, ENCODING_LARGE, readVarint, TYPE_HASH, varintBytesAt } from "../store/entry.ts";
import { fieldExpiry, memberLengthAt, newFieldCell } from "../store/member-cell.ts";
import { MemberDict } from "../store/member-dict.ts";
import { elementEnd, PackedInput, readElement, skipElements } from "../store/packed-block.ts";
import { CollectionView } from "./collection-view.ts";

const DIGITS_MAX = 20;

export class HashView extends CollectionView {
  /** The field that a walk or a draw came to. */
  readonly field = new Element();
  /** The value of the last field found. */
  readonly value = new Element();
  private dict: MemberDict | undefined = undefined;
  private readonly fieldInput = new PackedInput();
  private readonly valueInput = new PackedInput();
  private readonly digits = new Uint8Array(DIGITS_MAX);
  private walk = 0; // offset in the value of the next packed field
  private cell: Ref = 0;

  constructor() {
    super(TYPE_HASH);
  }

  /** Finds argument i's field; true when it is there, and `value` then shows its value. */
  get(args: Args, i: number): boolean {
    return this.getBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** As `get`, for a field that is not an argument. `data`: a view of the same buffer. */
  getBytes(field: Uint8Array, start: number, end: number, data?: DataView): boolean {
    if (!this.exists) return false;
    if (this.root !== 0) {
      const dict = this.dict as MemberDict;
      const cell = dict.find(dict.hash(field, start, end), field, start, end, data);
      if (cell === 0) return false;
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

  /** Sets argument i's field to the decimal text of a safe integer; true when the field is new. */
  setInteger(args: Args, i: number, value: number): boolean {
    const end = formatSafeInteger(this.digits, 0, value);
    return this.setBytes(args.bytes, args.start(i), args.end(i), this.digits, 0, end);
  }

  /** As `set`, for bytes that are not arguments. They may not lie in this hash. `data`: a view of the field's buffer. */
  setBytes(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    data?: DataView,
  ): boolean {
    const { entry } = this;
    if (!this.exists) this.createPacked(ENCODING_COMPACT);
    this.touched();
    if (entry.encoding === ENCODING_COMPACT) {
      const valueMax = this.owner.limits.hashMaxListpackValue;
      if (fieldEnd - fieldStart > valueMax || valueEnd - valueStart > valueMax) this.becomeLarge();
    }
    if (this.root !== 0) return this.setLarge(field, fieldStart, fieldEnd, value, valueStart, valueEnd, data);

    const { valueInput } = this;
    const at = this.findPacked(field, fieldStart, fieldEnd, data);
    valueInput.setText(value, valueStart, valueEnd);
    const isNew = at < 0;
    const count = this.packedCount + (isNew ? 1 : 0);
    if (isNew && entry.encoding === ENCODING_COMPACT && count > this.owner.limits.hashMaxListpackEntries) {
      this.becomeLarge();
    }
    const added = valueInput.sizeBytes + (isNew ? this.fieldInput.sizeBytes : 0);
    if (this.root !== 0 || !this.mayBePacked(count, this.packedBytes + added)) {
      if (this.root === 0) this.enlarge();
      return this.setLarge(field, fieldStart, fieldEnd, value, valueStart, valueEnd, data);
    }
    if (isNew) {
      let to = this.owner.spliceValue(entry, entry.valueEnd, 0, added);
      to = this.fieldInput.write(entry.bytes, entry.data, to);
      valueInput.write(entry.bytes, entry.data, to);
      this.packedCount = count;
    } else {
      const from = elementEnd(entry.bytes, at);
      const old = elementEnd(entry.bytes, from) - from;
      const size = valueInput.sizeBytes;
      const to = old === size ? from : this.owner.spliceValue(entry, from, old, size);
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
    if (!this.exists) return false;
    if (this.root !== 0) {
      const dict = this.dict as MemberDict;
      const hash = dict.hash(field, start, end);
      const cell = dict.find(hash, field, start, end, data);
      if (cell === 0) return false;
      this.touched();
      dict.remove(hash, cell);
      this.arena.free(cell);
      if (dict.size === 0) this.removeEmpty();
      return true;
    }
    const at = this.findPacked(field, start, end, data);
    if (at < 0) return false;
    this.touched();
    const count = this.packedCount - 1;
    if (count === 0) {
      this.removeEmpty();
      return true;
    }
    const { entry } = this;
    this.owner.spliceValue(entry, at, skipElements(entry.bytes, at, 2) - at, 0);
    this.packedCount = count;
    return true;
  }

  /** Begins a walk over all fields. */
  rewind(): void {
    this.walk = this.packedStart - this.entry.valueStart;
    if (this.root !== 0) (this.dict as MemberDict).rewind();
  }

  /** Goes to the next field and fills `field` and `value`; false at the end. The hash may not change meanwhile. */
  next(): boolean {
    if (!this.exists) return false;
    if (this.root !== 0) {
      const cell = (this.dict as MemberDict).next();
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
    if (this.root !== 0) {
      this.readFieldCell((this.dict as MemberDict).random(rng));
      return;
    }
    this.readPair(skipElements(this.entry.bytes, this.packedStart, rng.below(this.packedCount) * 2));
  }

  /**
   * HSCAN: calls `visit` for fields (`field` and `value` show them) from `cursor` on, about `count` of them; a packed
   * hash is visited as a whole. Returns the next cursor, 0 at the end. `visit` may not change the hash.
   */
  scan(cursor: number, count: number, visit: () => void): number {
    if (this.root === 0) {
      this.rewind();
      while (this.next()) visit();
      return 0;
    }
    return (this.dict as MemberDict).scan(cursor, count, (cell) => {
      this.readFieldCell(cell);
      visit();
    });
  }

  /** Gives the hash the large encoding's name; it becomes large unless it is very small. */
  becomeLarge(): void {
    if (!this.exists || this.entry.encoding !== ENCODING_COMPACT) return;
    this.owner.setEncoding(this.entry, ENCODING_LARGE);
    if (this.root === 0 && !this.mayBePacked(this.packedCount, this.packedBytes)) this.enlarge();
  }

  protected override begin(): boolean {
    this.rewind();
    return this.next();
  }

  protected override get cellHere(): Ref {
    return this.cell;
  }

  protected override openLarge(): void {
    this.dict ??= new MemberDict(this.arena, this.owner.seed);
    this.dict.open(this.arena, this.root, this.owner.seed);
  }

  protected override get largeLength(): number {
    return (this.dict as MemberDict).size;
  }

  protected override unpackInto(): void {
    const { entry, arena, field, value } = this;
    const dict = this.dict as MemberDict;
    for (let at = this.packedStart; at < entry.valueEnd; ) {
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
  ): boolean {
    const { arena } = this;
    const dict = this.dict as MemberDict;
    const hash = dict.hash(field, fieldStart, fieldEnd);
    const old = dict.find(hash, field, fieldStart, fieldEnd, data);
    if (old !== 0 && this.overwrite(old, value, valueStart, valueEnd)) return false;
    const cell = newFieldCell(arena, field, fieldStart, fieldEnd, value, valueStart, valueEnd, 0);
    if (old === 0) {
      dict.insert(hash, cell);
      return true;
    }
    dict.replace(hash, old, cell);
    arena.free(old);
    return false;
  }

  // Writes a value of the same length over the one in a cell; false when that cannot be.
  private overwrite(cell: Ref, value: Uint8Array, start: number, end: number): boolean {
    if (fieldExpiry(this.arena, cell) !== 0) return false;
    this.readCell(cell);
    const { value: old } = this;
    if (old.end - old.start !== end - start) return false;
    for (let i = start, j = old.start; i < end; i++, j++) old.bytes[j] = value[i] as number;
    return true;
  }

  private findPacked(field: Uint8Array, start: number, end: number, data?: DataView): number {
    const { entry } = this;
    this.fieldInput.setText(field, start, end, data);
    return this.fieldInput.find(entry.bytes, entry.data, this.packedStart, entry.valueEnd, 2);
  }

  private readPair(at: number): number {
    const { bytes, data } = this.entry;
    return readElement(bytes, data, readElement(bytes, data, at, this.field), this.value);
  }

  private readFieldCell(cell: Ref): void {
    const { arena } = this;
    const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
    const at = memberLengthAt(u8, byteOffset(cell), 0);
    const start = at + varintBytesAt(u8, at);
    this.field.setBytes(u8, arena.data[segmentOf(cell)] as DataView, start, start + readVarint(u8, at));
    this.readValue(arena, cell, u8, this.field.end);
  }

  private readCell(cell: Ref): void {
    const { arena } = this;
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
    return this.root === 0 ? 0 : fieldExpiry(this.arena, this.cell);
  }
}
