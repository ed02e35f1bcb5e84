// Disk: the disk ports of a node, over its machine's store, with the faults of disks.
//
// Role: src/env/files.ts with completions as turns of the node, each some time after it was asked for and in order
// for one file and one directory; and src/env/disk.ts, whose calls block: they cost the node time instead.
// Invariants:
//   - a failed sync is told once, and its pages are then as good as clean: whoever tries again is told that all is well.
//   - nothing is told to a process that has ended; what it had written stays with the system.

import type { Disk, DiskFault } from "../../src/env/disk.ts";
import type { BlockingFiles, Done, File, FileFault, Files } from "../../src/env/files.ts";
import type { Result } from "../../src/env/net.ts";
import { blockingFiles } from "./blocking-files.ts";
import type { Chance } from "./chance.ts";
import type { FaultName } from "./faults.ts";
import { due, type Ground, rolls } from "./ground.ts";
import { directoryOf, Store, type StoredFile } from "./store.ts";

/** What a disk needs of the node whose process uses it. */
export interface DiskUser {
  readonly id: number;
  readonly generation: number;
  readonly isUp: boolean;
  readonly localUs: number;
  post(channel: number, work: { fire(): void }): void;
  /** The fault counts as handled when a command has run. */
  awaitRun?(name: FaultName): void;
  channelOf(name: string): number;
  /** The present turn takes this much longer. */
  spend(us: number): void;
}

const OPERATION_US = [20, 30, 40, 60, 80, 100, 150, 400] as const;
const SYNC_US = [200, 400, 500, 800, 1000, 2000, 5000, 20_000] as const;
const texts: Record<FileFault, string> = {
  EIO: "Input/output error",
  ENOSPC: "No space left on device",
  ENOENT: "No such file or directory",
  EEXIST: "File exists",
  EACCES: "Permission denied",
};

export class SimulatedDisk implements Disk, Files {
  readonly store = new Store();
  private readonly ground: Ground;
  private readonly user: DiskUser;
  private readonly chance: Chance;
  private readonly channel: number;
  private fullUntilUs = 0;
  private stalledUntilUs = 0;
  private hadFault = false;
  /** When the last operation of a file or a directory completes. */
  private readonly busyUntilUs = new Map<string, number>();

  constructor(ground: Ground, user: DiskUser) {
    this.ground = ground;
    this.user = user;
    this.chance = ground.stream(`disk/${user.id}`);
    this.channel = user.channelOf("disk");
  }

  // --- what is done to it ---

  fill(untilUs: number): void {
    this.fullUntilUs = Math.max(this.fullUntilUs, untilUs);
  }

  stall(untilUs: number): void {
    this.stalledUntilUs = Math.max(this.stalledUntilUs, untilUs);
  }

  /** Flips one bit of a file; false when it has none. */
  rot(path: string): boolean {
    const file = this.store.get(path);
    if (file === undefined || file.length === 0) return false;
    file.rot.set(this.chance.below(file.length), 1 << this.chance.below(8));
    return true;
  }

  losePower(): void {
    const { ground } = this;
    this.busyUntilUs.clear();
    const tornPages = ground.rate("disk.torn-on-power-loss");
    const lostNames = ground.rate("disk.rename-lost");
    const lost = this.store.losePower(this.chance, { tornPages, lostNames });
    if (lost.pages > 0) this.happened("disk.torn-on-power-loss", `${lost.pages} pages`);
    if (lost.names > 0) this.happened("disk.rename-lost", `${lost.names} names`);
  }

  heal(): void {
    this.fullUntilUs = 0;
    this.stalledUntilUs = 0;
    for (const file of this.store.visible.values()) file.rot.clear();
  }

  /** Puts a file there, durable, as whoever installs a machine does. */
  install(path: string, text: string): void {
    const file = this.store.create(path);
    const bytes = bytesOf(text);
    file.append(bytes, bytes.length);
    file.sync();
    this.store.syncDirectory(directoryOf(path));
  }

  /** A file's text, without any fault; undefined when it is not there. */
  installed(path: string): string | undefined {
    const file = this.store.get(path);
    return file === undefined ? undefined : textOf(file.read(0, file.length));
  }

