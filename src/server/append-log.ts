// Append log: the file to which changes are written, when it is synced, and which replies may leave.
//
//   written: with the system | in the change log's writer | being made
//   ^ safe: synced           ^ written                    ^ position
//
// Role: one increment of an append-only log after the other, from `begin` to `end`. Changes are written with one call
// before the replies of a turn leave, so that the end of the process loses nothing that was answered. What more a reply waits for is
// appendfsync's: `always`: the sync that covers it; all that comes while a few are under way shares the next. `everysec`: nothing,
// unless the sync of the last second is so late that two would be at risk. `no`: nothing.
// Another file begins when the one before it has been synced: until then what changes waits, and the replies to it.
// Faults: what could not be written stays in the writer, is cut off the file, and is tried again every second; after
// a sync that failed the file is not trusted any more, and a rewrite is asked for, whose files take its place. The one does not
// mend the other. Meanwhile writes are refused, and replies to what was not safe yet wait for the end of it.
// Invariants:
//   - a file has whole groups up to `fileBytes`; what may stand behind it after a fault is cut off before more is written.
//   - `safe` never passes what a sync that succeeded has covered; a file has no bytes before all of the last one is safe.
//   - a reply leaves when `releasable` has reached where the log was when it was given, in the order of each client's replies.

import type { Config } from "../config/config.ts";
import type { ChangeLog } from "../connection/change-log.ts";
import type { Client } from "../connection/client.ts";
import type { ReplyGate } from "../connection/reply-gate.ts";
import type { Env } from "../env/env.ts";
import { type BlockingFile, type FileFault, faultTexts } from "../env/files.ts";
import type { LogLevel } from "../env/log.ts";

/** Between two syncs of `everysec`. */
const SYNC_EVERY_US = 1_000_000;
/** A sync that takes longer holds replies back. */
const LATE_US = 2_000_000;
const RETRY_US = 1_000_000;
/** With `always`, so many syncs may be under way: a journal takes several in at once. The pool has a thread more. */
const SYNCS_MAX = 3;
/** Syncs that take longer are had one at a time, and wait for whoever was just answered. */
const LONG_SYNC_US = 2000;
/** How long, as a part of what syncs take. */
const GATHER_PART = 4;
/** What the latest sync weighs in what they usually take. */
const SYNC_WEIGHT = 1 / 8;
/** More is written at once. */
const SHARED_BYTES_MAX = 256 * 1024;
/** So many that have been served may stay in the list. */
const WAITERS_KEPT = 1024;

export type AppendLogParts = {
  readonly env: Env;
  readonly config: Config;
  readonly changes: ChangeLog;
  readonly log: (level: LogLevel, text: string) => void;
  /** A rewrite runs, and no-appendfsync-on-rewrite may ask for quiet. */
  readonly isRewriting: () => boolean;
  /** Writes are refused, or not any more. */
  readonly faultChanged: () => void;
  /** `safe` may have grown, or a rewrite is whole. */
  readonly synced: () => void;
};

type Waiter = { readonly client: Client; readonly position: number };

export class AppendLog implements ReplyGate {
  /** All that one round of the network brings shares a write; each turn has its own where time stands still. */
  sharesWrites = true;
  /** Bytes of whole groups in the present file. */
  fileBytes = 0;
  /** Why the last write failed, if it has not succeeded since. */
  writeFault: FileFault | undefined = undefined;
  /** Why a sync failed, until other files are whole. */
  syncFault: FileFault | undefined = undefined;
  /** Syncs that held replies back. */
  delayedSyncs = 0;
  readonly changes: ChangeLog;
  /** Of what the change log was told: all before is synced, or in a base that is. */
  safe = 0;
  private readonly parts: AppendLogParts;
  private file: BlockingFile | undefined = undefined;
  /** Takes the present file's place when that has been synced. */
  private nextFile: BlockingFile | undefined = undefined;
  /** Counts the files; of the one whose sync failed. */
  private number = 0;
  private faultNumber = 0;
  /** Syncs of the present file that are under way, and up to where the last one that was begun covers all. */
  private syncs = 0;
  private syncedTo = 0;
  /** What syncs have taken lately. */
  private usualSyncUs = 0;
  /** Replies that wait for the sync that is to begin next, and how many there will be once all have asked again. */
  private joined = 0;
  private expected = 0;
  private gatherUntilUs = 0;
  private isGatherDue = false;
  private isSyncDue = false;
  private isWriteDue = false;
  private syncStartUs = 0;
  private isLate = false;
  private isCutDue = false;
  private retryUs = 0;
  private toldAtFault = 0;
  private readonly waiters: Waiter[] = [];
  private firstWaiter = 0;

