// Real disk: files of the local system.

import {
  appendFileSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Disk, DiskFault } from "../disk.ts";

export function realDisk(): Disk {
  return {
    readText(path) {
      try {
        return { ok: true, text: readFileSync(path, "latin1") };
      } catch (error) {
        return { ok: false, fault: faultOf(error) };
      }
    },
    replaceText(path, text) {
      const temporary = `${path}.${process.pid}.tmp`;
      try {
        const bytes = Buffer.from(text, "latin1");
        const mode = modeOf(path);
        const file = openSync(temporary, "w", mode ?? 0o644);
        try {
          // It may hold passwords: whoever could not read the old one cannot read this one.
          if (mode !== undefined) fchmodSync(file, mode);
          for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        renameSync(temporary, path);
        const folder = openSync(dirname(path), "r");
        try {
          fsyncSync(folder);
        } finally {
          closeSync(folder);
        }
        return undefined;
      } catch (error) {
        try {
          unlinkSync(temporary);
        } catch {
          // It may never have been made.
        }
        return faultOf(error);
      }
    },
    appendText(path, text) {
      try {
        appendFileSync(path, text, { encoding: "latin1", mode: 0o600 });
        return undefined;
      } catch (error) {
        return faultOf(error);
      }
    },
    enterFolder(path) {
      try {
        process.chdir(path);
        return { ok: true, path: process.cwd() };
      } catch (error) {
        return { ok: false, error: faultOf(error).text };
      }
    },
  };
}

function modeOf(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.mode & 0o7777;
}

function faultOf(error: unknown): DiskFault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
  const texts: Record<string, string> = {
    ENOENT: "No such file or directory",
    EACCES: "Permission denied",
    ENOTDIR: "Not a directory",
    EISDIR: "Is a directory",
    EROFS: "Read-only file system",
    ENOSPC: "No space left on device",
  };
  return { code, text: texts[code] ?? (error instanceof Error ? error.message : String(error)) };
}
