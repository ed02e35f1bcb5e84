// Name tree: cells with a name each, ordered by the names' bytes. For the groups of a stream and their consumers.
//
//   leaf entry   | cell ref |          a cell: | fixed part | name length varint | name |
//
// The name stands once, in the cell; searches read it there.

import { compareBytes } from "../lib/bytes.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import type { TreeKey } from "./counted-tree.ts";
import { readVarint, varintBytes, varintBytesAt, writeVarint } from "./entry.ts";
import { TreeView } from "./tree-view.ts";

const REF_BYTES = 4;

// The name that is looked for.
class NameKey implements TreeKey {
  arena: Arena;
  name: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  private readonly nameAt: number;

  constructor(arena: Arena, nameAt: number) {
    this.arena = arena;
    this.nameAt = nameAt;
  }

  compare(data: DataView, at: number): number {
    const cell = data.getInt32(at, true);
    const u8 = this.arena.u8[segmentOf(cell)] as Uint8Array;
    const lengthAt = byteOffset(cell) + this.nameAt;
    const start = lengthAt + varintBytesAt(u8, lengthAt);
    return compareBytes(this.name, this.start, this.end, u8, start, start + readVarint(u8, lengthAt));
  }
}

export class NameTree extends TreeView {
  private readonly key: NameKey;
  private readonly nameAt: number;

  /** `nameAt`: bytes of a cell's fixed part. */
  constructor(arena: Arena, nameAt: number) {
    const key = new NameKey(arena, nameAt);
    super(arena, { keyBytes: REF_BYTES, valueBytes: 0 }, key);
    this.key = key;
    this.nameAt = nameAt;
  }

  override open(arena: Arena, root: Ref, offset: number): this {
    this.key.arena = arena;
    this.tree.open(arena, root, offset);
    return this;
  }

  /** Number of cells. */
  get size(): number {
    return this.tree.weight;
  }

  /** Goes to the first cell whose name is not less; true when it is that one. */
  seek(name: Uint8Array, start: number, end: number): boolean {
    const { key } = this;
    key.name = name;
    key.start = start;
    key.end = end;
    return this.tree.seekKey();
  }

  /** Makes a cell for a name that `seek` has not found, its fixed part zero, and puts it in; returns it. */
  insert(name: Uint8Array, start: number, end: number): Ref {
    const { nameAt } = this;
    const { arena } = this.tree;
    const length = end - start;
    const cell = arena.alloc(nameAt + varintBytes(length) + length);
    const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
    const base = byteOffset(cell);
    u8.fill(0, base, base + nameAt);
    const at = writeVarint(u8, base + nameAt, length);
    for (let i = 0; i < length; i++) u8[at + i] = name[start + i] as number;
    this.tree.entryData.setInt32(0, cell, true);
    this.tree.insertEntry(1);
    return cell;
  }

  /** Puts in a cell that another tree has given up. */
  adopt(cell: Ref): void {
    const u8 = this.tree.arena.u8[segmentOf(cell)] as Uint8Array;
    this.seek(u8, this.nameStart(cell), this.nameEnd(cell));
    this.tree.entryData.setInt32(0, cell, true);
    this.tree.insertEntry(1);
  }

  /** Takes the entry at the path out; its cell is the caller's. The path is then lost. */
  remove(): void {
    this.tree.removeEntry();
  }

  /** The cell at the path. */
  get cell(): Ref {
    return this.tree.leafData.getInt32(this.tree.entryAt, true);
  }

  /** Where the name of a cell begins and ends in its segment. */
  nameStart(cell: Ref): number {
    const at = byteOffset(cell) + this.nameAt;
    return at + varintBytesAt(this.tree.arena.u8[segmentOf(cell)] as Uint8Array, at);
  }
  nameEnd(cell: Ref): number {
    const length = readVarint(
      this.tree.arena.u8[segmentOf(cell)] as Uint8Array,
      byteOffset(cell) + this.nameAt,
    );
    return this.nameStart(cell) + length;
  }

  /** Moves the `index`-th cell out of a segment being emptied; returns its name afterwards. */
  relocateCell(index: number): Ref {
    this.tree.seekPosition(index);
    const { cell } = this;
    const { arena } = this.tree;
    if (!arena.shouldMove(cell)) return cell;
    const to = arena.move(cell);
    this.tree.rewriteKey(0, to);
    return to;
  }
}