  constructor(parts: AppendLogParts) {
    this.parts = parts;
    this.changes = parts.changes;
  }

  /** A file is being written. */
  get isOpen(): boolean {
    return this.file !== undefined;
  }

  get isSyncing(): boolean {
    return this.syncs > 0;
  }

  /** The present file cannot be trusted. */
  get isBroken(): boolean {
    return this.syncFault !== undefined;
  }

  get fault(): FileFault | undefined {
    return this.syncFault ?? this.writeFault;
  }

  /** Writes what there is; true when nothing is left that would have to be written before another file begins. */
  get isDrained(): boolean {
    this.flush();
    return this.changes.readyBytes === 0 && this.nextFile === undefined;
  }

  /** Goes on with another file, which is whole up to its end. Only when it `isDrained`, and not while a group is open. */
  begin(file: BlockingFile): void {
    this.number++;
    this.changes.beginFile();
    if (this.file === undefined) {
      this.safe = this.written;
      this.enter(file);
      return;
    }
    this.nextFile = file;
    this.startSync();
  }

  /** The present file holds what was loaded, and a sync of it has failed in a process before: as if in this one. */
  distrust(): void {
    this.syncFault = "EIO";
    this.faultNumber = this.number;
    this.failed(
      "A sync of the AOF file had failed when it was last written: it is written anew before writes are taken.",
    );
  }

  /** A rewrite is whole that began at `position`: after a sync that failed its files take the place of those before. */
  rewritten(position: number): void {
    this.advance(position);
    if (this.syncFault === undefined || this.faultNumber >= this.number) return;
    this.syncFault = undefined;
    this.syncedTo = this.safe;
    this.solved("fsync");
    this.maybeSync();
  }

  /**
   * Writes and syncs all there is, blocking, and closes the file; what failed, if anything did. Who waits then is cut off:
   * what was run for them meanwhile is not in the log. `isForgotten`: the log is given up, and promises nothing any more.
   */
  end(isForgotten = false): FileFault | undefined {
    if (this.file === undefined) return undefined;
    const fault = this.syncNow();
    this.file.close();
    this.nextFile?.close();
    this.file = undefined;
    this.nextFile = undefined;
    this.writeFault = undefined;
    this.syncFault = undefined;
    this.isCutDue = false;
    if (isForgotten) this.releaseUpTo(Number.POSITIVE_INFINITY);
    else this.cutOffWaiters();
    this.changes.clear();
    this.safe = this.written;
    return fault;
  }

  /** Writes and syncs all there is, blocking; what failed, if anything did. */
  syncNow(): FileFault | undefined {
    this.flush();
    if (this.file === undefined) return undefined;
    if (this.syncFault !== undefined) return this.syncFault;
    const fault = this.file.sync();
    if (fault !== undefined) {
      this.failSync(fault);
      return fault;
    }
    this.advance(this.written);
    if (this.nextFile !== undefined) {
      this.enterNext();
      return this.syncNow();
    }
    this.release();
    return this.writeFault;
  }

  /** The cron's: syncs every second, retries, and late syncs. */
  tick(): void {
    if (this.file === undefined) return;
    const nowUs = this.parts.env.clock.monotonicUs();
    if (this.writeFault === undefined) this.flush();
    else if (nowUs >= this.retryUs) this.retry(nowUs);
    const { appendfsync, noAppendfsyncOnRewrite } = this.parts.config;
    if (this.isSyncing) {
      const isLate = appendfsync === "everysec" && nowUs - this.syncStartUs > LATE_US;
      if (isLate && !this.isLate) {
        this.delayedSyncs++;
        this.parts.log(
          "notice",
          "Asynchronous AOF fsync is taking too long (disk is busy?). Replies to writes wait for it.",
        );
      }
      this.isLate = isLate;
      return;
    }
    this.isLate = false;
    const isQuiet = noAppendfsyncOnRewrite && this.parts.isRewriting();
    if (appendfsync === "everysec" && !isQuiet && nowUs - this.syncStartUs >= SYNC_EVERY_US) this.maybeSync();
    if (appendfsync === "always") this.dueSync();
    this.release();
  }