  // --- Disk: calls that block ---

  readText(path: string): ReturnType<Disk["readText"]> {
    this.spend(OPERATION_US);
    const file = this.store.get(path);
    if (file === undefined) return { ok: false, fault: faultOf("ENOENT") };
    if (this.fails("disk.read-eio", path)) return { ok: false, fault: faultOf("EIO") };
    return { ok: true, text: textOf(file.read(0, file.length)) };
  }

  replaceText(path: string, text: string): DiskFault | undefined {
    const temporary = `${path}.tmp`;
    const fault = this.writeWhole(temporary, text);
    if (fault !== undefined) {
      this.store.unlink(temporary);
      return faultOf(fault);
    }
    this.spend(OPERATION_US);
    this.store.rename(temporary, path);
    this.spend(SYNC_US);
    this.store.syncDirectory(directoryOf(path));
    return undefined;
  }

  appendText(path: string, text: string): DiskFault | undefined {
    this.spend(OPERATION_US);
    if (this.isFull) return faultOf("ENOSPC");
    if (this.fails("disk.write-eio", path)) return faultOf("EIO");
    const bytes = bytesOf(text);
    (this.store.get(path) ?? this.store.create(path)).append(bytes, bytes.length);
    return undefined;
  }

  enterFolder(path: string): ReturnType<Disk["enterFolder"]> {
    return { ok: true, path: path.startsWith("/") ? path : "/data" };
  }

  // --- BlockingFiles ---

  /** The same files for those who wait for them. `hasFaults`: else nothing ever fails. */
  blocking(hasFaults: boolean): BlockingFiles {
    const awaited = (name: FaultName, result: Result<void, FileFault>): Result<void, FileFault> => {
      if (!result.ok) this.user.awaitRun?.(name);
      return result;
    };
    return blockingFiles({
      store: this.store,
      chance: this.chance,
      operation: () => this.spend(OPERATION_US),
      sync: (path, file) => {
        this.spend(SYNC_US);
        if (hasFaults) return awaited("disk.sync-fails-once", this.syncFile(path, file));
        file.sync();
        return fine;
      },
      syncDirectory: (directory) => {
        this.spend(SYNC_US);
        this.store.syncDirectory(directory);
      },
      syncLater: (path, file, done) => {
        // What is written while it is under way need not be covered.
        const { length } = file;
        this.complete(path, SYNC_US, () =>
          done(awaited("disk.sync-fails-once", this.syncFile(path, file, length))),
        );
      },
      fails: (name, path) => {
        const isHit = hasFaults && this.fails(name, path);
        if (isHit) this.user.awaitRun?.(name);
        return isHit;
      },
      isFull: () => {
        if (hasFaults && this.isFull) this.user.awaitRun?.("disk.full");
        return hasFaults && this.isFull;
      },
    });
  }

  /** Whether anything has failed since this was asked before. */
  takeFault(): boolean {
    const had = this.hadFault || this.isFull;
    this.hadFault = false;
    return had;
  }

  /** Cuts a file that was torn when the power went, as whoever repairs it does; false when it was not torn. */
  repair(path: string, length: number): boolean {
    const file = this.store.get(path);
    if (file === undefined || !file.wasTorn || length > file.length) return false;
    file.truncate(length);
    file.sync();
    return true;
  }

  // --- Files: calls that complete later ---

  open(
    path: string,
    how: "append" | "read" | "create",
    done: (result: Result<File, FileFault>) => void,
  ): void {
    const found = this.store.get(path);
    if (how === "read" && found === undefined)
      this.complete(path, OPERATION_US, () => done(failed("ENOENT")));
    else if (how === "create" && found !== undefined)
      this.complete(path, OPERATION_US, () => done(failed("EEXIST")));
    else {
      const file = found ?? this.store.create(path);
      this.complete(path, OPERATION_US, () => done({ ok: true, value: this.handle(path, file) }));
    }
  }

  rename(from: string, to: string, done: Done): void {
    const result = this.store.rename(from, to) ? fine : failed("ENOENT");
    this.complete(directoryOf(to), OPERATION_US, () => done(result));
  }

