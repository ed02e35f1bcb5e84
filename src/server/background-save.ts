// Background save: writes a snapshot to a file in slices between commands.
//
//   slice ... slice --chunks--> append ... append, sync now and then --> sync, close, rename, sync the folder --> done
//
// Role: drives one Snapshot from its first step to a file under its final name, or to a fault. A slice lasts about a
// millisecond. While clients keep the thread busy, the next one waits WAIT_RATIO times as long as the snapshot has taken
// since: the last slice, and what commands had to write before their changes. So many writes at its start put slices off,
// and over the whole making clients keep their share. While the disk is behind no slice runs.
// Invariants:
//   - the final name holds a whole snapshot, synced, or what it held before.
//   - one operation on the file is under way at a time.
//   - after `done` or `giveUp` the snapshot is detached, and nothing is told any more.

import type { Clock } from "../env/clock.ts";
import type { File, FileFault, Files } from "../env/files.ts";
import type { Snapshot } from "../persistence/snapshot.ts";

const SLICE_US = 1000;
const WAIT_RATIO = 32;
/** Clients whose turns take this part of the time keep a core busy: reading and writing come on top. */
const FULL_PART = 4;
/** How long it waits at most before it looks again how busy clients are. */
const LOOK_US = 5000;
/** Looking at the clock costs as much as a step of few small entries. */
const STEPS_PER_LOOK = 2;
const CHUNK_BYTES = 128 * 1024;
/** Chunks that wait for the disk, altogether, while slices go on. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;
/** With rdb-save-incremental-fsync the disk is never behind by more. */
const SYNC_EVERY_BYTES = 4 * 1024 * 1024;
const SPARES_MAX = 2;

export type SaveFault = {
  readonly what: "opening" | "writing to" | "syncing" | "closing" | "renaming";
  readonly fault: FileFault;
};

/** What is asked of a snapshot. */
export type SnapshotSource = Pick<
  Snapshot,
  "attach" | "detach" | "step" | "take" | "readyBytes" | "heldBytes" | "aheadUs"
>;

export type BackgroundSaveParts = {
  readonly files: Files;
  readonly clock: Clock;
  readonly snapshot: SnapshotSource;
  readonly temporary: string;
  readonly path: string;
  readonly directory: string;
  readonly isIncremental: boolean;
  /** How long clients' turns have taken altogether. */
  readonly busyUs: () => number;
  /** Told of each slice. */
  readonly sliced: (startUs: number, endUs: number) => void;
  readonly done: (fault: SaveFault | undefined) => void;
};

export class BackgroundSave {
  /** The most bytes that were held beside the data. */
  heldBytesMax = 0;
  private readonly parts: BackgroundSaveParts;
  private file: File | undefined = undefined;
  private readonly chunks: Uint8Array[] = [];
  private readonly spares: Uint8Array[] = [];
  private waitingBytes = 0;
  private unsyncedBytes = 0;
  private busySeenUs = 0;
  private lookedUs = 0;
  private isFull = false;
  private isIdle = true;
  private aheadSeenUs = 0;
  private nextSliceUs = 0;
  private isComplete = false;
  private isAppending = false;
  private isSliceDue = false;
  private isOver = false;

  constructor(parts: BackgroundSaveParts) {
    this.parts = parts;
  }

  /** The file that is written, until it has its final name. */
  get temporary(): string {
    return this.parts.temporary;
  }

  /** Attaches the snapshot, which is of this moment, and begins. */
  begin(): void {
    const { files, snapshot, temporary } = this.parts;
    snapshot.attach();
    this.busySeenUs = this.parts.busyUs();
    this.lookedUs = this.parts.clock.monotonicUs();
    this.nextSliceUs = this.lookedUs;
    // One of this name can only be left over from a process that ended in the middle.
    files.unlink(temporary, () =>
      files.open(temporary, "create", (opened) => {
        if (!opened.ok) {
          this.fail("opening", opened.fault);
          return;
        }
        this.file = opened.value;
        if (this.isOver) this.clear();
        else this.dueSlice(0);
      }),
    );
  }

  /** Ends it; the file under its temporary name goes away by itself. */
  giveUp(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.parts.snapshot.detach();
    if (!this.isAppending) this.clear();
  }

  private dueSlice(delayUs: number): void {
    this.isSliceDue = true;
    this.parts.clock.after(delayUs, () => this.slice());
  }

  private slice(): void {
    this.isSliceDue = false;
    if (this.isOver || this.isComplete) return;
    const startUs = this.parts.clock.monotonicUs();
    if (this.mayGoOn(startUs)) this.runSlice(startUs);
    else if (this.parts.snapshot.readyBytes >= CHUNK_BYTES) this.takeChunk();
    this.heldBytesMax = Math.max(this.heldBytesMax, this.parts.snapshot.heldBytes + this.waitingBytes);
    this.maybeAppend();
    // With the disk behind, the end of the next append asks for the next slice.
    if (this.isComplete || this.waitingBytes >= WAITING_BYTES_MAX) return;
    const waitUs = this.isFull ? this.nextSliceUs - this.parts.clock.monotonicUs() : SLICE_US;
    this.dueSlice(this.isIdle ? 0 : Math.max(0, Math.min(waitUs, LOOK_US)));
  }

