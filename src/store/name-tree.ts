// Name tree: cells with a name each, ordered by the names' bytes. For the groups of a stream and their consumers.
//
//   leaf entry   | cell ref |          a cell: | fixed part | name length varint | name |
//
// The name stands once, in the cell; searches read it there.

import { compareBytes } from "../lib/bytes.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import { CountedTree } from "./counted-tree.ts";
import { readVarint, varintBytes, varintBytesAt, writeVarint } from "./entry.ts";

const REF_BYTES = 4;

export class NameTree extends CountedTree {
  private readonly nameAt: number;
  private name: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;

  /** `nameAt`: bytes of a cell's fixed part. */
  constructor(arena: Arena, nameAt: number) {
    super(arena, { keyBytes: REF_BYTES, valueBytes: 0 });
    this.nameAt = nameAt;
  }

  /** Number of cells. */
  get size(): number {
    return this.weight;
  }

  /** Goes to the first cell whose name is not less; true when it is that one. */
  seek(name: Uint8Array, start: number, end: number): boolean {
    this.name = name;
    this.start = start;
    this.end = end;
    return this.seekKey();
  }

  /** Makes a cell for a name that `seek` has not found, its fixed part zero, and puts it in; returns it. */
  insert(name: Uint8Array, start: number, end: number): Ref {
    const { arena, nameAt } = this;
    const length = end - start;
    const cell = arena.alloc(nameAt + varintBytes(length) + length);
    const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
    const base = byteOffset(cell);
    u8.fill(0, base, base + nameAt);
    const at = writeVarint(u8, base + nameAt, length);
    for (let i = 0; i < length; i++) u8[at + i] = name[start + i] as number;
    this.entryData.setInt32(0, cell, true);
    this.insertEntry(1);
    return cell;
  }

  /** Puts in a cell that another tree has given up. */
  adopt(cell: Ref): void {
    const u8 = this.arena.u8[segmentOf(cell)] as Uint8Array;
    this.seek(u8, this.nameStart(cell), this.nameEnd(cell));
    this.entryData.setInt32(0, cell, true);
    this.insertEntry(1);
  }

  /** Takes the entry at the path out; its cell is the caller's. The path is then lost. */
  remove(): void {
    this.removeEntry();
  }

  /** The cell at the path. */
  get cell(): Ref {
    return this.leafData.getInt32(this.entryAt, true);
  }

  /** Where the name of a cell begins and ends in its segment. */
  nameStart(cell: Ref): number {
    const at = byteOffset(cell) + this.nameAt;
    return at + varintBytesAt(this.arena.u8[segmentOf(cell)] as Uint8Array, at);
  }
  nameEnd(cell: Ref): number {
    const length = readVarint(this.arena.u8[segmentOf(cell)] as Uint8Array, byteOffset(cell) + this.nameAt);
    return this.nameStart(cell) + length;
  }

  /** Moves the `index`-th cell out of a segment being emptied; returns its name afterwards. */
  relocateCell(index: number): Ref {
    this.seekPosition(index);
    const { cell, arena } = this;
    if (!arena.shouldMove(cell)) return cell;
    const to = arena.move(cell);
    this.rewriteKey(0, to);
    return to;
  }

  protected override compare(data: DataView, at: number): number {
    const cell = data.getInt32(at, true);
    const u8 = this.arena.u8[segmentOf(cell)] as Uint8Array;
    return compareBytes(this.name, this.start, this.end, u8, this.nameStart(cell), this.nameEnd(cell));
  }
}
