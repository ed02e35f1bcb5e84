// Blocking files: src/env/files.ts for those who wait for the disk, over a machine's store. They cost the node time.
//
// Without faults so far: what blocks is loading at the start, SAVE and DEBUG RELOAD.

import type { BlockingFiles } from "../../src/env/files.ts";
import type { Store } from "./store.ts";

const OPERATION_US = 50;
const SYNC_US = 1000;

/** The files of `store`; `spend` makes the present turn longer. */
export function blockingFiles(store: Store, spend: (us: number) => void): BlockingFiles {
  return {
    open(path, how) {
      spend(OPERATION_US);
      const found = store.get(path);
      if (how === "read" && found === undefined) return { ok: false, fault: "ENOENT" };
      const file = how === "read" && found !== undefined ? found : store.create(path);
      return {
        ok: true,
        value: {
          sizeBytes: file.length,
          append(bytes, start, end) {
            spend(OPERATION_US);
            file.append(bytes.subarray(start, end), end - start);
            return undefined;
          },
          readAt(offset, target, start, end) {
            spend(OPERATION_US);
            const bytes = file.read(offset, end - start);
            target.set(bytes, start);
            return { ok: true, value: bytes.length };
          },
          sync() {
            spend(SYNC_US);
            file.sync();
            return undefined;
          },
          close() {},
        },
      };
    },
    rename(from, to) {
      spend(OPERATION_US);
      return store.rename(from, to) ? undefined : "ENOENT";
    },
    unlink(path) {
      spend(OPERATION_US);
      return store.unlink(path) ? undefined : "ENOENT";
    },
    syncDirectory(directory) {
      spend(SYNC_US);
      store.syncDirectory(directory);
      return undefined;
    },
  };
}
