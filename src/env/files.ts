// Files port: what data kept on disk will need of the disk: appending, syncing, renaming, and what each of them means
// when the power goes. Implemented by the simulation; the real one comes with the log that needs it.
//
// Contract: operations on one file, and operations on one directory, complete in the order in which they were given.
// What `append` and `truncate` did is durable after a `sync` of that file that succeeded; what `open` (where it made
// the file), `rename` and `unlink` did, after a `syncDirectory` of the directory that succeeded. After a `sync` that
// failed nothing is known about what was written since the last good one: a later sync that succeeds vouches for
// later writes only.

import type { Result } from "./net.ts";

export type FileFault = "EIO" | "ENOSPC" | "ENOENT" | "EEXIST" | "EACCES";

export type Done = (result: Result<void, FileFault>) => void;

export interface Files {
  /** "append" makes the file if it is not there, "create" fails if it is, "read" fails unless it is. */
  open(
    path: string,
    how: "append" | "read" | "create",
    done: (result: Result<File, FileFault>) => void,
  ): void;
  /** Replaces what `to` was. Visible at once. */
  rename(from: string, to: string, done: Done): void;
  unlink(path: string, done: Done): void;
  /** Names without the directory, in order of their bytes. */
  list(directory: string, done: (result: Result<readonly string[], FileFault>) => void): void;
  syncDirectory(directory: string, done: Done): void;
}

export interface File {
  /** The bytes may not be touched until `done`, which says how many were taken: possibly fewer. */
  append(bytes: Uint8Array, done: (result: Result<number, FileFault>) => void): void;
  /** Fewer bytes than asked for at the end of the file. */
  readAt(offset: number, length: number, done: (result: Result<Uint8Array, FileFault>) => void): void;
  truncate(length: number, done: Done): void;
  sync(done: Done): void;
  close(done: Done): void;
}
