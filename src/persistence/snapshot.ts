// Snapshot: all databases as they were at one moment, as the bytes of an RDB file or as requests, made while the data goes on changing.
//
// Role: a pure walk. It has a sink, which whoever drives it empties (server/background-save.ts), and is asked for one
// step after the other, between commands. What is about to change is written before it does (BeforeChange).
//
//   dict, by ascending hash     | done .................. | walk -> | done | not yet ... | done | not yet ..... |
//                                                                   a key of it has changed
//
// A dict's walk goes by ranges of hashes (hash-ranges.ts), so it stays whole while tables split and join. Before a key
// changes whose range is not done, all keys of that range are written, as a fork copies the page that is written to.
// Large collections that are met are written later, piece by piece; one that is about to change is first written to its
// end. What must be written while a collection is half done goes into `aside` until it is done.
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
import { HashRanges } from "./hash-ranges.ts";
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

/** Ranges of one step: some ten microseconds when their entries are small. */
const RANGES_PER_STEP = 8;
/** Bytes summed at once, soon after they are written: a whole chunk would be a pause before that code is compiled. */
const SUMMED_PER_STEP = 8 * 1024;
/** Of so many ranges that commands have to write, one is timed; a power of two. */
const TIMED_EVERY = 16;

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
  /** To tell what commands have to write before their changes takes. */
  readonly nowUs?: () => number;
  /** Of such a file: the second that is noted in front; 0: none is. */
  readonly stampS?: number;
};

type Walk = {
  readonly owner: Databases;
  /** The number of its database at the start. */
  readonly db: number;
  readonly dict: Dict;
  /** All keys of those that are done are written, or wait in `larges`. */
  readonly ranges: HashRanges;
  /** Hashes of large collections that are not begun. */
  readonly larges: Set<number>;
};

type Large = { readonly walk: Walk; readonly hash: number };

/** A run of items, and which database is selected at its end; -1: unknown. */
type Run = { sink: ByteSink; db: number };

export class Snapshot implements BeforeChange {
  /** Keys there were at the start. */
  readonly keysTotal: number;
  keysWritten = 0;
  /** About how long commands were kept by what they had to write, in microseconds. */
  aheadUs = 0;
  private aheadCount = 0;
  private readonly options: SnapshotOptions;
  private readonly writing: WriteOptions;
  private readonly walks: Walk[] = [];
  // The walk of each database as they are numbered now, for each shard.
  private readonly current = new Map<Databases, (Walk | undefined)[]>();
  private readonly main: Run = { sink: new ByteSink(), db: -1 };
  private readonly aside: Run = { sink: new ByteSink(), db: -1 };
  // Those that have changed meanwhile are no longer in their walk's set.
  private readonly larges: Large[] = [];
  private active: (Large & { readonly pieces: Pieces }) | undefined = undefined;
  private readonly view = new EntryView(new Uint8Array(0));
  private readonly checksum = new Crc64();
  // Keys of each database at the start, and those with an expiry.
  private readonly sizes: { keys: number; expiring: number }[] = [];
  private readonly resized = new Set<number>();
  private walking = 0;
  /** Bytes of the main sink that the checksum has taken in. */
  private summedBytes = 0;
  private isSealed = false;

