// Persistence: when a snapshot is written and loaded, and what is said about it.
//
// Role: the rules of SAVE, BGSAVE, the `save` directive, FLUSHALL, SHUTDOWN and DEBUG RELOAD. How a snapshot is written
// is save-now.ts's and, while clients are served, background-save.ts's; how it is read snapshot-loading.ts's; what stands
// in it is src/persistence's.
// Invariants:
//   - at most one snapshot is written in the background.
//   - `changes` counts from the start of the last snapshot that is on disk.
//   - while loading, no command runs that could see or change data.

import type {
  LogFigures,
  PersistenceFigures,
  PersistenceView,
  ReloadOptions,
  RewriteStart,
} from "../commands/persistence/views.ts";
import { compatibleRedisVersion } from "../commands/server/redis-version.ts";
import type { Env } from "../env/env.ts";
import { faultTexts } from "../env/files.ts";
import { Snapshot } from "../persistence/snapshot.ts";
import { errors } from "../resp/errors.ts";
import { BackgroundSave, type SaveFault } from "./background-save.ts";
import { LogKeeper } from "./log-keeper.ts";
import { LogLoading } from "./log-loading.ts";
import { replaceBySnapshot } from "./save-now.ts";
import type { Server } from "./server.ts";
import { type OpenedSnapshot, SnapshotLoading } from "./snapshot-loading.ts";

/** After a failure, how long the `save` directive waits before it tries again. */
const RETRY_SECONDS = 5;
/** One slice of loading; in between, clients are told to wait. */
const LOAD_SLICE_US = 10_000;
const ITEMS_PER_LOOK = 256;

export class Persistence implements PersistenceView {
  /** The append-only log. */
  readonly log: LogKeeper;
  private readonly env: Env;
  private readonly server: Server;
  private background: BackgroundSave | undefined = undefined;
  private snapshot: Snapshot | undefined = undefined;
  private isScheduled = false;
  private changesSaved = 0;
  private changesAtStart = 0;
  private lastSaveS: number;
  private lastTryS = 0;
  private startedS = 0;
  private isLastSaveOk = true;
  private lastDuration = -1;
  private saves = 0;
  private lastHeldBytes = 0;
  private keysLoaded = 0;
  private keysExpired = 0;
  private loadingNow: SnapshotLoading | undefined = undefined;
  private backgroundNumber = 0;
  private loadingLog: LogLoading | undefined = undefined;
  private eventMaskBefore = 0;

  constructor(env: Env, server: Server) {
    this.env = env;
    this.server = server;
    this.lastSaveS = this.nowS();
    this.log = new LogKeeper({
      env,
      server,
      directory: () => this.paths().directory,
      newSnapshot: () => this.newSnapshot(true),
      isSaving: () => this.isSaving,
    });
    for (const name of ["save", "stop-writes-on-bgsave-error"]) {
      server.config.onChange(name, () => this.server.updateRefusals());
    }
  }

  /** A snapshot is being written, to the disk or to replicas. */
  get isSaving(): boolean {
    return this.background !== undefined || this.server.replication.isSaving;
  }

  get isRewriting(): boolean {
    return this.log.isRewriting;
  }

  get isLoading(): boolean {
    return this.loadingNow !== undefined || this.loadingLog !== undefined;
  }

  get writeRefusal(): string | undefined {
    const { config } = this.server;
    const isRefused = !this.isLastSaveOk && config.stopWritesOnBgsaveError && config.save.length > 0;
    return isRefused ? errors.misconf : this.log.writeRefusal;
  }

