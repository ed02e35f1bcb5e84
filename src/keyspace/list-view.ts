// List view: one list, as commands see it (collection-view.ts).
//
//   packed   the elements in order, up to PACKED_BYTES_MAX
//   large    a block list (store/block-list.ts)
//
// `element` is what `seek`, `next`, `previous`, `first` and `last` fill. One place, set by `seek`, is where reads
// and changes happen; it survives `replace` and is lost by inserts and removals.

import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import type { Ref } from "../store/arena.ts";
import { BlockList } from "../store/block-list.ts";
import { Element, type ElementSink } from "../store/element.ts";
import { ENCODING_COMPACT, TYPE_LIST } from "../store/entry.ts";
import { elementEnd, PackedInput, readElement, skipElements, writeElements } from "../store/packed-block.ts";
import { CollectionView } from "./collection-view.ts";
import { LIST_TREE_AT } from "./structures.ts";

/** A longer list has blocks of its own: each push into the entry moves all of it, or makes a new block. */
const PACKED_BYTES_MAX = 512;

export class ListView extends CollectionView {
  readonly element = new Element();
  private list: BlockList | undefined = undefined;
  private readonly input = new PackedInput();
  private readonly unpacked = new PackedInput(); // while `input` waits to be pushed
  // The place in a packed list: index, and offset in the value.
  private index = 0;
  private offset = 0;

  constructor() {
    super(TYPE_LIST);
  }

  override opened(): this {
    if (this.entry.root !== 0) this.openLarge();
    return this;
  }

  override get length(): number {
    const { entry } = this;
    if (entry.root !== 0) return (this.list as BlockList).length;
    return entry.exists ? entry.packedCount : 0;
  }