  constructor(options: SnapshotOptions) {
    this.options = options;
    this.writing = { isCompressed: options.isCompressed, isKeyed: true };
    let total = 0;
    for (const owner of options.shards) {
      const walks = owner.dicts.map((dict, db): Walk | undefined => {
        if (dict.size === 0) return undefined;
        total += dict.size;
        return { owner, db, dict, ranges: new HashRanges(dict.size), larges: new Set() };
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
    this.sumSome();
    if (this.active !== undefined) {
      if (this.active.pieces.next().done === true) this.endActive();
      return true;
    }
    const large = this.larges.pop();
    if (large !== undefined) {
      if (large.walk.larges.delete(large.hash)) this.beginLarge(large);
      return true;
    }
    const walk = this.walks[this.walking];
    if (walk === undefined) {
      this.seal();
      return false;
    }
    const range = walk.ranges.next();
    if (range >= 0) this.writeRanges(walk, range, walk.ranges.endOfRun(range, RANGES_PER_STEP), -1);
    else if (range === -2) this.walking++;
    return true;
  }

  /** Bytes that are ready to be taken. */
  get readyBytes(): number {
    return this.main.sink.sizeBytes;
  }

  /** All bytes held. */
  get heldBytes(): number {
    let bytes = this.main.sink.bytes.length + this.aside.sink.bytes.length;
    for (const { ranges } of this.walks) bytes += ranges.sizeBytes;
    return bytes;
  }

  /** Gives away what is ready, in a buffer that is the caller's; `spare` takes its place. */
  take(spare: Uint8Array): { readonly bytes: Uint8Array; readonly sizeBytes: number } {
    const { sink } = this.main;
    const { bytes, sizeBytes } = sink;
    if (!this.isSealed) this.sum(sizeBytes);
    this.summedBytes = 0;
    sink.bytes = spare;
    sink.sizeBytes = 0;
    return { bytes, sizeBytes };
  }

  // --- BeforeChange ---

  changing(owner: Databases, db: number, hash: number): void {
    const walk = this.current.get(owner)?.[db];
    if (walk === undefined) return;
    const range = walk.ranges.rangeOf(hash);
    if (!walk.ranges.isDone(range)) this.writeAhead(walk, range, hash >>> 0);
    else if (this.active !== undefined || this.larges.length > 0) this.finishLarge(walk, hash >>> 0);
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
    walk.dict.scanRange(hash, hash + 1, (ref) => {
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
    const { active } = this;
    if (active !== undefined && active.walk === walk && active.hash === hash) {
      for (const _ of active.pieces);
      this.endActive();
    }
    if (!walk.larges.delete(hash)) return;
    walk.dict.scanRange(hash, hash + 1, (ref) => {
      if (this.isLarge(walk, ref)) this.writeWhole(walk, ref);
    });
  }

  // --- writing ---

  private writeAhead(walk: Walk, range: number, changing: number): void {
    const { nowUs } = this.options;
    if (nowUs === undefined || (this.aheadCount++ & (TIMED_EVERY - 1)) !== 0) {
      this.writeRanges(walk, range, range + 1, changing);
      return;
    }
    const startUs = nowUs();
    this.writeRanges(walk, range, range + 1, changing);
    this.aheadUs += (nowUs() - startUs) * TIMED_EVERY;
  }

  // Writes the keys of ranges [from, to), but for large collections of other hashes than `changing`.
  private writeRanges(walk: Walk, from: number, to: number, changing: number): void {
    const { ranges, larges } = walk;
    for (let range = from; range < to; range++) ranges.done(range);
    walk.dict.scanRange(ranges.firstHash(from), ranges.firstHash(to), (ref, hash) => {
      if (hash === changing || !this.isLarge(walk, ref)) {
        this.writeWhole(walk, ref);
      } else if (!larges.has(hash)) {
        larges.add(hash);
        this.larges.push({ walk, hash });
      }
    });
    this.sumSome();
  }

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
    this.sum(sink.sizeBytes);
    sink.reserve(8);
    // Nothing was summed where no checksum is wanted, and the checksum of nothing is 0.
    this.checksum.writeTo(sink.bytes, sink.sizeBytes);
    sink.sizeBytes += 8;
  }

  private sumSome(): void {
    this.sum(Math.min(this.main.sink.sizeBytes, this.summedBytes + SUMMED_PER_STEP));
  }

  // Takes the main sink's bytes up to `end` into the checksum.
  private sum(end: number): void {
    if (this.options.hasChecksum) this.checksum.update(this.main.sink.bytes, this.summedBytes, end);
    this.summedBytes = end;
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
