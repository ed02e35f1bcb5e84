// Snapshot: all databases as they were at one moment, as the bytes of an RDB file or as requests, made while the data goes on changing.
//
// Role: a pure walk. It has a sink, which whoever drives it empties (server/background-save.ts), and is asked for one
// step after the other, between commands. What is about to change is written before it does (BeforeChange).
//
//   dict, by ascending hash     | written ........ | cursor | .. ahead .. not written yet .. |
//                                                             written before its time, or new: in `ahead`
//
// A dict's walk goes by hash, so it stays whole while tables split and join. Before a key changes whose hash the cursor
// has not passed, all keys with that hash are written, and the hash is remembered. Large collections that the cursor comes
// to are written piece by piece; one that is about to change is first written to its end. What must be written while a
// collection is half done goes into `aside` until it is done.
// A walk belongs to the dict, not to the number of its database: SWAPDB moves it, and a flushed dict stays until its
// walk is over.
// Invariants:
//   - every key that was there at the start is written once, as it was then, under the database it was in.
//   - nothing made after the start is written.
//   - nothing may move entries meanwhile: no defragmentation.

import type { BeforeChange } from "../keyspace/before-change.ts";
import { Collections } from "../keyspace/collections.ts";
import type { Databases } from "../keyspace/databases.ts";
import { EntryView } from "../keyspace/entry-view.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { Crc64 } from "../lib/crc64.ts";
import type { Ref } from "../store/arena.ts";
import type { Dict } from "../store/dict.ts";
import { TYPE_STREAM, TYPE_STRING } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import { rdbVersion, rdbVersionTimed, writeEntry } from "./dump-payload.ts";
import { HashSet32 } from "./hash-set.ts";
import { opcode, signature } from "./rdb-format.ts";
import { writeInteger, writeLength, writeString } from "./rdb-string.ts";
import {
  type UseWords,
  writeKeyRequest,
  writeLibraryRequest,
  writeSelectRequest,
  writeStamp,
} from "./request-form.ts";
import { ELEMENTS_PER_PIECE, type Pieces, type WriteOptions } from "./value-codec.ts";

/** Entries of one step, when they are small: some ten microseconds. */
const ENTRIES_PER_STEP = 32;
/** The cursor of a dict that has been walked. */
const WALKED = 2 ** 32;

export type SnapshotOptions = {
  /** All databases of all shards. */
  readonly shards: readonly Databases[];
  /** The codes of the libraries of functions. */
  readonly libraries: readonly Uint8Array[];
  /** Facts about the file, for whoever reads it. */
  readonly aux: readonly (readonly [name: string, value: string | number])[];
  readonly isCompressed: boolean;
  /** Without it the file's checksum is 0, which nobody checks. */
  readonly hasChecksum: boolean;
  /** What is written of how keys were used. */
  readonly use: "none" | "idle" | "frequency";
  /** Not an RDB file, but the requests that make the same data (request-form.ts). */
  readonly isRequests?: boolean;
  /** Of such a file: the second that is noted in front; 0: none is. */
  readonly stampS?: number;
};

type Walk = {
  readonly owner: Databases;
  /** The number of its database at the start. */
  readonly db: number;
  readonly dict: Dict;
  /** Entries with smaller hashes (as uint32) are written, or wait in `larges`. */
  cursor: number;
  readonly ahead: HashSet32;
};

type Large = { readonly walk: Walk; readonly hash: number };

/** A run of items, and which database is selected at its end; -1: unknown. */
type Run = { sink: ByteSink; db: number };

