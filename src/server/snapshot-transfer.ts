// Snapshot transfer: one snapshot on its way to those replicas that asked for it together.
//
//   by mark:    snapshot --chunks--> every replica at its own end of the network, the slowest sets the pace
//               "$EOF:" mark, the bytes, the mark
//   by length:  snapshot --chunks--> file --when all is there--> each replica at its own pace
//               "$" length, the bytes
//
// Role: the slices are BackgroundSave's; what that takes for a file is the replicas, or a file nobody else reads.
// Invariants:
//   - whoever leaves holds nobody up; without anybody left the snapshot is given up.
//   - at most one part is with the network for each replica, and a few chunks are held for all.
//   - the file goes away with the last that is sent it.

import type { Env } from "../env/env.ts";
import { type Done, type File, type FileFault, type Files, faultTexts } from "../env/files.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { BackgroundSave, type SnapshotSource } from "./background-save.ts";
import type { Replica } from "./replica.ts";

const READ_BYTES = 128 * 1024;

export type SnapshotTransferParts = {
  readonly env: Env;
  readonly snapshot: SnapshotSource;
  /** Where the stream stands at this moment. */
  readonly offset: number;
  /** Forty characters; undefined: the length is said in front. */
  readonly mark: string | undefined;
  /** A name that nothing has. */
  readonly path: string;
  readonly busyUs: () => number;
  readonly sliced: (startUs: number, endUs: number) => void;
  /** The snapshot is whole, or not wanted any more. */
  readonly saved: (fault: string | undefined) => void;
};

const fine = { ok: true, value: undefined } as const;
const nothing = (done: Done): void => done(fine);

export class SnapshotTransfer {
  readonly offset: number;
  readonly members = new Set<Replica>();
  /** The snapshot is not whole yet. */
  isSaving = true;
  private readonly parts: SnapshotTransferParts;
  private readonly save: BackgroundSave;
  private sizeBytes = 0;
  private file: File | undefined = undefined;
  // Those who have not taken the present chunk, and what is to be done when all have.
  private readonly awaited = new Set<Replica>();
  private afterwards: (() => void) | undefined = undefined;

  constructor(parts: SnapshotTransferParts) {
    this.parts = parts;
    this.offset = parts.offset;
    const { env, snapshot, path, busyUs, sliced } = parts;
    this.save = new BackgroundSave({
      files: this.isMarked ? this.network() : this.spool(),
      clock: env.clock,
      snapshot,
      temporary: path,
      path,
      directory: "",
      isIncremental: false,
      busyUs,
      sliced,
      done: (fault) => this.done(fault?.fault),
    });
  }

  get isMarked(): boolean {
    return this.parts.mark !== undefined;
  }

  /** Another one may be sent the same: nobody has been sent anything yet. */
  get takesMore(): boolean {
    return this.isSaving && !this.isMarked;
  }

  /** The snapshot is of this moment. */
  begin(): void {
    if (this.isMarked) {
      for (const member of this.members) member.state = "send_bulk";
    }
    this.save.begin();
  }

  /** Ends it for everybody. */
  giveUp(): void {
    this.members.clear();
    if (!this.isSaving) return this.removeFile();
    this.isSaving = false;
    this.save.giveUp();
  }

  /** Ends it as the process does. */
  stop(): void {
    this.giveUp();
    if (!this.isMarked) this.parts.env.blockingFiles.unlink(this.parts.path);
  }

  /** A member is gone. */
  left(replica: Replica): void {
    this.members.delete(replica);
    this.took(replica);
    if (this.members.size > 0) return;
    const { isSaving } = this;
    this.giveUp();
    if (isSaving) this.parts.saved(undefined);
  }

  private done(fault: FileFault | undefined): void {
    this.isSaving = false;
    if (fault !== undefined) {
      for (const each of [...this.members]) each.client.closeNow();
      this.parts.saved(faultTexts[fault]);
      return;
    }
    this.parts.saved(undefined);
    if (this.isMarked) {
      this.sendToAll(latin1Bytes(this.parts.mark as string), () => {
        for (const each of [...this.members]) this.finish(each);
      });
    } else this.sendFile();
  }

