// Real files: the files port over the local system's files.
//
// Node.js hands the calls of `Files` to its thread pool, where two of one file may overtake each other; so those of one
// file wait for each other, and so do all that are about names. The pool's threads start with the first of them.

import * as fs from "node:fs";
import type { BlockingFile, BlockingFiles, Done, File, FileFault, Files } from "../files.ts";
import type { Result } from "../net.ts";

const FILE_MODE = 0o644;

/** Runs jobs one after the other; each calls `next` when it is done. */
class Lane {
  private readonly waiting: ((next: () => void) => void)[] = [];
  private isBusy = false;

  add(job: (next: () => void) => void): void {
    this.waiting.push(job);
    if (!this.isBusy) this.run();
  }

  private run(): void {
    const job = this.waiting.shift();
    this.isBusy = job !== undefined;
    job?.(() => this.run());
  }
}

/** Files whose calls complete later, in a turn of their own. */
export function realFiles(): Files {
  const names = new Lane();
  const onNames = (done: Done, call: (settled: (error: Error | null) => void) => void): void =>
    names.add((next) =>
      call((error) => {
        next();
        done(error === null ? fine : failed(error));
      }),
    );
  return {
    open(path, how, done) {
      const flags = how === "append" ? "a+" : how === "create" ? "wx" : "r";
      names.add((next) =>
        fs.open(path, flags, FILE_MODE, (error, file) => {
          next();
          done(error === null ? { ok: true, value: realFile(file) } : failed(error));
        }),
      );
    },
    rename: (from, to, done) => onNames(done, (settled) => fs.rename(from, to, settled)),
    unlink: (path, done) => onNames(done, (settled) => fs.unlink(path, settled)),
    list(directory, done) {
      names.add((next) =>
        fs.readdir(directory, (error, found) => {
          next();
          done(error === null ? { ok: true, value: found.sort() } : failed(error));
        }),
      );
    },
    syncDirectory: (directory, done) =>
      onNames(done, (settled) =>
        fs.open(directory, "r", (error, folder) => {
          if (error !== null) return settled(error);
          fs.fsync(folder, (fault) => fs.close(folder, () => settled(fault)));
        }),
      ),
  };
}

function realFile(file: number): File {
  const lane = new Lane();
  const inLane = (done: Done, call: (settled: (error: Error | null) => void) => void): void =>
    lane.add((next) =>
      call((error) => {
        next();
        done(error === null ? fine : failed(error));
      }),
    );
  return {
    append(bytes, done) {
      lane.add((next) =>
        fs.write(file, bytes, 0, bytes.length, null, (error, count) => {
          next();
          done(error === null ? { ok: true, value: count } : failed(error));
        }),
      );
    },
    readAt(offset, length, done) {
      const bytes = new Uint8Array(length);
      lane.add((next) =>
        fs.read(file, bytes, 0, length, offset, (error, count) => {
          next();
          done(error === null ? { ok: true, value: bytes.subarray(0, count) } : failed(error));
        }),
      );
    },
    truncate: (length, done) => inLane(done, (settled) => fs.ftruncate(file, length, settled)),
    sync: (done) => inLane(done, (settled) => fs.fdatasync(file, settled)),
    close: (done) => inLane(done, (settled) => fs.close(file, settled)),
  };
}

/** Files whose calls block the thread. */
export function realBlockingFiles(): BlockingFiles {
  return {
    open(path, how) {
      try {
        const file = fs.openSync(path, how === "create" ? "w" : how === "append" ? "a+" : "r", FILE_MODE);
        return { ok: true, value: blockingFile(path, file, fs.fstatSync(file).size) };
      } catch (error) {
        return failed(error);
      }
    },
    rename: (from, to) => faultOf(() => fs.renameSync(from, to)),
    unlink: (path) => faultOf(() => fs.unlinkSync(path)),
    list(directory) {
      try {
        return { ok: true, value: fs.readdirSync(directory).sort() };
      } catch (error) {
        return failed(error);
      }
    },
    makeDirectory(path) {
      const fault = faultOf(() => fs.mkdirSync(path, 0o755));
      return fault === "EEXIST" ? undefined : fault;
    },
    syncDirectory: (directory) =>
      faultOf(() => {
        const folder = fs.openSync(directory, "r");
        try {
          fs.fsyncSync(folder);
        } finally {
          fs.closeSync(folder);
        }
      }),
  };
}

function blockingFile(path: string, file: number, sizeBytes: number): BlockingFile {
  // The system tells an error once to each who has opened the file: of two syncs over one opening, either could be the one that
  // hears of it. So each that is under way has its own.
  const idle = [file];
  let syncing = 0;
  let isClosed = false;
  return {
    sizeBytes,
    append: (bytes, start, end) =>
      faultOf(() => {
        for (let at = start; at < end; ) at += fs.writeSync(file, bytes, at, end - at, null);
      }),
    readAt(offset, target, start, end) {
      try {
        let at = start;
        while (at < end) {
          const count = fs.readSync(file, target, at, end - at, offset + at - start);
          if (count === 0) break;
          at += count;
        }
        return { ok: true, value: at - start };
      } catch (error) {
        return failed(error);
      }
    },
    truncate: (length) => faultOf(() => fs.ftruncateSync(file, length)),
    sync: () => faultOf(() => fs.fdatasyncSync(file)),
    syncLater(done) {
      let own = idle.pop();
      try {
        own ??= fs.openSync(path, "r");
      } catch (error) {
        setImmediate(() => {
          if (!isClosed) done(failed(error));
        });
        return;
      }
      syncing++;
      const used = own;
      fs.fdatasync(used, (error) => {
        syncing--;
        idle.push(used);
        if (!isClosed) done(error === null ? fine : failed(error));
        // A number that is given back while the pool still syncs it could be another file's by then.
        else if (syncing === 0) for (const each of idle.splice(0)) fs.closeSync(each);
      });
    },
    close() {
      isClosed = true;
      if (syncing === 0) for (const each of idle.splice(0)) fs.closeSync(each);
    },
  };
}

const fine: Result<void, FileFault> = { ok: true, value: undefined };

function faultOf(work: () => void): FileFault | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return nameOf(error);
  }
}

function failed(error: unknown): { readonly ok: false; readonly fault: FileFault } {
  return { ok: false, fault: nameOf(error) };
}

function nameOf(error: unknown): FileFault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return "ENOSPC";
    case "ENOENT":
    case "ENOTDIR":
      return "ENOENT";
    case "EEXIST":
    case "EISDIR":
    case "ENOTEMPTY":
      return "EEXIST";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "EACCES";
    default:
      return "EIO";
  }
}