export class Snapshot implements BeforeChange {
  /** Keys there were at the start. */
  readonly keysTotal: number;
  keysWritten = 0;
  private readonly options: SnapshotOptions;
  private readonly writing: WriteOptions;
  private readonly walks: Walk[] = [];
  // The walk of each database as they are numbered now, for each shard.
  private readonly current = new Map<Databases, (Walk | undefined)[]>();
  private readonly main: Run = { sink: new ByteSink(), db: -1 };
  private readonly aside: Run = { sink: new ByteSink(), db: -1 };
  private readonly larges: Large[] = [];
  private active: (Large & { readonly pieces: Pieces }) | undefined = undefined;
  private readonly view = new EntryView(new Uint8Array(0));
  private readonly checksum = new Crc64();
  // Keys of each database at the start, and those with an expiry.
  private readonly sizes: { keys: number; expiring: number }[] = [];
  private readonly resized = new Set<number>();
  private walking = 0;
  private isSealed = false;

  constructor(options: SnapshotOptions) {
    this.options = options;
    this.writing = { isCompressed: options.isCompressed, isKeyed: true };
    let total = 0;
    for (const owner of options.shards) {
      const walks = owner.dicts.map((dict, db): Walk | undefined => {
        if (dict.size === 0) return undefined;
        total += dict.size;
        return { owner, db, dict, cursor: 0, ahead: new HashSet32() };
      });
      this.current.set(owner, walks);
    }
    this.keysTotal = total;
    // One database after the other, as Redis writes them, each from all shards.
    const databases = options.shards[0]?.dicts.length ?? 0;
    for (let db = 0; db < databases; db++) {
      const sizes = { keys: 0, expiring: 0 };
      for (const owner of options.shards) {
        const walk = this.current.get(owner)?.[db];
        if (walk !== undefined) this.walks.push(walk);
        sizes.keys += walk?.dict.size ?? 0;
        sizes.expiring += owner.expiries[db]?.size ?? 0;
      }
      this.sizes.push(sizes);
    }
    this.writeFront();
  }

  /** From now on the data may change between two steps. */
  attach(): void {
    for (const owner of this.options.shards) owner.snapshot = this;
  }

  /** Ends it, whether it is complete or not. */
  detach(): void {
    for (const owner of this.options.shards) if (owner.snapshot === this) owner.snapshot = undefined;
  }

  /** Does a little of the work; false when all is written. */
  step(): boolean {
    if (this.isSealed) return false;
    if (this.active !== undefined) {
      if (this.active.pieces.next().done === true) this.endActive();
      return true;
    }
    const large = this.larges.shift();
    if (large !== undefined) {
      this.beginLarge(large);
      return true;
    }
    const walk = this.walks[this.walking];
    if (walk === undefined) {
      this.seal();
      return false;
    }
    if (walk.cursor === WALKED) {
      walk.ahead.clear();
      this.walking++;
      return true;
    }
    const { dict, ahead } = walk;
    const next = dict.scan(walk.cursor, ENTRIES_PER_STEP, (ref) => {
      const hash = dict.hashOfEntry(ref);
      if (ahead.has(hash)) return;
      if (this.isLarge(walk, ref)) this.larges.push({ walk, hash });
      else this.writeWhole(walk, ref);
    });
    walk.cursor = next === 0 ? WALKED : next;
    return true;
  }

  /** Bytes that are ready to be taken. */
  get readyBytes(): number {
    return this.main.sink.sizeBytes;
  }

  /** All bytes held. */
  get heldBytes(): number {
    let bytes = this.main.sink.bytes.length + this.aside.sink.bytes.length;
    for (const { ahead } of this.walks) bytes += ahead.sizeBytes;
    return bytes;
  }

  /** Gives away what is ready, in a buffer that is the caller's; `spare` takes its place. */
  take(spare: Uint8Array): { readonly bytes: Uint8Array; readonly sizeBytes: number } {
    const { sink } = this.main;
    const { bytes, sizeBytes } = sink;
    if (!this.isSealed) this.sum(bytes, sizeBytes);
    sink.bytes = spare;
    sink.sizeBytes = 0;
    return { bytes, sizeBytes };
  }

  // --- BeforeChange ---

