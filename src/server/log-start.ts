// Log start: what a server does to the files of its append-only log before it serves: it finds the manifest, makes one
// for a log of one file as servers before Redis 7 had it, and opens the last increment to be written on.
//
// Role: functions that block, for a start. What they find is the keeper's to hold.
// Invariant: the manifest on disk names all that is needed, whichever step is the last one that is taken.

import type { Env } from "../env/env.ts";
import { type BlockingFile, faultTexts } from "../env/files.ts";
import type { LogFile, LogManifest } from "../persistence/log-manifest.ts";
import type { Snapshot } from "../persistence/snapshot.ts";
import { type LogFolder, noManifest } from "./log-folder.ts";
import { writeSnapshot } from "./save-now.ts";

export type LogStartParts = {
  readonly env: Env;
  readonly folder: LogFolder;
  readonly notice: (text: string) => void;
};

export type FoundManifest =
  | { readonly ok: true; readonly manifest: LogManifest }
  | { readonly ok: false; readonly reason: string };

export type OpenedLog =
  | { readonly ok: true; readonly manifest: LogManifest; readonly file: BlockingFile }
  | { readonly ok: false; readonly reason: string };

/** The manifest that is there, or the one made for a log of one file; `known` where there is nothing. */
export function findManifest(parts: LogStartParts, known: LogManifest): FoundManifest {
  const { env, folder } = parts;
  const read = folder.read();
  if (read.kind === "failed") return { ok: false, reason: read.reason };
  if (read.kind === "none") return upgrade(parts, known);
  const { base, increments } = read.manifest;
  // An upgrade may have ended before its last step.
  const isBegun = base?.name === folder.names.filename && increments.length === 0;
  if (isBegun && !isThere(env, folder.pathOf(base.name))) return upgrade(parts, read.manifest);
  return { ok: true, manifest: read.manifest };
}

/** Opens the last increment behind what has been loaded; what there is not yet, is made and named in the manifest. */
export function openLog(
  { env, folder, notice }: LogStartParts,
  found: LogManifest,
  make: {
    readonly base: () => LogFile;
    readonly increment: () => LogFile;
    readonly snapshot: () => Snapshot;
  },
): OpenedLog {
  const failed = (reason: string): OpenedLog => ({ ok: false, reason });
  let manifest = found;
  if (found.base === undefined && found.increments.length === 0) {
    const first = make.base();
    notice(`Creating AOF base file ${first.name} on server start`);
    const failure = writeSnapshot(env.blockingFiles, folder.pathOf(first.name), make.snapshot());
    if (failure !== undefined)
      return failed(`Can't create AOF base file ${first.name}: ${faultTexts[failure.fault]}`);
    manifest = { ...manifest, base: first, baseSequence: first.sequence };
  }
  let last = found.increments.at(-1);
  if (last === undefined) {
    last = make.increment();
    notice(`Creating AOF incr file ${last.name} on server start`);
    manifest = { ...manifest, increments: [last], incrementSequence: last.sequence };
  } else {
    notice(`Opening AOF incr file ${last.name} on server start`);
  }
  const opened = env.blockingFiles.open(folder.pathOf(last.name), "append");
  if (!opened.ok) return failed(`Can't open the append-only file ${last.name}: ${faultTexts[opened.fault]}`);
  // What was loaded may be with the system only: whoever reads it now may rely on it.
  const syncFault = opened.value.sync();
  if (syncFault !== undefined)
    return failed(`Fail to fsync the AOF file ${last.name}: ${faultTexts[syncFault]}`);
  const old = manifest.history;
  if (manifest !== found || old.length > 0) {
    manifest = { ...manifest, history: [] };
    const fault = folder.writeNow(manifest);
    if (fault !== undefined) return failed(`Can't write the AOF manifest: ${faultTexts[fault]}`);
  }
  folder.unlink(
    old.map(({ name }) => name),
    () => {},
  );
  return { ok: true, manifest, file: opened.value };
}

// A log of one file becomes the base of one with a manifest.
function upgrade({ env, folder, notice }: LogStartParts, known: LogManifest): FoundManifest {
  const { blockingFiles } = env;
  const { filename: name, directory } = folder.names;
  const opened = blockingFiles.open(folder.oldPath, "read");
  if (!opened.ok) {
    if (opened.fault === "ENOENT") return { ok: true, manifest: known };
    const reason = `Fatal error: can't open the append log file ${name}: ${faultTexts[opened.fault]}`;
    return { ok: false, reason };
  }
  opened.value.close();
  const manifest: LogManifest = { ...noManifest, base: { name, sequence: 1 }, baseSequence: 1 };
  const fault =
    folder.make() ??
    folder.writeNow(manifest) ??
    blockingFiles.rename(folder.oldPath, folder.pathOf(name)) ??
    blockingFiles.syncDirectory(folder.path) ??
    blockingFiles.syncDirectory(directory);
  if (fault !== undefined) {
    return { ok: false, reason: `Error trying to upgrade the old AOF file ${name}: ${faultTexts[fault]}` };
  }
  notice(
    `Successfully migrated an old-style AOF configuration (${name}) into the AOF directory (${folder.names.folder}).`,
  );
  return { ok: true, manifest };
}

function isThere(env: Env, path: string): boolean {
  const opened = env.blockingFiles.open(path, "read");
  if (opened.ok) opened.value.close();
  return opened.ok;
}
