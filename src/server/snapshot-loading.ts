// Snapshot loading: a snapshot file on its way into the keyspace, some items at a time.
//
// Role: opens the file, counts, and says how it ended; log-loading.ts is the same for a log. Who else runs meanwhile is
// persistence.ts's to say.

import type { Env } from "../env/env.ts";
import { type BlockingFile, faultTexts } from "../env/files.ts";
import { ByteSource } from "../persistence/byte-source.ts";
import { Loader } from "../persistence/loader.ts";
import type { Server } from "./server.ts";

export type SnapshotFile = {
  readonly path: string;
  /** Its keys are put to those that are there, and its libraries in the place of those of the same name. */
  readonly isMerging: boolean;
  readonly startTime: number;
};

export type OpenedSnapshot =
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "opened"; readonly loading: SnapshotLoading };

export class SnapshotLoading {
  readonly startTime: number;
  private readonly env: Env;
  private readonly server: Server;
  private readonly path: string;
  private readonly file: BlockingFile;
  private readonly source: ByteSource;
  private readonly loader: Loader;
  private readonly startUs: number;

  private constructor(env: Env, server: Server, of: SnapshotFile, file: BlockingFile) {
    this.env = env;
    this.server = server;
    this.path = of.path;
    this.file = file;
    this.startTime = of.startTime;
    this.startUs = env.clock.monotonicUs();
    this.source = new ByteSource(file.sizeBytes, (offset, target, start, end) => {
      const read = file.readAt(offset, target, start, end);
      return read.ok ? read.value : undefined;
    });
    const { scripting, everything, config } = server;
    this.loader = new Loader({
      source: this.source,
      keyspace: everything,
      databases: config.databases,
      nowMs: everything.nowMs,
      isMerging: of.isMerging,
      isChecked: config.rdbchecksum,
      loadLibrary: (code) => scripting.loadCode(code, of.isMerging),
    });
  }

  static open(env: Env, server: Server, of: SnapshotFile): OpenedSnapshot {
    if (of.path === "") return { kind: "none" };
    const opened = env.blockingFiles.open(of.path, "read");
    if (opened.ok) return { kind: "opened", loading: new SnapshotLoading(env, server, of, opened.value) };
    if (opened.fault === "ENOENT") return { kind: "none" };
    return { kind: "failed", reason: `Fatal error loading the DB: ${of.path}: ${faultTexts[opened.fault]}.` };
  }

  /** Loads about `items` more; what is left to do then. */
  step(items: number): ReturnType<Loader["loadSome"]> {
    return this.loader.loadSome(items);
  }

  get keysLoaded(): number {
    return this.loader.keysLoaded;
  }

  get keysExpired(): number {
    return this.loader.keysExpired;
  }

  get loadedBytes(): number {
    return this.source.offset;
  }

  get totalBytes(): number {
    return this.source.sizeBytes;
  }

  /** Memory that the data took where the snapshot was made, as it says; 0 if it does not. */
  get usedBytes(): number {
    return Number(this.loader.aux.get("used-mem") ?? 0);
  }

  get elapsedUs(): number {
    return this.env.clock.monotonicUs() - this.startUs;
  }

  close(): void {
    this.file.close();
  }

  /** Why it could not be loaded as a whole; otherwise the log is told what there was. */
  conclude(): string | undefined {
    const { loader, server } = this;
    const { failure, keysLoaded, keysExpired, keysEmpty } = loader;
    if (failure !== undefined) {
      return `Fatal error loading the DB: ${this.path}: ${failure.reason} (at byte ${failure.offset}).`;
    }
    const version = loader.aux.get("redis-ver");
    if (version !== undefined) server.log("notice", `Loading RDB produced by version ${version}`);
    server.log(
      "notice",
      `Done loading RDB, keys loaded: ${keysLoaded}, keys expired: ${keysExpired}.` +
        (keysEmpty > 0 ? ` Empty keys skipped: ${keysEmpty}.` : ""),
    );
    server.log("notice", `DB loaded from disk: ${(this.elapsedUs / 1e6).toFixed(3)} seconds`);
    return undefined;
  }
}