  changing(owner: Databases, db: number, hash: number): void {
    const walk = this.current.get(owner)?.[db];
    if (walk === undefined) return;
    if (hash >>> 0 < walk.cursor) {
      if (this.active !== undefined || this.larges.length > 0) this.finishLarge(walk, hash);
      return;
    }
    const { dict, ahead } = walk;
    if (!ahead.add(hash, (each) => each >>> 0 >= walk.cursor)) return;
    if (dict.findByHash(hash) === 0) return;
    this.eachWithHash(dict, hash, (ref) => this.writeWhole(walk, ref));
  }

  flushing(owner: Databases, db: number): void {
    const walks = this.current.get(owner);
    if (walks !== undefined) walks[db] = undefined;
  }

  swapping(owner: Databases, a: number, b: number): void {
    const walks = this.current.get(owner);
    if (walks === undefined) return;
    const walk = walks[a];
    walks[a] = walks[b];
    walks[b] = walk;
  }

  needs(dict: Dict): boolean {
    for (let i = this.walking; i < this.walks.length; i++) if (this.walks[i]?.dict === dict) return true;
    return false;
  }

  // --- large collections ---

  private isLarge({ owner }: Walk, ref: Ref): boolean {
    if (owner.isString(ref)) return false;
    const { view } = this;
    owner.fill(view, ref);
    const root = Collections.rootIn(view.data, view.valueStart);
    return root !== 0 && (view.type === TYPE_STREAM || owner.collections.size(root) > ELEMENTS_PER_PIECE);
  }

  private beginLarge(large: Large): void {
    const { walk, hash } = large;
    const refs: Ref[] = [];
    this.eachWithHash(walk.dict, hash, (ref) => {
      if (this.isLarge(walk, ref)) refs.push(ref);
    });
    // Two of one hash are a chance in 2^32: all but the last are written at once.
    for (const ref of refs.slice(0, -1)) this.writeWhole(walk, ref);
    const last = refs[refs.length - 1];
    const pieces = last === undefined ? undefined : this.write(walk, last, this.main);
    if (pieces !== undefined) this.active = { walk, hash, pieces };
  }

  private endActive(): void {
    this.active = undefined;
    const { main, aside } = this;
    if (aside.sink.sizeBytes === 0) return;
    main.sink.copy(aside.sink.bytes, 0, aside.sink.sizeBytes);
    main.db = aside.db;
    aside.sink = new ByteSink();
    aside.db = -1;
  }

  // Keys with this hash are about to change: what is left of the large ones among them is written now.
  private finishLarge(walk: Walk, hash: number): void {
    const { active, larges } = this;
    if (active !== undefined && active.walk === walk && active.hash === hash) {
      for (const _ of active.pieces);
      this.endActive();
    }
    const index = larges.findIndex((each) => each.walk === walk && each.hash === hash);
    if (index < 0) return;
    // The queue holds a hash once for each key that has it.
    for (let i = larges.length - 1; i >= 0; i--) {
      if (larges[i]?.walk === walk && larges[i]?.hash === hash) larges.splice(i, 1);
    }
    this.eachWithHash(walk.dict, hash, (ref) => {
      if (this.isLarge(walk, ref)) this.writeWhole(walk, ref);
    });
  }

  private eachWithHash(dict: Dict, hash: number, visit: (ref: Ref) => void): void {
    dict.scan(hash >>> 0, 1, (ref) => {
      if (dict.hashOfEntry(ref) === hash) visit(ref);
    });
  }

  // --- writing ---

  private writeWhole(walk: Walk, ref: Ref): void {
    const pieces = this.write(walk, ref, this.active === undefined ? this.main : this.aside);
    if (pieces !== undefined) for (const _ of pieces);
  }