  // --- ReplyGate ---

  get position(): number {
    return this.written + this.changes.readyBytes;
  }

  passes(): boolean {
    if (this.maybeShare()) return false;
    const wasFine = this.fault === undefined;
    this.flush();
    if (this.fault === undefined) return this.position <= this.releasable;
    if (wasFine) return false;
    // What was asked meanwhile and changes nothing is answered.
    const { told } = this.changes;
    const isNew = told !== this.toldAtFault;
    this.toldAtFault = told;
    return !isNew;
  }

  holds(client: Client): void {
    this.joined++;
    this.waiters.push({ client, position: this.position });
  }

  settle(): void {
    if (this.changes.readyBytes > 0 && !this.maybeShare()) this.flush();
  }

  private get written(): number {
    return this.changes.written;
  }

  private advance(to: number): void {
    if (to > this.safe) this.safe = to;
    this.parts.synced();
  }

  // --- writing ---

  // Puts the write off to the end of this round, when there is something to write and it is not much yet.
  private maybeShare(): boolean {
    const { readyBytes } = this.changes;
    if (!this.sharesWrites || readyBytes === 0 || readyBytes > SHARED_BYTES_MAX || this.fault !== undefined) {
      return false;
    }
    if (this.isWriteDue) return true;
    this.isWriteDue = true;
    this.parts.env.clock.after(0, this.writeShared);
    return true;
  }

  private readonly writeShared = (): void => {
    this.isWriteDue = false;
    this.flush();
    if (this.parts.config.appendfsync === "always") this.maybeSync();
    this.release();
  };

  // Writes what is ready, unless that must wait.
  private flush(): void {
    const { changes, file } = this;
    const count = changes.readyBytes;
    if (count === 0 || file === undefined || this.nextFile !== undefined || this.writeFault !== undefined)
      return;
    const fault = this.cut(file) ?? file.append(changes.writer.bytes, 0, count);
    if (fault !== undefined) {
      this.isCutDue = true;
      this.writeFault = fault;
      this.retryUs = this.parts.env.clock.monotonicUs() + RETRY_US;
      this.failed(`Error writing to the AOF file: ${faultTexts[fault]}`);
      return;
    }
    changes.dropReady();
    this.fileBytes += count;
    if (this.parts.config.appendfsync === "always" && !this.sharesWrites) this.dueSync();
  }

  // Takes off the file what a write that failed has left there.
  private cut(file: BlockingFile): FileFault | undefined {
    if (!this.isCutDue) return undefined;
    const fault = file.truncate(this.fileBytes);
    if (fault === undefined) this.isCutDue = false;
    return fault;
  }

  private retry(nowUs: number): void {
    this.retryUs = nowUs + RETRY_US;
    const { file, changes } = this;
    if (file === undefined) return;
    const fault = this.cut(file) ?? file.append(changes.writer.bytes, 0, changes.readyBytes);
    if (fault !== undefined) {
      this.isCutDue = true;
      this.writeFault = fault;
      return;
    }
    this.fileBytes += changes.readyBytes;
    changes.dropReady();
    this.writeFault = undefined;
    this.solved("write");
    this.release();
  }

  private failSync(fault: FileFault): void {
    this.syncFault = fault;
    this.faultNumber = this.nextFile === undefined ? this.number : this.number - 1;
    this.failed(`Fail to fsync the AOF file: ${faultTexts[fault]}`);
  }

  private failed(text: string): void {
    this.toldAtFault = this.changes.told;
    this.parts.log("warning", text);
    this.parts.faultChanged();
  }

  private solved(what: "write" | "fsync"): void {
    this.parts.log("warning", `AOF ${what} error looks solved, Redis can write again.`);
    this.parts.faultChanged();
  }

  // --- files ---