  get figures(): PersistenceFigures {
    const { snapshot, background, loadingNow } = this;
    const loading = this.loadingLog ?? loadingNow;
    return {
      changes: this.changes,
      lastSave: this.lastSaveS,
      isLastSaveOk: this.isLastSaveOk,
      lastDuration: this.lastDuration,
      currentDuration: background === undefined ? -1 : this.nowS() - this.startedS,
      saves: this.saves,
      keysProcessed: snapshot?.keysWritten ?? 0,
      keysTotal: snapshot?.keysTotal ?? 0,
      heldBytes: snapshot?.heldBytes ?? 0,
      lastHeldBytes: this.lastHeldBytes,
      keysLoaded: loadingNow?.keysLoaded ?? this.keysLoaded,
      keysExpired: loadingNow?.keysExpired ?? this.keysExpired,
      log: this.logFigures(),
      loading: loading === undefined ? undefined : loadingFigures(loading),
    };
  }

  // --- saving ---

  save(): boolean {
    this.saves++;
    const isSaved = this.saveNow();
    if (isSaved) this.setResult(true);
    return isSaved;
  }

  startSaving(): void {
    const { env, server } = this;
    this.saves++;
    this.isScheduled = false;
    this.startedS = this.nowS();
    this.lastTryS = this.startedS;
    this.changesAtStart = this.totalChanges();
    const snapshot = this.newSnapshot();
    this.snapshot = snapshot;
    const { directory, path } = this.paths();
    const background = new BackgroundSave({
      files: env.files,
      clock: env.clock,
      snapshot,
      temporary: `${directory === "." ? "" : `${directory}/`}temp-bg-${env.host.pid}-${++this.backgroundNumber}.rdb`,
      path,
      directory,
      isIncremental: server.config.rdbSaveIncrementalFsync,
      busyUs: () => server.busyUs,
      sliced: (startUs, endUs) => {
        server.turns.add(startUs, endUs);
        server.latency.maybeAdd("snapshot-slice", (endUs - startUs) / 1000, server.access.seconds);
      },
      done: (fault) => this.saved(fault),
    });
    this.background = background;
    server.log("notice", "Background saving started");
    background.begin();
  }

  scheduleSaving(): void {
    this.isScheduled = true;
  }

  giveUpSaving(): void {
    const { background } = this;
    this.isScheduled = false;
    if (background === undefined) return;
    background.giveUp();
    this.endBackground(background);
    this.server.log("warning", "Background saving given up");
  }

  flushed(): void {
    if (this.server.config.save.length > 0) this.saveNow();
  }

  /** The last snapshot before the process ends, if one is wanted; false when it failed. */
  saveBeforeExit(mode: "default" | "save" | "nosave", isForced = false): boolean {
    const { background } = this;
    if (this.log.state === "starting" && !isForced) {
      this.server.log("warning", "Writing initial AOF, can't exit.");
      return false;
    }
    this.log.close();
    this.giveUpSaving();
    if (background !== undefined) this.env.blockingFiles.unlink(background.temporary);
    const isWanted = mode === "save" || (mode === "default" && this.server.config.save.length > 0);
    if (!isWanted || this.isLoading) return true;
    this.server.log("notice", "Saving the final RDB snapshot before exiting.");
    if (this.saveNow()) return true;
    this.server.log("warning", "Error trying to save the DB, can't exit.");
    return false;
  }

  /** Starts what is due by the `save` directive, or was scheduled; the cron calls it. */
  tick(): void {
    this.log.tick();
    if (this.isSaving || this.isRewriting || this.isLoading) return;
    const nowS = this.nowS();
    const mayTry = this.isLastSaveOk || nowS - this.lastTryS > RETRY_SECONDS;
    if (!mayTry) return;
    if (this.isScheduled) {
      this.startSaving();
      return;
    }
    const { changes } = this;
    for (const point of this.server.config.save) {
      if (changes < point.changes || nowS - this.lastSaveS <= point.seconds) continue;
      this.server.log("notice", `${point.changes} changes in ${point.seconds} seconds. Saving...`);
      this.startSaving();
      return;
    }
  }

  /** Ends everything without a word: the process is about to. */
  stop(): void {
    this.background?.giveUp();
    this.background = undefined;
    this.log.stop();
    this.server.replication.stop();
  }