  private write(walk: Walk, ref: Ref, run: Run): Pieces | undefined {
    const { owner, db } = walk;
    const { view, writing, options } = this;
    const { sink } = run;
    view.owner = owner;
    view.db = db;
    owner.fill(view, ref);
    this.keysWritten++;
    // A hash without a field that is still alive could not be read.
    if (view.type !== TYPE_STRING && !view.hasExpiry && owner.isOver(view)) return undefined;
    if (run.db !== db) this.selectDb(run, db);
    if (options.isRequests === true) {
      writeKeyRequest(sink, view, options.isCompressed, this.useOf(owner, ref));
      return undefined;
    }
    if (view.hasExpiry) {
      sink.byte(opcode.expiryMs);
      writeTime(sink, view.expireAtMs);
    }
    if (options.use === "idle") {
      sink.byte(opcode.idle);
      writeLength(sink, owner.access.idleSeconds(owner.accessWordOf(ref)));
    } else if (options.use === "frequency") {
      sink.byte(opcode.frequency);
      sink.byte(owner.access.counter(owner.accessWordOf(ref)));
    }
    return writeEntry(sink, view, writing);
  }

  private useOf(owner: Databases, ref: Ref): UseWords {
    const { use } = this.options;
    if (use === "idle") return ["IDLETIME", owner.access.idleSeconds(owner.accessWordOf(ref))];
    return use === "frequency" ? ["FREQ", owner.access.counter(owner.accessWordOf(ref))] : [];
  }

  private selectDb(run: Run, db: number): void {
    const { sink } = run;
    run.db = db;
    if (this.options.isRequests === true) return writeSelectRequest(sink, db);
    sink.byte(opcode.selectDb);
    writeLength(sink, db);
    if (this.resized.has(db)) return;
    this.resized.add(db);
    const { keys, expiring } = this.sizes[db] as { keys: number; expiring: number };
    sink.byte(opcode.resizeDb);
    writeLength(sink, keys);
    writeLength(sink, expiring);
  }

  private writeFront(): void {
    const { shards, libraries, aux, isCompressed } = this.options;
    const { sink } = this.main;
    if (this.options.isRequests === true) {
      const { stampS = 0 } = this.options;
      if (stampS > 0) writeStamp(sink, stampS);
      for (const code of libraries) writeLibraryRequest(sink, code);
      return;
    }
    // Only a hash with fields that expire needs the newer version, which a Redis before 7.4 does not read.
    const isTimed = shards.some(({ fieldExpiries }) => fieldExpiries.count > 0);
    const version = String(isTimed ? rdbVersionTimed : rdbVersion).padStart(4, "0");
    const front = latin1Bytes(signature + version);
    sink.copy(front, 0, front.length);
    for (const [name, value] of aux) {
      const text = latin1Bytes(name);
      sink.byte(opcode.aux);
      writeString(sink, text, 0, text.length, false);
      if (typeof value === "number") writeInteger(sink, value);
      else {
        const bytes = latin1Bytes(value);
        writeString(sink, bytes, 0, bytes.length, false);
      }
    }
    for (const code of libraries) {
      sink.byte(opcode.library);
      writeString(sink, code, 0, code.length, isCompressed);
    }
  }

  private seal(): void {
    const { sink } = this.main;
    this.isSealed = true;
    if (this.options.isRequests === true) return;
    sink.byte(opcode.end);
    this.sum(sink.bytes, sink.sizeBytes);
    sink.reserve(8);
    // Nothing was summed where no checksum is wanted, and the checksum of nothing is 0.
    this.checksum.writeTo(sink.bytes, sink.sizeBytes);
    sink.sizeBytes += 8;
  }

  private sum(bytes: Uint8Array, sizeBytes: number): void {
    if (this.options.hasChecksum) this.checksum.update(bytes, 0, sizeBytes);
  }
}

// The latest time there is, 2^63 - 1, is kept as the number next to it, which would be a negative one here.
function writeTime(sink: ByteSink, atMs: number): void {
  if (atMs < 2 ** 63) {
    sink.uint64(atMs);
    return;
  }
  for (let i = 0; i < 7; i++) sink.byte(0xff);
  sink.byte(0x7f);
}