  private enter(file: BlockingFile): void {
    this.file = file;
    this.fileBytes = file.sizeBytes;
    this.isCutDue = false;
    this.syncs = 0;
    this.syncedTo = this.written;
  }

  // The present file is synced, or will not be.
  private enterNext(): void {
    const { file, nextFile } = this;
    if (nextFile === undefined) return;
    file?.close();
    this.nextFile = undefined;
    this.enter(nextFile);
    this.flush();
  }

  // --- syncing ---

  // Once the network has had its turn, so that all that came with it shares the sync.
  private dueSync(): void {
    if (this.isSyncDue || this.syncFault !== undefined || this.safe >= this.written) return;
    this.isSyncDue = true;
    this.parts.env.clock.after(0, () => {
      this.isSyncDue = false;
      this.maybeSync();
    });
  }

  private maybeSync(): void {
    if (this.syncFault !== undefined || this.syncedTo >= this.written) return;
    const isMany = this.parts.config.appendfsync === "always" && this.usualSyncUs < LONG_SYNC_US;
    if (this.syncs < (isMany ? SYNCS_MAX : 1) && !this.isGathering) this.startSync();
  }

  // Where syncs are long, one that begins with the first request of many makes the others wait for two. Those who were
  // answered by the last one are likely to ask again at once: they are waited for, for a short time, as long as some are missing.
  private get isGathering(): boolean {
    const { clock } = this.parts.env;
    if (this.joined >= this.expected || this.usualSyncUs < LONG_SYNC_US) return false;
    const leftUs = this.gatherUntilUs - clock.monotonicUs();
    if (leftUs <= 0) return false;
    if (!this.isGatherDue) {
      this.isGatherDue = true;
      clock.after(leftUs, () => {
        this.isGatherDue = false;
        this.maybeSync();
      });
    }
    return true;
  }

  private startSync(): void {
    const { file } = this;
    if (file === undefined) return;
    const to = this.written;
    this.syncedTo = to;
    this.syncs++;
    this.joined = 0;
    this.expected = 0;
    const startUs = this.parts.env.clock.monotonicUs();
    this.syncStartUs = startUs;
    file.syncLater((result) => {
      // It may have been synced otherwise meanwhile, or closed.
      if (this.file !== file) return;
      this.syncs--;
      this.isLate = false;
      // After one that failed, a sync says nothing about what was written before.
      if (!result.ok) this.failSync(result.fault);
      else if (this.syncFault === undefined) this.advance(to);
      // Nothing is written between the wish for another file and its beginning.
      if (this.nextFile !== undefined && (!result.ok || to === this.written)) this.enterNext();
      const nowUs = this.parts.env.clock.monotonicUs();
      this.usualSyncUs += (nowUs - startUs - this.usualSyncUs) * SYNC_WEIGHT;
      const joined = this.joined;
      const released = this.release();
      if (this.parts.config.appendfsync !== "always") return;
      this.expected = joined + released;
      this.gatherUntilUs = nowUs + this.usualSyncUs / GATHER_PART;
      this.maybeSync();
    });
  }

  // --- replies ---

  // How far replies may leave.
  private get releasable(): number {
    if (this.parts.config.appendfsync === "always") return this.safe;
    return this.isLate ? this.safe : this.written;
  }

  // How many replies could leave.
  private release(): number {
    if (this.syncFault !== undefined || this.firstWaiter === this.waiters.length) return 0;
    return this.releaseUpTo(this.releasable);
  }

  private releaseUpTo(position: number): number {
    const { waiters } = this;
    let released = 0;
    // Whoever goes on may have to wait again, behind all others.
    while (this.firstWaiter < waiters.length) {
      const { client, position: wanted } = waiters[this.firstWaiter] as Waiter;
      if (wanted > position) break;
      this.firstWaiter++;
      released++;
      client.releaseReplies(position);
    }
    if (this.firstWaiter === waiters.length || this.firstWaiter >= WAITERS_KEPT) {
      waiters.splice(0, this.firstWaiter);
      this.firstWaiter = 0;
    }
    return released;
  }

  // What they were about to be told cannot be promised: they learn that they do not know.
  private cutOffWaiters(): void {
    for (const { client } of this.waiters.splice(0)) client.closeNow();
    this.firstWaiter = 0;
  }
}
