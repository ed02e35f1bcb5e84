// Save now: a snapshot written at once, while nobody is served: SAVE, the end of the process, the base of a new log.
//
// Role: one file, whole and synced, or what failed. background-save.ts does the same while clients are served.

import type { BlockingFiles, FileFault } from "../env/files.ts";
import type { Snapshot } from "../persistence/snapshot.ts";
import type { SaveFault } from "./background-save.ts";

const CHUNK_BYTES = 64 * 1024;

/** Writes a snapshot to a new file at `path`, and syncs it. After a fault a part of it may be there. */
export function writeSnapshot(files: BlockingFiles, path: string, snapshot: Snapshot): SaveFault | undefined {
  const opened = files.open(path, "create");
  if (!opened.ok) return { what: "opening", fault: opened.fault };
  const file = opened.value;
  let fault: FileFault | undefined;
  for (let isMore = true; isMore && fault === undefined; ) {
    isMore = snapshot.step();
    if (isMore && snapshot.readyBytes < CHUNK_BYTES) continue;
    const { bytes, sizeBytes } = snapshot.take(new Uint8Array(CHUNK_BYTES * 2));
    fault = file.append(bytes, 0, sizeBytes);
  }
  const syncFault = fault === undefined ? file.sync() : undefined;
  file.close();
  if (fault !== undefined) return { what: "writing to", fault };
  return syncFault === undefined ? undefined : { what: "syncing", fault: syncFault };
}

/** Puts a snapshot in the place of the file at `path`, durably; on a fault that file is as it was. */
export function replaceBySnapshot(
  files: BlockingFiles,
  snapshot: Snapshot,
  to: { readonly temporary: string; readonly path: string; readonly directory: string },
): SaveFault | undefined {
  const fault = writeSnapshot(files, to.temporary, snapshot);
  if (fault !== undefined) return fault;
  const renameFault = files.rename(to.temporary, to.path);
  if (renameFault !== undefined) return { what: "renaming", fault: renameFault };
  const folderFault = files.syncDirectory(to.directory);
  return folderFault === undefined ? undefined : { what: "syncing", fault: folderFault };
}