  // Looks how busy clients have been since the last look. What is not theirs is the snapshot's.
  private mayGoOn(nowUs: number): boolean {
    const { snapshot, busyUs } = this.parts;
    const busy = busyUs();
    const tookUs = busy - this.busySeenUs;
    this.isIdle = tookUs === 0;
    this.isFull = tookUs * FULL_PART > nowUs - this.lookedUs;
    this.busySeenUs = busy;
    this.lookedUs = nowUs;
    const aheadUs = snapshot.aheadUs - this.aheadSeenUs;
    this.aheadSeenUs = snapshot.aheadUs;
    if (!this.isFull) return true;
    this.owe(aheadUs);
    return nowUs >= this.nextSliceUs;
  }

  private owe(tookUs: number): void {
    this.nextSliceUs += WAIT_RATIO * tookUs;
  }

  private runSlice(startUs: number): void {
    const { clock, snapshot, sliced } = this.parts;
    let endUs = startUs;
    while (!this.isComplete && this.waitingBytes < WAITING_BYTES_MAX && endUs - startUs < SLICE_US) {
      for (let i = 0; i < STEPS_PER_LOOK && !this.isComplete; i++) this.isComplete = !snapshot.step();
      if (snapshot.readyBytes >= CHUNK_BYTES || this.isComplete) this.takeChunk();
      endUs = clock.monotonicUs();
    }
    if (this.isComplete) snapshot.detach();
    this.nextSliceUs = endUs;
    this.owe(endUs - startUs);
    this.lookedUs = endUs;
    sliced(startUs, endUs);
  }

  private takeChunk(): void {
    const { bytes, sizeBytes } = this.parts.snapshot.take(
      this.spares.pop() ?? new Uint8Array(CHUNK_BYTES + CHUNK_BYTES / 4),
    );
    this.chunks.push(bytes.subarray(0, sizeBytes));
    this.waitingBytes += sizeBytes;
  }

  private maybeAppend(): void {
    const { file, chunks } = this;
    if (file === undefined || this.isAppending) return;
    const first = chunks.shift();
    if (first === undefined) {
      if (this.isComplete) this.finish(file);
      return;
    }
    this.isAppending = true;
    file.append(first, (result) => {
      this.isAppending = false;
      const count = result.ok ? result.value : 0;
      this.waitingBytes -= count;
      this.unsyncedBytes += count;
      if (this.isOver) {
        this.clear();
        return;
      }
      // The base of an empty data set may be an empty file.
      if (!result.ok || (count === 0 && first.length > 0)) {
        this.fail("writing to", result.ok ? "EIO" : result.fault);
        return;
      }
      if (count < first.length) chunks.unshift(first.subarray(count));
      else if (this.spares.length < SPARES_MAX && first.byteOffset === 0) {
        this.spares.push(new Uint8Array(first.buffer));
      }
      if (this.parts.isIncremental && this.unsyncedBytes >= SYNC_EVERY_BYTES) this.syncSome(file);
      else this.goOn();
    });
  }

  private syncSome(file: File): void {
    this.isAppending = true;
    this.unsyncedBytes = 0;
    file.sync((result) => {
      this.isAppending = false;
      if (this.isOver) this.clear();
      else if (!result.ok) this.fail("syncing", result.fault);
      else this.goOn();
    });
  }

  private goOn(): void {
    this.maybeAppend();
    if (!this.isComplete && !this.isSliceDue && this.waitingBytes < WAITING_BYTES_MAX) this.dueSlice(0);
  }

  private finish(file: File): void {
    const { files, temporary, path, directory } = this.parts;
    this.isAppending = true;
    // A sync that failed is not tried again: the pages it was about may be gone.
    const then =
      (what: SaveFault["what"], next: () => void) => (result: { ok: boolean; fault?: FileFault }) => {
        if (this.isOver) this.clear();
        else if (!result.ok) this.fail(what, result.fault ?? "EIO");
        else next();
      };
    file.sync(
      then("syncing", () =>
        file.close(
          then("closing", () => {
            this.file = undefined;
            files.rename(
              temporary,
              path,
              then("renaming", () =>
                files.syncDirectory(
                  directory,
                  then("syncing", () => {
                    this.isOver = true;
                    this.parts.done(undefined);
                  }),
                ),
              ),
            );
          }),
        ),
      ),
    );
  }

  private fail(what: SaveFault["what"], fault: FileFault): void {
    if (this.isOver) return;
    this.isOver = true;
    this.parts.snapshot.detach();
    this.clear();
    this.parts.done({ what, fault });
  }

  // Whatever comes of it: a file left behind is overwritten by the next one of its name.
  private clear(): void {
    const { files, temporary } = this.parts;
    const { file } = this;
    this.file = undefined;
    this.chunks.length = 0;
    const unlink = (): void => files.unlink(temporary, () => {});
    if (file === undefined) unlink();
    else file.close(unlink);
  }
}
