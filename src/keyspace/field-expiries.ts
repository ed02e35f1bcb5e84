// Field expiries: the hashes of a shard whose fields expire, each database's by the time of their next one.
//
// Role: Databases keeps one, as it keeps an expiry index for keys. A hash is listed here by its timetable
// (timetable.ts) from the first field with an expiry to the last; a server without such fields has empty indexes,
// and `count` says so at once.
// Invariants:
//   - a timetable is listed exactly while an entry owns it, under the time of its first field, with that entry's name.
//   - no field is due before `fromMs`.

import { latin1Text } from "../lib/bytes.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import type { HashSeed } from "../store/dict.ts";
import { readVarint, TYPE_HASH, valueAt, varintBytesAt } from "../store/entry.ts";
import { ExpiryIndex } from "../store/expiry-index.ts";
import { memberLengthAt, TIMED_BYTES } from "../store/member-cell.ts";
import { MemberDict } from "../store/member-dict.ts";
import { ScoreTree } from "../store/score-tree.ts";
import { Collections } from "./collections.ts";
import {
  entryOf,
  NOT_LISTED,
  nameTimetable,
  positionOf,
  setEntryOf,
  setPositionOf,
  TIMES_TREE_AT,
  timetableOf,
} from "./timetable.ts";

export class FieldExpiries {
  /** Hashes listed, in all databases. */
  count = 0;
  /** No field is due earlier, in ms; it may be that none is due then. */
  fromMs = Number.POSITIVE_INFINITY;
  private readonly arena: Arena;
  private readonly seed: HashSeed;
  private readonly indexes: ExpiryIndex[] = [];
  private readonly tree: ScoreTree;
  private readonly dict: MemberDict;

  constructor(arena: Arena, seed: HashSeed, databases: number) {
    this.arena = arena;
    this.seed = seed;
    this.tree = new ScoreTree(arena, TIMED_BYTES);
    this.dict = new MemberDict(arena, seed);
    for (let db = 0; db < databases; db++) this.indexes.push(new ExpiryIndex(arena));
  }

  /** Lists the hash in `entry`, whose timetable may be listed already, by its first time. */
  list(db: number, entry: Ref, timetable: Ref): void {
    const index = this.indexes[db] as ExpiryIndex;
    const position = positionOf(this.arena, timetable);
    const atMs = this.firstMs(timetable);
    if (atMs < this.fromMs) this.fromMs = atMs;
    if (position === NOT_LISTED) {
      setEntryOf(this.arena, timetable, entry);
      index.add(timetable, atMs);
      this.count++;
    } else if (index.timeAt(position) !== atMs) {
      index.update(position, atMs);
    }
  }

  /** As `list`, of an entry that has just got what it holds from another; nothing happens if no field expires. */
  adopt(db: number, entry: Ref): void {
    const timetable = this.timetableIn(entry);
    if (timetable !== 0) this.list(db, entry, timetable);
  }

  /** Takes the hash in `entry` out, if it is listed: it will be removed or handed over. */
  drop(db: number, entry: Ref): void {
    if (this.count === 0) return;
    const timetable = this.timetableIn(entry);
    if (timetable !== 0) this.unlist(db, timetable);
  }

  /** Takes a timetable out, if it is listed. */
  unlist(db: number, timetable: Ref): void {
    const position = positionOf(this.arena, timetable);
    if (position === NOT_LISTED) return;
    (this.indexes[db] as ExpiryIndex).remove(position);
    setPositionOf(this.arena, timetable, NOT_LISTED);
    this.count--;
  }

  /** The entry has this name from now on. */
  moved(entry: Ref): void {
    if (this.count === 0) return;
    const timetable = this.timetableIn(entry);
    if (timetable !== 0) setEntryOf(this.arena, timetable, entry);
  }

  /** During an evacuation: moves the timetable of the hash in `entry` out of a segment being emptied. */
  relocate(db: number, entry: Ref): void {
    if (this.count === 0) return;
    const { arena } = this;
    const timetable = this.timetableIn(entry);
    if (timetable === 0 || !arena.shouldMove(timetable)) return;
    const to = arena.move(timetable);
    nameTimetable(arena, this.rootIn(entry), to);
    (this.indexes[db] as ExpiryIndex).rename(positionOf(arena, to), to);
  }

