// Blocking files: src/env/files.ts for those who wait for the disk, over a machine's store, with the faults of disks.
//
// Role: each call costs the node time and has its outcome at once; only `syncLater` completes in a turn of its own. An
// append that fails may have written some of its bytes, as a disk that fills up does.

import type { BlockingFile, BlockingFiles, Done, FileFault } from "../../src/env/files.ts";
import type { Result } from "../../src/env/net.ts";
import type { Chance } from "./chance.ts";
import type { FaultName } from "./faults.ts";
import type { Store, StoredFile } from "./store.ts";

/** What they need of the disk that they are of. */
export type BlockingDisk = {
  readonly store: Store;
  readonly chance: Chance;
  /** Takes the time of an operation. */
  readonly operation: () => void;
  readonly sync: (path: string, file: StoredFile) => Result<void, FileFault>;
  readonly syncDirectory: (directory: string) => void;
  readonly syncLater: (path: string, file: StoredFile, done: Done) => void;
  readonly fails: (name: FaultName, path: string) => boolean;
  readonly isFull: () => boolean;
};

export function blockingFiles(disk: BlockingDisk): BlockingFiles {
  const { store } = disk;
  return {
    open(path, how) {
      disk.operation();
      const found = store.get(path);
      if (how === "read" && found === undefined) return { ok: false, fault: "ENOENT" };
      if (how === "read" && disk.fails("disk.read-eio", path)) return { ok: false, fault: "EIO" };
      if (how !== "read" && found === undefined && disk.isFull()) return { ok: false, fault: "ENOSPC" };
      const file = how !== "create" && found !== undefined ? found : store.create(path);
      return { ok: true, value: handle(disk, path, file) };
    },
    rename(from, to) {
      disk.operation();
      if (disk.fails("disk.write-eio", to)) return "EIO";
      return store.rename(from, to) ? undefined : "ENOENT";
    },
    unlink(path) {
      disk.operation();
      return store.unlink(path) ? undefined : "ENOENT";
    },
    list(directory) {
      disk.operation();
      return { ok: true, value: store.list(directory) };
    },
    makeDirectory() {
      disk.operation();
      return undefined;
    },
    syncDirectory(directory) {
      disk.syncDirectory(directory);
      return undefined;
    },
  };
}

function handle(disk: BlockingDisk, path: string, file: StoredFile): BlockingFile {
  let isClosed = false;
  return {
    sizeBytes: file.length,
    append(bytes, start, end) {
      disk.operation();
      const size = end - start;
      const fault = disk.isFull() ? "ENOSPC" : disk.fails("disk.write-eio", path) ? "EIO" : undefined;
      if (fault === undefined && !(size > 1 && disk.fails("disk.short-append", path))) {
        file.append(bytes.subarray(start, end), size);
        return undefined;
      }
      // Who writes the rest of a short append meets what made it short.
      const taken = fault === "EIO" || size < 2 ? 0 : disk.chance.below(size);
      file.append(bytes.subarray(start, start + taken), taken);
      return fault ?? "ENOSPC";
    },
    readAt(offset, target, start, end) {
      disk.operation();
      if (disk.fails("disk.read-eio", path)) return { ok: false, fault: "EIO" };
      const bytes = file.read(offset, end - start);
      target.set(bytes, start);
      return { ok: true, value: bytes.length };
    },
    truncate(length) {
      disk.operation();
      if (disk.fails("disk.write-eio", path)) return "EIO";
      file.truncate(length);
      return undefined;
    },
    sync() {
      const synced = disk.sync(path, file);
      return synced.ok ? undefined : synced.fault;
    },
    syncLater(done) {
      disk.syncLater(path, file, (result) => {
        if (!isClosed) done(result);
      });
    },
    close() {
      isClosed = true;
    },
  };
}
