// Memory files: the files port over the test's own memory, with faults on demand.
//
// Calls of `Files` complete through `later`, in the order in which they were given; those of `blocking` at once.

import type { BlockingFile, BlockingFiles, Done, File, FileFault, Files } from "../env/files.ts";
import type { Result } from "../env/net.ts";

const LOG_MAX = 1000;

type Operation = "open" | "append" | "read" | "truncate" | "sync" | "rename" | "unlink" | "sync-directory";

export class MemoryFiles implements Files {
  readonly contents = new Map<string, Uint8Array>();
  /** Calls when asked to, but not from inside the call that asks. */
  later: (fire: () => void) => void = (fire) => fire();
  /** Which fault an operation has; undefined: none. */
  fault: (operation: Operation, path: string) => FileFault | undefined = () => undefined;
  /** The latest operations, with their paths: "append dump.rdb". */
  readonly log: string[] = [];
  /** Bytes that a blocking append leaves there when it fails. */
  leftBehindBytes = 0;
  /** Bytes that an append takes at most. */
  appendBytesMax = Number.POSITIVE_INFINITY;

  readonly blocking: BlockingFiles = {
    open: (path, how) => {
      const fault = this.faultOf("open", path);
      const found = this.contents.get(path);
      if (fault !== undefined) return { ok: false, fault };
      if (how === "read" && found === undefined) return { ok: false, fault: "ENOENT" };
      if (how === "create" || found === undefined) this.contents.set(path, new Uint8Array(0));
      return { ok: true, value: this.blockingFile(path, how === "create" ? 0 : (found?.length ?? 0)) };
    },
    rename: (from, to) => this.faultOf("rename", to) ?? this.move(from, to),
    unlink: (path) => this.faultOf("unlink", path) ?? this.remove(path),
    list: (directory) => ({ ok: true, value: this.namesIn(directory) }),
    makeDirectory: () => undefined,
    syncDirectory: (directory) => this.faultOf("sync-directory", directory),
  };

  open(
    path: string,
    how: "append" | "read" | "create",
    done: (result: Result<File, FileFault>) => void,
  ): void {
    this.later(() => {
      const fault = this.faultOf("open", path);
      const isThere = this.contents.has(path);
      if (fault !== undefined) return done({ ok: false, fault });
      if (how === "read" && !isThere) return done({ ok: false, fault: "ENOENT" });
      if (how === "create" && isThere) return done({ ok: false, fault: "EEXIST" });
      if (!isThere) this.contents.set(path, new Uint8Array(0));
      done({ ok: true, value: this.file(path) });
    });
  }

  rename(from: string, to: string, done: Done): void {
    this.later(() => done(resultOf(this.faultOf("rename", to) ?? this.move(from, to))));
  }

  unlink(path: string, done: Done): void {
    this.later(() => done(resultOf(this.faultOf("unlink", path) ?? this.remove(path))));
  }

  list(directory: string, done: (result: Result<readonly string[], FileFault>) => void): void {
    const value = this.namesIn(directory);
    this.later(() => done({ ok: true, value }));
  }

  syncDirectory(directory: string, done: Done): void {
    this.later(() => done(resultOf(this.faultOf("sync-directory", directory))));
  }

  private file(path: string): File {
    return {
      append: (bytes, done) =>
        this.later(() => {
          const fault = this.faultOf("append", path);
          const count = Math.min(bytes.length, this.appendBytesMax);
          if (fault === undefined) this.append(path, bytes.subarray(0, count));
          done(fault === undefined ? { ok: true, value: count } : { ok: false, fault });
        }),
      readAt: (offset, length, done) =>
        this.later(() => {
          const bytes = this.contents.get(path) ?? new Uint8Array(0);
          done({ ok: true, value: bytes.slice(offset, offset + length) });
        }),
      truncate: (length, done) =>
        this.later(() => {
          this.contents.set(path, (this.contents.get(path) ?? new Uint8Array(0)).slice(0, length));
          done(resultOf(undefined));
        }),
      sync: (done) => this.later(() => done(resultOf(this.faultOf("sync", path)))),
      close: (done) => this.later(() => done(resultOf(undefined))),
    };
  }

  private namesIn(directory: string): string[] {
    const prefix = directory === "." ? "" : `${directory}/`;
    return [...this.contents.keys()]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"))
      .map((path) => path.slice(prefix.length))
      .sort();
  }

  private blockingFile(path: string, sizeBytes: number): BlockingFile {
    let isClosed = false;
    return {
      sizeBytes,
      append: (bytes, start, end) => {
        const fault = this.faultOf("append", path);
        const last = fault === undefined ? end : Math.min(end, start + this.leftBehindBytes);
        this.append(path, bytes.subarray(start, last));
        return fault;
      },
      readAt: (offset, target, start, end) => {
        const fault = this.faultOf("read", path);
        if (fault !== undefined) return { ok: false, fault };
        const some = (this.contents.get(path) ?? new Uint8Array(0)).subarray(offset, offset + end - start);
        target.set(some, start);
        return { ok: true, value: some.length };
      },
      truncate: (length) => {
        const fault = this.faultOf("truncate", path);
        const before = this.contents.get(path) ?? new Uint8Array(0);
        if (fault === undefined) this.contents.set(path, before.slice(0, length));
        return fault;
      },
      sync: () => this.faultOf("sync", path),
      syncLater: (done) => {
        this.later(() => {
          if (!isClosed) done(resultOf(this.faultOf("sync", path)));
        });
      },
      close() {
        isClosed = true;
      },
    };
  }

  private faultOf(operation: Operation, path: string): FileFault | undefined {
    this.log.push(`${operation} ${path}`);
    if (this.log.length > LOG_MAX) this.log.shift();
    return this.fault(operation, path);
  }

  private append(path: string, bytes: Uint8Array): void {
    const before = this.contents.get(path) ?? new Uint8Array(0);
    const after = new Uint8Array(before.length + bytes.length);
    after.set(before);
    after.set(bytes, before.length);
    this.contents.set(path, after);
  }

  private move(from: string, to: string): FileFault | undefined {
    const bytes = this.contents.get(from);
    if (bytes === undefined) return "ENOENT";
    this.contents.delete(from);
    this.contents.set(to, bytes);
    return undefined;
  }

  private remove(path: string): FileFault | undefined {
    return this.contents.delete(path) ? undefined : "ENOENT";
  }
}

function resultOf(fault: FileFault | undefined): Result<void, FileFault> {
  return fault === undefined ? { ok: true, value: undefined } : { ok: false, fault };
}
