// Defrag: gives memory back after deletes have left the arena's segments sparse.
//
//   idle --(sparse)--> walking: move what stands in the chosen segments --> settling --> idle
//
// The arena chooses the emptiest segments and puts nothing more into them (Arena.beginEvacuation); the walk
// goes through the tables of every database in order of hash, moving tables and entries out of them; a
// segment goes back to the system with its last block. Commands run between two steps: what they make goes
// elsewhere, and a hash as cursor stays right however tables split and merge. An entry that the walk
// misses, because databases were swapped meanwhile, only keeps its segment until another pass.
// While keys are being deleted fast a pass begins later: what it would move may be deleted next.
// Settling waits for flushed databases (Databases.doomed), whose blocks are freed rather than moved.

import type { Ref } from "../store/arena.ts";
import { SEGMENT_BYTES } from "../store/arena.ts";
import type { Dict } from "../store/dict.ts";
import type { Databases } from "./databases.ts";

/** A pass begins when the blocks in use fill less than this share of the shared segments. */
export const FILL_RATIO_LOW = 0.75;
/** The same while memory is being freed: a pass then moves less for each byte it gives back. */
const FILL_RATIO_SHRINKING = 0.4;
/** Memory is being freed when this much less is in use than a while ago. */
const SHRINKING_BYTES = 1024 * 1024;
const WHILE_US = 500_000;
/**
 * A pass that gave less back than this lets the next one wait until as much was freed or taken; each such
 * pass in a row doubles the wait, as when long values leave gaps that none of them fits.
 */
export const REST_BYTES = SEGMENT_BYTES / 4;
/** Bytes moved between two looks at the clock: about 50 us of copying. */
const BYTES_PER_LOOK = 256 * 1024;
const HASHES = 2 ** 32;

export class Defragmenter {
  /** Entries moved since the start. */
  movedEntries = 0;

  private readonly databases: Databases;
  private phase: "idle" | "walking" | "settling" = "idle";
  private db = 0;
  private cursor = 0; // a hash: tables before it are done
  private bytesToLook = 0;
  private isCutShort = false;
  private peakUsedBytes = 0; // since the last pass
  private residentBytesAfter = 0; // the last pass
  private residentBytesBefore = 0;
  private restBytes = REST_BYTES;
  private isShrinking = false;
  private sampledUs = Number.NEGATIVE_INFINITY;
  private sampledUsedBytes = 0;

  private readonly moveEntry = (ref: Ref): Ref => this.maybeMove(ref);

  constructor(databases: Databases) {
    this.databases = databases;
  }

  /**
   * Does some of the work, for about `budgetUs`; the last piece (one table, or one long value) may exceed it.
   * True when there is more to do. Costs next to nothing while there is none.
   */
  step(budgetUs: number, monotonicUs: () => number): boolean {
    const nowUs = monotonicUs();
    this.sample(nowUs);
    if (this.phase === "idle" && !this.maybeBegin()) return false;
    const untilUs = nowUs + budgetUs;
    while (this.phase === "walking") {
      if (!this.databases.collections.moveSome()) this.walkTable();
      if (monotonicUs() >= untilUs) return true;
    }
    if (this.databases.pendingFrees > 0) return true;
    this.end();
    return true;
  }

  private maybeBegin(): boolean {
    const { arena } = this.databases;
    this.peakUsedBytes = Math.max(this.peakUsedBytes, arena.usedBytes);
    // What a flush is about to free is not worth moving for.
    if (this.databases.pendingFrees > 0) return false;
    const isEager = this.databases.probe.buggify("defrag.eager");
    if (!isEager && !this.isWorthIt()) return false;
    this.residentBytesBefore = arena.residentBytes;
    if (arena.beginEvacuation(isEager) === 0) {
      this.rest(REST_BYTES);
      return false;
    }
    this.databases.probe.mark("defrag.began");
    this.phase = "walking";
    this.db = 0;
    this.cursor = 0;
    return true;
  }

  private isWorthIt(): boolean {
    const { arena } = this.databases;
    if (arena.fillRatio >= (this.isShrinking ? FILL_RATIO_SHRINKING : FILL_RATIO_LOW)) return false;
    const freedBytes = this.peakUsedBytes - arena.usedBytes;
    const grownBytes = arena.residentBytes - this.residentBytesAfter;
    return Math.max(freedBytes, grownBytes) >= this.restBytes;
  }

  private sample(nowUs: number): void {
    if (nowUs - this.sampledUs < WHILE_US) return;
    const { usedBytes } = this.databases.arena;
    this.isShrinking = this.sampledUsedBytes - usedBytes >= SHRINKING_BYTES;
    this.sampledUs = nowUs;
    this.sampledUsedBytes = usedBytes;
  }

  private walkTable(): void {
    const dict = this.databases.dicts[this.db] as Dict;
    this.bytesToLook = BYTES_PER_LOOK;
    this.isCutShort = false;
    const next = dict.relocate(this.cursor, this.moveEntry);
    // A table of long values is gone through again from its start: what has moved stays where it is.
    if (this.isCutShort) return;
    this.cursor = next;
    if (next < HASHES) return;
    this.cursor = 0;
    this.db++;
    if (this.db === this.databases.dicts.length) this.phase = "settling";
  }

  private maybeMove(ref: Ref): Ref {
    const { arena, collections, probe } = this.databases;
    let moved = ref;
    if (arena.shouldMove(ref)) {
      if (this.bytesToLook <= 0) {
        this.isCutShort = true;
        return ref;
      }
      this.bytesToLook -= arena.capacityOf(ref);
      this.movedEntries++;
      probe.mark("defrag.moved");
      moved = this.databases.relocate(this.db, ref);
    }
    if (!this.databases.isString(moved)) {
      collections.relocate(moved);
      this.databases.fieldExpiries.relocate(this.db, moved);
    }
    return moved;
  }

  private end(): void {
    const { arena } = this.databases;
    arena.endEvacuation();
    this.phase = "idle";
    const gaveBack = this.residentBytesBefore - arena.residentBytes >= REST_BYTES;
    const longestRest = REST_BYTES + arena.residentBytes / 4;
    // What gave much back may do so again at once; what did not is not worth repeating soon.
    this.rest(gaveBack ? 0 : Math.min(Math.max(REST_BYTES, this.restBytes * 2), longestRest));
  }

  private rest(bytes: number): void {
    const { arena } = this.databases;
    this.restBytes = bytes;
    this.peakUsedBytes = arena.usedBytes;
    this.residentBytesAfter = arena.residentBytes;
  }
}
