// Files port: what data kept on disk needs of the disk: appending, syncing, renaming, and what each of them means
// when the power goes.
//
// Contract: operations on one file, and operations on one directory, complete in the order in which they were given.
// What `append` and `truncate` did is durable after a `sync` of that file that succeeded; what `open` (where it made
// the file), `rename` and `unlink` did, after a `syncDirectory` of the directory that succeeded. After a `sync` that
// failed nothing is known about what was written since the last good one: a later sync that succeeds vouches for
// later writes only.

import type { Result } from "./net.ts";

export type FileFault = "EIO" | "ENOSPC" | "ENOENT" | "EEXIST" | "EACCES";

/** What a person is told of a fault. */
export const faultTexts: Readonly<Record<FileFault, string>> = {
  EIO: "Input/output error",
  ENOSPC: "No space left on device",
  ENOENT: "No such file or directory",
  EEXIST: "File exists",
  EACCES: "Permission denied",
};

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

/**
 * The same disk for whoever must have the answer before anything else happens, such as SAVE: each call blocks the
 * thread. What holds of `Files` holds here.
 */
export interface BlockingFiles {
  /**
   * "create" makes the file, or empties the one that is there; "append" makes it if it is not there, and keeps what it
   * holds; "read" fails unless it is.
   */
  open(path: string, how: "read" | "create" | "append"): Result<BlockingFile, FileFault>;
  /** Names without the directory, in order of their bytes. */
  list(directory: string): Result<readonly string[], FileFault>;
  /** Nothing happens when it is there. Durable after a `syncDirectory` of the one that holds it. */
  makeDirectory(path: string): FileFault | undefined;
  rename(from: string, to: string): FileFault | undefined;
  unlink(path: string): FileFault | undefined;
  syncDirectory(directory: string): FileFault | undefined;
}

export interface BlockingFile {
  /** As it was when the file was opened. */
  readonly sizeBytes: number;
  /** Appends bytes[start, end), all of them; after a fault some may be there. */
  append(bytes: Uint8Array, start: number, end: number): FileFault | undefined;
  /** Fills target[start, end) from `offset` on; how many bytes there were, fewer at the end of the file. */
  readAt(offset: number, target: Uint8Array, start: number, end: number): Result<number, FileFault>;
  truncate(length: number): FileFault | undefined;
  sync(): FileFault | undefined;
  /**
   * As `sync`, of what has been appended so far, without blocking; `done` comes in a later turn. Several may be under way, and
   * complete in any order; each says for itself whether all that it covers is durable.
   */
  syncLater(done: Done): void;
  /** Told nothing more, even of a sync that is under way. */
  close(): void;
}
