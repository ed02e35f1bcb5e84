// Log folder: the directory of an append-only log: its manifest, the names of its files, and how a new manifest takes
// the place of the old one: written beside it, synced, renamed, and the directory synced.
//
// Role: knows paths and the order of calls, for a start, which may block, and for a server that serves.
// Invariant: the manifest on disk is always a whole one, and after a `write` that succeeded the new one, whatever
// happens.

import type { Env } from "../env/env.ts";
import type { BlockingFiles, FileFault, Files } from "../env/files.ts";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import {
  emptyManifest,
  formatManifest,
  type LogManifest,
  type ManifestFault,
  parseManifest,
} from "../persistence/log-manifest.ts";

/** Room for a hundred thousand files. A size is not believed before memory is taken for it. */
export const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;

export type LogNames = { readonly directory: string; readonly folder: string; readonly filename: string };

export type ReadManifest =
  | { readonly kind: "none" }
  | { readonly kind: "read"; readonly manifest: LogManifest }
  | { readonly kind: "failed"; readonly reason: string };

export class LogFolder {
  readonly names: LogNames;
  private readonly env: Env;

  constructor(env: Env, names: LogNames) {
    this.env = env;
    this.names = names;
  }

  /** The folder's own path. */
  get path(): string {
    const { directory, folder } = this.names;
    return directory === "." ? folder : `${directory}/${folder}`;
  }

  /** The path of a file in it. */
  pathOf(name: string): string {
    return `${this.path}/${name}`;
  }

  get manifestName(): string {
    return `${this.names.filename}.manifest`;
  }

  /** A file that is there while what the log holds may be with the system alone: a sync has failed. */
  get unsyncedName(): string {
    return `${this.names.filename}.unsynced`;
  }

  /** Where a log of one file stands, as servers before Redis 7 had it. */
  get oldPath(): string {
    const { directory, filename } = this.names;
    return directory === "." ? filename : `${directory}/${filename}`;
  }

  baseName(sequence: number, isSnapshot: boolean): string {
    return `${this.names.filename}.${sequence}.base.${isSnapshot ? "rdb" : "aof"}`;
  }

  incrementName(sequence: number): string {
    return `${this.names.filename}.${sequence}.incr.aof`;
  }

  /** Reads the manifest that is there. */
  read(): ReadManifest {
    const failed = (reason: string): ReadManifest => ({ kind: "failed", reason });
    const { manifestName } = this;
    const read = readManifest(this.env.blockingFiles, this.pathOf(manifestName));
    switch (read.kind) {
      case "read":
        return read;
      case "unopened":
        if (read.fault === "ENOENT") return { kind: "none" };
        return failed(`Fatal error: can't open the AOF manifest file ${manifestName}`);
      case "unreadable":
        return failed(`Read error of the AOF manifest file ${manifestName}`);
      default: {
        const { line, text, reason } = read.fault;
        return failed(
          `FATAL AOF MANIFEST FILE ERROR: reading the manifest file, at line ${line} >>> '${text}' ${reason}`,
        );
      }
    }
  }

  /** Makes the folder if it is not there, durably. */
  make(): FileFault | undefined {
    const { blockingFiles } = this.env;
    return blockingFiles.makeDirectory(this.path) ?? blockingFiles.syncDirectory(this.names.directory);
  }

  /** Puts a manifest in the old one's place before it returns. */
  writeNow(manifest: LogManifest): FileFault | undefined {
    const { blockingFiles: files } = this.env;
    const temporary = this.pathOf(this.temporaryName);
    const opened = files.open(temporary, "create");
    if (!opened.ok) return opened.fault;
    const file = opened.value;
    const bytes = latin1Bytes(formatManifest(manifest));
    const fault = file.append(bytes, 0, bytes.length) ?? file.sync();
    file.close();
    return fault ?? files.rename(temporary, this.pathOf(this.manifestName)) ?? files.syncDirectory(this.path);
  }

  /** As `writeNow`, without blocking. One at a time. */
  write(manifest: LogManifest, done: (fault: FileFault | undefined) => void): void {
    const { files } = this.env;
    const temporary = this.pathOf(this.temporaryName);
    const bytes = latin1Bytes(formatManifest(manifest));
    files.unlink(temporary, () =>
      writeWhole(files, temporary, bytes, (fault) => {
        if (fault !== undefined) return done(fault);
        files.rename(temporary, this.pathOf(this.manifestName), (renamed) => {
          if (!renamed.ok) return done(renamed.fault);
          files.syncDirectory(this.path, (synced) => done(synced.ok ? undefined : synced.fault));
        });
      }),
    );
  }

  get isUnsynced(): boolean {
    const opened = this.env.blockingFiles.open(this.pathOf(this.unsyncedName), "read");
    if (opened.ok) opened.value.close();
    return opened.ok;
  }

  /**
   * Notes that a sync has failed, or that it matters no more. Not synced: with the power goes what the note is about.
   */
  setUnsynced(isUnsynced: boolean): FileFault | undefined {
    const { blockingFiles } = this.env;
    const path = this.pathOf(this.unsyncedName);
    if (!isUnsynced) return blockingFiles.unlink(path);
    const opened = blockingFiles.open(path, "create");
    if (!opened.ok) return opened.fault;
    opened.value.close();
    return undefined;
  }

  /** Deletes files that no manifest names any more; `done` in any case. */
  unlink(names: readonly string[], done: () => void): void {
    const [first, ...rest] = names;
    if (first === undefined) return done();
    this.env.files.unlink(this.pathOf(first), () => this.unlink(rest, done));
  }

  private get temporaryName(): string {
    return `temp-${this.manifestName}`;
  }
}

/** What stands in the manifest at `path`, or why that cannot be known. */
export function readManifest(
  files: BlockingFiles,
  path: string,
):
  | { readonly kind: "read"; readonly manifest: LogManifest }
  | { readonly kind: "unopened" | "unreadable"; readonly fault: FileFault }
  | { readonly kind: "damaged"; readonly fault: ManifestFault } {
  const opened = files.open(path, "read");
  if (!opened.ok) return { kind: "unopened", fault: opened.fault };
  const file = opened.value;
  const isTooLarge = file.sizeBytes > MANIFEST_BYTES_MAX;
  const bytes = new Uint8Array(isTooLarge ? 0 : file.sizeBytes);
  const read = file.readAt(0, bytes, 0, bytes.length);
  file.close();
  if (isTooLarge) {
    return { kind: "damaged", fault: { line: 0, text: "", reason: "The AOF manifest file is too large" } };
  }
  if (!read.ok) return { kind: "unreadable", fault: read.fault };
  const parsed = parseManifest(latin1Text(bytes, 0, read.value));
  return parsed.ok ? { kind: "read", manifest: parsed.value } : { kind: "damaged", fault: parsed.fault };
}

/** What a log on disk consists of that nobody has written yet. */
export const noManifest = emptyManifest;

// A new file with these bytes, synced and closed.
function writeWhole(
  files: Files,
  path: string,
  bytes: Uint8Array,
  done: (fault: FileFault | undefined) => void,
): void {
  files.open(path, "create", (opened) => {
    if (!opened.ok) return done(opened.fault);
    const file = opened.value;
    const end = (fault: FileFault | undefined): void => file.close(() => done(fault));
    const append = (from: number): void => {
      if (from === bytes.length) {
        file.sync((synced) => end(synced.ok ? undefined : synced.fault));
        return;
      }
      file.append(bytes.subarray(from), (result) => {
        if (!result.ok) return end(result.fault);
        if (result.value === 0) return end("EIO");
        append(from + result.value);
      });
    };
    append(0);
  });
}