  /** Adds argument i at the end. */
  pushTail(args: Args, i: number): void {
    this.pushTailBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  pushTailBytes(bytes: Uint8Array, start: number, end: number, data?: DataView): void {
    this.input.setText(bytes, start, end, data);
    this.push(false);
  }

  /** Adds argument i at the beginning. */
  pushHead(args: Args, i: number): void {
    this.pushHeadBytes(args.bytes, args.start(i), args.end(i), args.data);
  }

  pushHeadBytes(bytes: Uint8Array, start: number, end: number, data?: DataView): void {
    this.input.setText(bytes, start, end, data);
    this.push(true);
  }

  /** Goes to the first element and fills `element`; false when the list is empty. */
  first(): boolean {
    return this.seek(0);
  }

  /** Goes to the last element and fills `element`; false when the list is empty. */
  last(): boolean {
    return this.seek(this.length - 1);
  }

  /** Goes to the element at `index` (0 .. length - 1) and fills `element`; false when there is none. */
  seek(index: number): boolean {
    if (index < 0 || index >= this.length) return false;
    if (this.entry.root !== 0) {
      const list = this.list as BlockList;
      list.seek(index);
      list.read(this.element);
      return true;
    }
    const { entry } = this;
    this.index = index;
    this.offset = skipElements(entry.bytes, this.entry.packedStart, index) - entry.valueStart;
    readElement(entry.bytes, entry.data, entry.valueStart + this.offset, this.element);
    return true;
  }

  /** Writes the `count` elements from `index` on, which must be there, to `sink`. The place is lost. */
  writeRange(index: number, count: number, sink: ElementSink): void {
    const { entry, element } = this;
    if (entry.root !== 0) {
      (this.list as BlockList).writeRange(index, count, element, sink);
      return;
    }
    const at = skipElements(entry.bytes, entry.packedStart, index);
    writeElements(entry.bytes, entry.data, at, count, element, sink);
  }

  /** Goes to the next element; false at the end. */
  next(): boolean {
    if (this.entry.root !== 0) {
      const list = this.list as BlockList;
      if (!list.advance()) return false;
      list.read(this.element);
      return true;
    }
    const { entry } = this;
    this.index++;
    const at = elementEnd(entry.bytes, entry.valueStart + this.offset);
    this.offset = at - entry.valueStart;
    if (at >= entry.valueEnd) return false;
    readElement(entry.bytes, entry.data, at, this.element);
    return true;
  }

  /** Goes to the previous element; false at the beginning. */
  previous(): boolean {
    if (this.entry.root === 0) return this.seek(this.index - 1);
    const list = this.list as BlockList;
    if (!list.retreat()) return false;
    list.read(this.element);
    return true;
  }

  /** The index of the place. */
  get position(): number {
    return this.entry.root !== 0 ? (this.list as BlockList).position : this.index;
  }

  /**
   * Sets what `matches` compares with; the argument's bytes must stay meanwhile. It is forgotten by any push, insert
   * or replacement.
   */
  setPattern(args: Args, i: number): void {
    this.input.setText(args.bytes, args.start(i), args.end(i), args.data);
  }

  /** True when the element at the place equals the pattern: cheaper than comparing `element`. */
  matches(): boolean {
    if (this.entry.root !== 0) return (this.list as BlockList).matches(this.input);
    const { entry } = this;
    return this.input.matches(entry.bytes, entry.data, entry.valueStart + this.offset);
  }

  /** Replaces the element at the place by argument i; the place stays. */
  replace(args: Args, i: number): void {
    this.entry.touched();
    const { entry, input } = this;
    input.setText(args.bytes, args.start(i), args.end(i), args.data);
    if (this.entry.root === 0) {
      const at = entry.valueStart + this.offset;
      const old = elementEnd(entry.bytes, at) - at;
      if (this.entry.packedBytes + input.sizeBytes - old <= PACKED_BYTES_MAX || old === input.sizeBytes) {
        const to =
          old === input.sizeBytes ? at : this.entry.databases.spliceValue(entry, at, old, input.sizeBytes);
        input.write(entry.bytes, entry.data, to);
        return;
      }
      const { index } = this;
      this.enlarge();
      (this.list as BlockList).seek(index);
    }
    (this.list as BlockList).replace(input);
  }

  /** Puts argument i before the element at the place, or with `after` behind it. The place is lost. */
  insert(args: Args, i: number, after: boolean): void {
    const index = this.position + (after ? 1 : 0);
    if (index === this.length) {
      this.pushTail(args, i);
      return;
    }
    this.entry.touched();
    const { entry, input } = this;
    input.setText(args.bytes, args.start(i), args.end(i), args.data);
    if (this.entry.root === 0) {
      if (this.entry.packedBytes + input.sizeBytes <= PACKED_BYTES_MAX) {
        this.seek(index);
        const at = this.entry.databases.spliceValue(
          entry,
          entry.valueStart + this.offset,
          0,
          input.sizeBytes,
        );
        input.write(entry.bytes, entry.data, at);
        this.entry.packedCount = this.entry.packedCount + 1;
        return;
      }
      this.enlarge();
    }
    const list = this.list as BlockList;
    list.seek(index);
    list.insert(input);
  }

  /** Removes the element at the place; the last one takes the key along. The place is lost. */
  remove(): void {
    this.removeRange(this.position, 1);
  }

  /** Removes up to `count` elements from `index` on; all of them take the key along. */
  removeRange(index: number, count: number): void {
    const { length } = this;
    const some = Math.min(count, length - index);
    if (some <= 0) return;
    this.entry.touched(some);
    if (some === length) {
      this.removeEmpty();
      return;
    }
    if (this.entry.root !== 0) {
      const list = this.list as BlockList;
      if (some > 1) list.removeRange(index, some);
      else {
        if (list.position !== index) list.seek(index);
        list.remove();
      }
      return;
    }
    const { entry } = this;
    const from = skipElements(entry.bytes, this.entry.packedStart, index);
    const end = skipElements(entry.bytes, from, some);
    this.entry.databases.spliceValue(entry, from, end - from, 0);
    this.entry.packedCount = length - some;
  }

  /** Goes to an element drawn at random. */
  random(rng: Rng): void {
    this.seek(rng.below(this.length));
  }

  protected override begin(): boolean {
    return this.first();
  }

  // A list has no cells; no command draws several elements of one.
  protected override get cellHere(): Ref {
    return 0;
  }

  protected override openLarge(): void {
    this.list ??= new BlockList(this.entry.arena);
    this.list.open(this.entry.arena, this.entry.root, LIST_TREE_AT);
  }

  protected override unpackInto(): void {
    const { entry, element, unpacked } = this;
    const list = this.list as BlockList;
    for (let at = this.entry.packedStart; at < entry.valueEnd; ) {
      at = readElement(entry.bytes, entry.data, at, element);
      list.pushTail(unpacked.setElement(element));
    }
  }

  // Adds what `input` holds.
  private push(atHead: boolean): void {
    const { entry, input } = this;
    if (!this.entry.exists) this.createPacked(ENCODING_COMPACT);
    this.entry.touched();
    if (this.entry.root === 0) {
      const size = input.sizeBytes;
      if (this.entry.packedBytes + size <= PACKED_BYTES_MAX) {
        const at = this.entry.databases.spliceValue(
          entry,
          atHead ? this.entry.packedStart : entry.valueEnd,
          0,
          size,
        );
        input.write(entry.bytes, entry.data, at);
        this.entry.packedCount = this.entry.packedCount + 1;
        return;
      }
      this.enlarge();
    }
    const list = this.list as BlockList;
    if (atHead) list.pushHead(input);
    else list.pushTail(input);
  }
}
