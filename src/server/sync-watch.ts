// Sync watch: how far the append-only log has been synced, whatever replies wait for.
//
//   bytes that were told to the log since the server started:
//   synced | written to files | waiting to be written
//          ^ safe             ^ written
//
// Role: stands between the log and its files, and sees each sync that begins and how it ends. When files are synced and
// which replies wait for it is append-log.ts's; who wants to know of the sync itself (WAITAOF) asks here.
// Invariants:
//   - `safe` never passes what had been written when a sync began that succeeded, or what a whole rewrite holds.
//   - after a sync that failed `safe` stands still until a rewrite is whole: a later sync says nothing about earlier bytes.

import type { BlockingFile, Done, FileFault } from "../env/files.ts";
import type { Result } from "../env/net.ts";

export class SyncWatch {
  /** Bytes. */
  safe = 0;
  private isBroken = false;
  private readonly written: () => number;
  private readonly advanced: () => void;

  /** `written`: bytes that were written so far. `advanced` is called whenever `safe` has grown, or may have. */
  constructor(written: () => number, advanced: () => void) {
    this.written = written;
    this.advanced = advanced;
  }

  /** `file`, watched: the log gets this one in its place. */
  watched(file: BlockingFile): BlockingFile {
    return new WatchedFile(this, file);
  }

  /** How far a sync covers that begins now. */
  begin(): number {
    return this.written();
  }

  /** A sync has ended that covers all up to `to`. */
  end(to: number, fault: FileFault | undefined): void {
    if (fault !== undefined) this.isBroken = true;
    else if (!this.isBroken) this.advance(to);
  }

  /** A rewrite is whole that holds all up to `position`. `isMended`: syncs can be trusted, from this one on if not before. */
  rewritten(position: number, isMended: boolean): void {
    if (isMended) this.isBroken = false;
    this.advance(position);
  }

  private advance(to: number): void {
    if (to > this.safe) this.safe = to;
    this.advanced();
  }
}

class WatchedFile implements BlockingFile {
  readonly sizeBytes: number;
  private readonly watch: SyncWatch;
  private readonly file: BlockingFile;

  constructor(watch: SyncWatch, file: BlockingFile) {
    this.watch = watch;
    this.file = file;
    this.sizeBytes = file.sizeBytes;
  }

  append(bytes: Uint8Array, start: number, end: number): FileFault | undefined {
    return this.file.append(bytes, start, end);
  }

  readAt(offset: number, target: Uint8Array, start: number, end: number): Result<number, FileFault> {
    return this.file.readAt(offset, target, start, end);
  }

  truncate(length: number): FileFault | undefined {
    return this.file.truncate(length);
  }

  sync(): FileFault | undefined {
    const to = this.watch.begin();
    const fault = this.file.sync();
    this.watch.end(to, fault);
    return fault;
  }

  syncLater(done: Done): void {
    const to = this.watch.begin();
    this.file.syncLater((result) => {
      this.watch.end(to, result.ok ? undefined : result.fault);
      done(result);
    });
  }

  close(): void {
    this.file.close();
  }
}