  private saved(fault: SaveFault | undefined): void {
    const { background, snapshot, server } = this;
    if (background !== undefined) this.endBackground(background);
    if (fault === undefined) {
      this.changesSaved = this.changesAtStart;
      this.lastSaveS = this.nowS();
      server.log("notice", `DB saved on disk: ${snapshot?.keysTotal ?? 0} keys`);
      server.log("notice", "Background saving terminated with success");
    } else {
      server.log("warning", `Error ${fault.what} the snapshot: ${faultTexts[fault.fault]}`);
      server.log("warning", "Background saving error");
    }
    this.setResult(fault === undefined);
  }

  private endBackground(background: BackgroundSave): void {
    this.background = undefined;
    this.snapshot = undefined;
    this.lastHeldBytes = background.heldBytesMax;
    this.lastDuration = this.nowS() - this.startedS;
  }

  private setResult(isOk: boolean): void {
    this.isLastSaveOk = isOk;
    this.server.updateRefusals();
  }

  private saveNow(): boolean {
    const { env, server } = this;
    const { directory, path } = this.paths();
    const temporary = `${directory === "." ? "" : `${directory}/`}temp-${env.host.pid}.rdb`;
    const startUs = env.clock.monotonicUs();
    const changes = this.totalChanges();
    const snapshot = this.newSnapshot();
    const fault = replaceBySnapshot(env.blockingFiles, snapshot, { temporary, path, directory });
    if (fault !== undefined) {
      env.blockingFiles.unlink(temporary);
      server.log("warning", `Error ${fault.what} the snapshot ${path}: ${faultTexts[fault.fault]}`);
      return false;
    }
    this.changesSaved = changes;
    this.lastSaveS = this.nowS();
    server.log("notice", `DB saved on disk: ${snapshot.keysTotal} keys`);
    server.latency.maybeAdd("save", (env.clock.monotonicUs() - startUs) / 1000, server.access.seconds);
    return true;
  }

  /** A snapshot of this moment for replicas, perhaps without some of its parts. */
  snapshotFor(parts: { readonly withoutKeys: boolean; readonly withoutLibraries: boolean }): Snapshot {
    return this.newSnapshot(false, parts);
  }

  /** The path of a file beside the snapshots. */
  pathBeside(name: string): string {
    const { directory } = this.paths();
    return directory === "." ? name : `${directory}/${name}`;
  }

  private newSnapshot(
    isBase = false,
    { withoutKeys, withoutLibraries } = { withoutKeys: false, withoutLibraries: false },
  ): Snapshot {
    const { server } = this;
    const { config } = server;
    const policy = config.maxmemoryPolicy;
    return new Snapshot({
      shards: withoutKeys ? [] : server.coordinator.shards.map(({ databases }) => databases),
      libraries: withoutLibraries ? [] : server.scripting.libraryCodes,
      aux: [
        ["redis-ver", compatibleRedisVersion],
        ["redis-bits", 64],
        ["ctime", this.nowS()],
        ["used-mem", server.usedBytes()],
        ["aof-base", isBase ? 1 : 0],
      ],
      isCompressed: config.rdbcompression,
      hasChecksum: config.rdbchecksum,
      nowUs: () => this.env.clock.monotonicUs(),
      use: policy.endsWith("lru") ? "idle" : policy.endsWith("lfu") ? "frequency" : "none",
      isRequests: isBase && !config.aofUseRdbPreamble,
      stampS: config.aofTimestampEnabled ? this.nowS() : 0,
    });
  }

  // --- loading ---

  /** Loads what was saved, in slices; `done` gets the reason when it cannot be. Without a file there is nothing to do. */
  loadAtStart(done: (failure: string | undefined) => void): void {
    if (this.server.config.appendonly) return this.loadLogAtStart(done);
    const opened = this.open(false);
    if (opened.kind === "none") return done(undefined);
    if (opened.kind === "failed") return done(opened.reason);
    const { env, server } = this;
    const { loading } = opened;
    this.beginLoading(loading);
    server.log("notice", "Loading DB in memory...");
    const slice = (): void => {
      if (server.isStopping) return;
      const startUs = env.clock.monotonicUs();
      server.setTime();
      let step = loading.step(ITEMS_PER_LOOK);
      while (step === "more" && env.clock.monotonicUs() - startUs < LOAD_SLICE_US) {
        step = loading.step(ITEMS_PER_LOOK);
      }
      if (step === "more") env.clock.after(0, slice);
      else done(this.endLoading(loading));
    };
    slice();
  }