  /** True when every field of the hash in `entry` is due. */
  areAllDue(entry: Ref, nowMs: number): boolean {
    const timetable = this.timetableIn(entry);
    if (timetable === 0) return false;
    const due = this.open(timetable).countBelow(nowMs, true);
    return due === this.dict.open(this.arena, this.rootIn(entry), this.seed).size;
  }

  /** The entry in a database with the field that has been due for longest, or 0 when none is. */
  nextDue(db: number, nowMs: number): Ref {
    const index = this.indexes[db] as ExpiryIndex;
    return index.nextMs <= nowMs ? entryOf(this.arena, index.nextRef) : 0;
  }

  /**
   * Removes up to `countMax` due fields of the hash in `entry`, of which some field must stay; returns how many.
   * O(log n) for each.
   */
  removeDue(db: number, entry: Ref, nowMs: number, countMax: number): number {
    const { arena } = this;
    const timetable = this.timetableIn(entry);
    const root = this.rootIn(entry);
    const tree = this.open(timetable);
    const dict = this.dict.open(arena, root, this.seed);
    let count = 0;
    for (; count < countMax && tree.weight > 0; count++) {
      tree.seekPosition(0);
      if (tree.scoreHere > nowMs) break;
      const cell = tree.cellHere;
      tree.removeHere();
      dict.remove(dict.hashOf(cell), cell);
      arena.free(cell);
    }
    this.relist(db, entry, root, timetable);
    return count;
  }

  /** The names, as Latin-1 text, of what `removeDue` would remove. */
  dueFields(entry: Ref, nowMs: number, countMax: number): string[] {
    const { arena } = this;
    const tree = this.open(this.timetableIn(entry));
    const names: string[] = [];
    for (let more = tree.weight > 0; more && names.length < countMax; more = tree.next()) {
      if (names.length === 0) tree.seekPosition(0);
      if (tree.scoreHere > nowMs) break;
      const cell = tree.cellHere;
      const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
      const at = memberLengthAt(u8, byteOffset(cell), 0);
      const start = at + varintBytesAt(u8, at);
      names.push(latin1Text(u8, start, start + readVarint(u8, at)));
    }
    return names;
  }

  /** Lists the hash anew after fields of it got or lost an expiry; one without any has no timetable. */
  relist(db: number, entry: Ref, root: Ref, timetable: Ref): void {
    if (this.open(timetable).weight > 0) {
      this.list(db, entry, timetable);
      return;
    }
    this.unlist(db, timetable);
    nameTimetable(this.arena, root, 0);
    this.arena.free(timetable);
  }

  /** Looks up anew from when on a field is due. */
  renewFrom(): void {
    let fromMs = Number.POSITIVE_INFINITY;
    if (this.count > 0) for (const { nextMs } of this.indexes) fromMs = Math.min(fromMs, nextMs);
    this.fromMs = fromMs;
  }

  /** Forgets a database whose blocks are dropped or freed as a whole. */
  clear(db: number): void {
    const index = this.indexes[db] as ExpiryIndex;
    this.count -= index.size;
    index.clear();
  }

  /** Exchanges two databases. */
  swap(a: number, b: number): void {
    const index = this.indexes[a] as ExpiryIndex;
    this.indexes[a] = this.indexes[b] as ExpiryIndex;
    this.indexes[b] = index;
  }

  /** Bytes held outside the arena. */
  get overheadBytes(): number {
    let bytes = 0;
    for (const index of this.indexes) bytes += index.overheadBytes;
    return bytes;
  }

  private open(timetable: Ref): ScoreTree {
    return this.tree.open(this.arena, timetable, TIMES_TREE_AT);
  }

  private firstMs(timetable: Ref): number {
    const tree = this.open(timetable);
    tree.seekPosition(0);
    return tree.scoreHere;
  }

  private timetableIn(entry: Ref): Ref {
    const flags = (this.arena.u8[segmentOf(entry)] as Uint8Array)[byteOffset(entry)] as number;
    if ((flags & 7) !== TYPE_HASH) return 0;
    const root = this.rootIn(entry);
    return root === 0 ? 0 : timetableOf(this.arena, root);
  }

  private rootIn(entry: Ref): Ref {
    const segment = segmentOf(entry);
    const at = valueAt(this.arena.u8[segment] as Uint8Array, byteOffset(entry));
    return Collections.rootIn(this.arena.data[segment] as DataView, at);
  }
}