  private finish(member: Replica): void {
    this.members.delete(member);
    if (this.members.size === 0) this.removeFile();
    member.received(this.isMarked);
  }

  // --- by mark ---

  private network(): Files {
    const { clock } = this.parts.env;
    const file: File = {
      // Whoever writes may be in the middle of something.
      append: (bytes, done) =>
        this.sendToAll(bytes, () => clock.after(0, () => done({ ok: true, value: bytes.length }))),
      readAt: (_offset, _length, done) => done({ ok: false, fault: "EIO" }),
      truncate: (_length, done) => nothing(done),
      sync: nothing,
      close: nothing,
    };
    return {
      open: (_path, _how, done) =>
        this.sendToAll(latin1Bytes(`$EOF:${this.parts.mark}\r\n`), () => done({ ok: true, value: file })),
      rename: (_from, _to, done) => nothing(done),
      unlink: (_path, done) => nothing(done),
      list: (_directory, done) => done({ ok: true, value: [] }),
      syncDirectory: (_directory, done) => nothing(done),
    };
  }

  private sendToAll(bytes: Uint8Array, afterwards: () => void): void {
    this.afterwards = afterwards;
    for (const each of this.members) this.awaited.add(each);
    for (const each of [...this.members]) each.send(bytes, () => this.took(each));
  }

  private took(member: Replica): void {
    if (!this.awaited.delete(member) || this.awaited.size > 0) return;
    const { afterwards } = this;
    this.afterwards = undefined;
    afterwards?.();
  }

  // --- by length ---

  // It need not outlive the process: nothing is synced, and it keeps its name.
  private spool(): Files {
    const { files } = this.parts.env;
    return {
      open: (path, how, done) =>
        files.open(path, how, (opened) => {
          if (!opened.ok) return done(opened);
          const file = opened.value;
          done({
            ok: true,
            value: {
              append: (bytes, appended) =>
                file.append(bytes, (result) => {
                  if (result.ok) this.sizeBytes += result.value;
                  appended(result);
                }),
              readAt: (offset, length, read) => file.readAt(offset, length, read),
              truncate: (length, truncated) => file.truncate(length, truncated),
              sync: nothing,
              close: (closed) => file.close(closed),
            },
          });
        }),
      rename: (_from, _to, done) => nothing(done),
      unlink: (path, done) => files.unlink(path, done),
      list: (directory, done) => files.list(directory, done),
      syncDirectory: (_directory, done) => nothing(done),
    };
  }

  private sendFile(): void {
    const { env, path } = this.parts;
    env.files.open(path, "read", (opened) => {
      if (!opened.ok) {
        for (const each of [...this.members]) each.client.closeNow();
        return;
      }
      this.file = opened.value;
      if (this.members.size === 0) return this.removeFile();
      for (const each of [...this.members]) {
        each.state = "send_bulk";
        each.send(latin1Bytes(`$${this.sizeBytes}\r\n`), () => this.sendPart(each, 0));
      }
    });
  }

  private sendPart(member: Replica, at: number): void {
    const { file } = this;
    if (file === undefined || !this.members.has(member)) return;
    if (at >= this.sizeBytes) return this.finish(member);
    file.readAt(at, Math.min(READ_BYTES, this.sizeBytes - at), (read) => {
      if (!this.members.has(member)) return;
      if (!read.ok || read.value.length === 0) return member.client.closeNow();
      const next = at + read.value.length;
      member.send(read.value, () => this.sendPart(member, next));
    });
  }

  private removeFile(): void {
    if (this.isMarked) return;
    const { file } = this;
    const { env, path } = this.parts;
    this.file = undefined;
    if (file !== undefined) file.close(() => env.files.unlink(path, () => {}));
    else if (!this.isSaving) env.files.unlink(path, () => {});
  }
}