  // With a log, a snapshot that is there too is not looked at, as in Redis.
  private loadLogAtStart(done: (failure: string | undefined) => void): void {
    this.log.lock((failure) => {
      const unread = failure ?? this.log.readFiles();
      if (unread === undefined) this.loadLogFiles(done);
      else done(unread);
    });
  }

  private loadLogFiles(done: (failure: string | undefined) => void): void {
    const { env, server, log } = this;
    const loading = this.beginLoadingLog();
    const slice = (): void => {
      if (server.isStopping) return;
      const startUs = env.clock.monotonicUs();
      let step = loading.step(ITEMS_PER_LOOK);
      while (step === "more" && env.clock.monotonicUs() - startUs < LOAD_SLICE_US) {
        step = loading.step(ITEMS_PER_LOOK);
      }
      if (step === "more") {
        loading.pause();
        env.clock.after(0, slice);
        return;
      }
      if (step === "failed") return done(loading.failure);
      // The log hears of what goes once time goes on.
      const failure = log.openAtStart();
      this.endLoadingLog(loading);
      done(failure);
    };
    slice();
  }

  reloadLog(): string | undefined {
    if (this.isLoading) return errors.loading;
    const { server, log } = this;
    log.flush();
    server.tracking.flushed();
    const wasOn = log.pause();
    server.everything.flushAll();
    server.scripting.flushLibraries();
    const unread = log.readFiles();
    const loading = this.beginLoadingLog();
    let step: "more" | "done" | "failed" = unread === undefined ? "more" : "failed";
    // A script that is suspended could go on only after this.
    const { busyReplyThreshold } = server.config;
    server.config.busyReplyThreshold = 0;
    while (step === "more") step = loading.step(ITEMS_PER_LOOK);
    server.config.busyReplyThreshold = busyReplyThreshold;
    if (wasOn) log.goOn();
    this.endLoadingLog(loading);
    const failure = unread ?? loading.failure;
    if (failure === undefined) {
      server.log("warning", "Append Only File loaded by DEBUG LOADAOF");
      return undefined;
    }
    server.log("warning", failure);
    return errors.logLoadFailed;
  }

  isSynced(position: number): boolean {
    // What is for replicas alone was counted, and is not there any more.
    return this.log.isSynced(Math.min(position, this.log.changes.position));
  }

  rewriteLog(isInExec: boolean): RewriteStart {
    return this.log.rewrite(isInExec);
  }

  private beginLoadingLog(): LogLoading {
    const { server, log, env } = this;
    const loading = new LogLoading(env, server, log.folder, log.manifest);
    this.loadingLog = loading;
    this.eventMaskBefore = server.coordinator.events.mask;
    server.coordinator.events.mask = 0;
    server.updateRefusals();
    return loading;
  }

  private endLoadingLog(loading: LogLoading): void {
    const { server, env } = this;
    this.loadingLog = undefined;
    server.coordinator.events.mask = this.eventMaskBefore;
    this.keysLoaded = loading.keysLoaded;
    this.keysExpired = 0;
    this.changesSaved = this.totalChanges();
    if (loading.totalBytes > 0) {
      env.observer?.loaded?.();
      const seconds = (loading.elapsedUs / 1e6).toFixed(3);
      server.log("notice", `DB loaded from append only file: ${seconds} seconds`);
    }
    server.updateRefusals();
    server.coordinator.keepExpired(false);
    server.setTime();
  }