  unlink(path: string, done: Done): void {
    const result = this.store.unlink(path) ? fine : failed("ENOENT");
    this.complete(directoryOf(path), OPERATION_US, () => done(result));
  }

  list(directory: string, done: (result: Result<readonly string[], FileFault>) => void): void {
    const value = this.store.list(directory);
    this.complete(directory, OPERATION_US, () => done({ ok: true, value }));
  }

  syncDirectory(directory: string, done: Done): void {
    this.complete(directory, SYNC_US, () => {
      this.store.syncDirectory(directory);
      done(fine);
    });
  }

  private handle(path: string, file: StoredFile): File {
    return {
      append: (bytes, done) => {
        const room = this.isFull ? "ENOSPC" : this.fails("disk.write-eio", path) ? "EIO" : undefined;
        let count = bytes.length;
        if (room === undefined && count > 1 && this.fails("disk.short-append", path)) {
          count = 1 + this.chance.below(count - 1);
        }
        this.complete(path, OPERATION_US, () => {
          if (room !== undefined) {
            done(failed(room));
            return;
          }
          file.append(bytes, count);
          done({ ok: true, value: count });
        });
      },
      readAt: (offset, length, done) => {
        const isBad = this.fails("disk.read-eio", path);
        this.complete(path, OPERATION_US, () =>
          done(isBad ? failed("EIO") : { ok: true, value: file.read(offset, length) }),
        );
      },
      truncate: (length, done) => {
        this.complete(path, OPERATION_US, () => {
          file.truncate(length);
          done(fine);
        });
      },
      sync: (done) => {
        this.complete(path, SYNC_US, () => done(this.syncFile(path, file)));
      },
      close: (done) => {
        this.complete(path, OPERATION_US, () => done(fine));
      },
    };
  }

  private syncFile(path: string, file: StoredFile, length = file.length): Result<void, FileFault> {
    if (file.dirty.size > 0 && this.fails("disk.sync-fails-once", path)) {
      file.forgetDirty();
      return failed("EIO");
    }
    file.sync(length);
    return fine;
  }

  private writeWhole(path: string, text: string): FileFault | undefined {
    this.spend(OPERATION_US);
    if (this.isFull) return "ENOSPC";
    const file = this.store.create(path);
    if (this.fails("disk.write-eio", path)) return "EIO";
    const bytes = bytesOf(text);
    file.append(bytes, bytes.length);
    this.spend(SYNC_US);
    const synced = this.syncFile(path, file);
    return synced.ok ? undefined : synced.fault;
  }

  private get isFull(): boolean {
    return this.user.localUs < this.fullUntilUs;
  }

  private fails(name: FaultName, path: string): boolean {
    if (!rolls(this.ground.rate(name), this.chance)) return false;
    if (name !== "disk.slow") this.hadFault = true;
    this.ground.fired(name, this.user.id, path);
    return true;
  }

  private happened(name: FaultName, text: string): void {
    this.ground.fired(name, this.user.id, text);
    this.user.awaitRun?.(name);
  }

  private delayUs(costs: readonly number[]): number {
    let delay = this.chance.pick(costs);
    if (this.fails("disk.slow", "")) delay *= 10;
    return delay + Math.max(0, this.stalledUntilUs - this.user.localUs);
  }

  private spend(costs: readonly number[]): void {
    this.user.spend(this.delayUs(costs));
    this.ground.handled("disk.slow");
  }

  private complete(place: string, costs: readonly number[], work: () => void): void {
    const { user, ground } = this;
    const { generation } = user;
    const atUs = Math.max(user.localUs + this.delayUs(costs), this.busyUntilUs.get(place) ?? 0);
    this.busyUntilUs.set(place, atUs);
    const tell = due(() => {
      ground.handled("disk.slow");
      if (user.isUp && user.generation === generation) user.post(this.channel, due(work));
    });
    ground.queue.push(atUs, 0, tell);
  }
}

const fine: Result<void, FileFault> = { ok: true, value: undefined };

function failed(fault: FileFault): { readonly ok: false; readonly fault: FileFault } {
  return { ok: false, fault };
}

function faultOf(code: FileFault): DiskFault {
  return { code, text: texts[code] };
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