  reload(options: ReloadOptions): string | undefined {
    // What is there so far must not take the place of what is being loaded.
    if (this.isLoading) return errors.loading;
    if (options.isSaved && !this.saveNow()) return errors.saveFailed;
    const { server } = this;
    if (options.isFlushed) {
      server.tracking.flushed();
      server.everything.flushAll();
      server.scripting.flushLibraries();
    }
    const opened = this.open(options.isMerging);
    let failure: string | undefined = "there is no such file";
    if (opened.kind === "failed") failure = opened.reason;
    else if (opened.kind === "opened") failure = this.loadWhole(opened.loading);
    if (failure !== undefined) {
      server.log("warning", failure);
      return errors.reloadFailed;
    }
    server.log("warning", "DB reloaded by DEBUG RELOAD");
    return undefined;
  }

  private loadWhole(loading: SnapshotLoading): string | undefined {
    this.beginLoading(loading);
    while (loading.step(ITEMS_PER_LOOK) === "more");
    return this.endLoading(loading);
  }

  private open(isMerging: boolean): OpenedSnapshot {
    const { path } = this.paths();
    return SnapshotLoading.open(this.env, this.server, { path, isMerging, startTime: this.nowS() });
  }

  // Nobody is told of keys that come from a file.
  private beginLoading(loading: SnapshotLoading): void {
    this.loadingNow = loading;
    this.eventMaskBefore = this.server.coordinator.events.mask;
    this.server.coordinator.events.mask = 0;
    this.server.updateRefusals();
  }

  private endLoading(loading: SnapshotLoading): string | undefined {
    const { env, server } = this;
    loading.close();
    server.coordinator.events.mask = this.eventMaskBefore;
    server.everything.db = 0;
    this.loadingNow = undefined;
    this.keysLoaded = loading.keysLoaded;
    this.keysExpired = loading.keysExpired;
    this.changesSaved = this.totalChanges();
    if (loading.keysLoaded > 0) env.observer?.loaded?.();
    server.updateRefusals();
    return loading.conclude();
  }

  private logFigures(): LogFigures {
    const { log } = this;
    return {
      isOn: log.state !== "off",
      isRewriting: log.isRewriting,
      isScheduled: log.isScheduled,
      isLastRewriteOk: log.isLastRewriteOk,
      isLastWriteOk: log.file.fault === undefined,
      lastDuration: log.lastDuration,
      currentDuration: log.currentDuration,
      rewrites: log.rewrites,
      failuresInRow: log.failuresInRow,
      currentBytes: log.currentBytes,
      baseBytes: log.baseBytes,
      bufferBytes: log.changes.writer.position,
      isSyncing: log.file.isSyncing,
      delayedSyncs: log.file.delayedSyncs,
    };
  }

  // --- both ---

  private paths(): { readonly directory: string; readonly path: string } {
    const { dir, dbfilename } = this.server.config;
    // CONFIG SET dir may change what a relative path means while a snapshot is being written.
    const entered = dir === "." ? this.env.disk.enterFolder(".") : undefined;
    const directory = entered?.ok === true ? entered.path : dir;
    if (dbfilename === "") return { directory, path: "" };
    return { directory, path: directory === "." ? dbfilename : `${directory}/${dbfilename}` };
  }

  private get changes(): number {
    return this.totalChanges() - this.changesSaved;
  }

  private totalChanges(): number {
    let changes = 0;
    for (const { databases } of this.server.coordinator.shards) changes += databases.dirty;
    return changes;
  }

  private nowS(): number {
    return Math.floor(this.env.clock.wallMs() / 1000);
  }
}

function loadingFigures(of: SnapshotLoading | LogLoading): PersistenceFigures["loading"] {
  const { startTime, loadedBytes, totalBytes, usedBytes, elapsedUs } = of;
  const leftS = loadedBytes === 0 ? 1 : ((elapsedUs / 1e6) * (totalBytes - loadedBytes)) / loadedBytes;
  return { startTime, totalBytes, loadedBytes, usedBytes, eta: Math.floor(leftS) };
}
