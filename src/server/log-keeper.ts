// Log keeper: the append-only log as a whole: on or off, which files it consists of, and when it is written anew.
//
//   off --- CONFIG SET appendonly yes ---> starting --- rewrite is whole ---> on --- appendonly no ---> off
//                                           '--- rewrite failed ---> tried again by the cron
//   rewrite:  new increment (named in the manifest) -> snapshot of that moment becomes the new base -> manifest with the
//             base and what came after its beginning -> the files before are deleted
//
// Role: the rules of appendonly, BGREWRITEAOF, the automatic rewrite and the files of the log. Writing and syncing is
// append-log.ts's, reading log-loading.ts's, opening the files at a start log-start.ts's; the snapshot is BGSAVE's.
// Invariants:
//   - what the manifest on disk names is always enough: base and increments together hold every change that was written.
//   - a rewrite begins between groups, and at the same moment as its increment.
//   - after a sync that failed nothing is acknowledged before the files are written anew, by a process that comes later either.

import type { RewriteStart } from "../commands/persistence/views.ts";
import { ChangeLog } from "../connection/change-log.ts";
import type { Env } from "../env/env.ts";
import { type BlockingFile, type FileFault, faultTexts } from "../env/files.ts";
import type { LogFile, LogManifest } from "../persistence/log-manifest.ts";
import type { Snapshot } from "../persistence/snapshot.ts";
import { errors } from "../resp/errors.ts";
import { AppendLog } from "./append-log.ts";
import { BackgroundSave, type SaveFault } from "./background-save.ts";
import { LogFolder, noManifest } from "./log-folder.ts";
import { findManifest, type LogStartParts, openLog } from "./log-start.ts";
import type { Server } from "./server.ts";

/** After so many failures in a row rewrites that nobody asked for wait longer each time, up to an hour. */
const FAILURES_UNLIMITED = 3;
const WAIT_MINUTES_MAX = 60;
const GROUP_RETRY_US = 10_000;
const MEND_RETRY_S = 5;

export type LogKeeperParts = {
  readonly env: Env;
  readonly server: Server;
  /** The folder that relative paths are of. */
  readonly directory: () => string;
  /** A snapshot of this moment, as a base. */
  readonly newSnapshot: () => Snapshot;
  /** Another snapshot is being written. */
  readonly isSaving: () => boolean;
};

type Rewrite = {
  readonly base: LogFile;
  /** How far the log had come when the snapshot was taken. */
  position: number;
  save: BackgroundSave | undefined;
  readonly startedS: number;
};

export class LogKeeper {
  readonly changes: ChangeLog;
  readonly file: AppendLog;
  state: "off" | "starting" | "on" = "off";
  manifest: LogManifest = noManifest;
  isScheduled = false;
  isLastRewriteOk = true;
  lastDuration = -1;
  rewrites = 0;
  failuresInRow = 0;
  private readonly parts: LogKeeperParts;
  private folderNow: LogFolder | undefined = undefined;
  private rewriting: Rewrite | undefined = undefined;
  /** On the monotonic clock: a wall clock set back would put the next try off for as long. */
  private lastTryUs = 0;
  private filesBytes = 0; // of the manifest's files, without the present one
  private sizeAtRewrite = 0;
  private number = 0;
  /** There is a note beside the files that a sync has failed. */
  private isNoted = false;

  constructor(parts: LogKeeperParts) {
    this.parts = parts;
    const { server, env } = parts;
    this.changes = new ChangeLog(
      server.coordinator,
      () => server.isBusy,
      () => (server.config.aofTimestampEnabled ? this.nowS() : 0),
    );
    this.file = new AppendLog({
      env,
      config: server.config,
      changes: this.changes,
      log: (level, text) => server.log(level, text),
      isRewriting: () => this.isRewriting,
      faultChanged: () => {
        server.updateRefusals();
        this.noteTrust();
      },
      synced: () => this.tellWaiters(),
    });
    server.config.onChange("appendonly", () => this.follow());
    // The files are few and small to delete: a change of the setting may wait for them.
    server.config.onChange("aof-disable-auto-gc", () => {
      if (this.isRewriting || server.config.aofDisableAutoGc) return undefined;
      const { manifest } = this;
      for (const { name } of manifest.history) env.blockingFiles.unlink(this.folder.pathOf(name));
      const without = { ...manifest, history: [] };
      if (manifest.history.length > 0 && this.folder.writeNow(without) === undefined) this.manifest = without;
      return undefined;
    });
    server.config.onChange("appendfsync", () => {
      this.file.tick();
      return undefined;
    });
  }

  get isRewriting(): boolean {
    return this.rewriting !== undefined;
  }

  /** All that was told up to `position` is synced, and so is what there was before. */
  isSynced(position: number): boolean {
    return this.state === "on" && this.file.safe >= position;
  }

  /** Why writes are refused, if they are. */
  get writeRefusal(): string | undefined {
    const { fault } = this.file;
    return fault === undefined ? undefined : errors.logFault(faultTexts[fault]);
  }

  /** Bytes of the log's files, and what they were when it was written anew last. */
  get currentBytes(): number {
    return this.filesBytes + (this.file.isOpen ? this.file.fileBytes : 0);
  }
  get baseBytes(): number {
    return this.sizeAtRewrite;
  }

  get currentDuration(): number {
    return this.rewriting === undefined ? -1 : this.nowS() - this.rewriting.startedS;
  }

  get folder(): LogFolder {
    const { appenddirname, appendfilename } = this.parts.server.config;
    const directory = this.parts.directory();
    const now = this.folderNow;
    if (now !== undefined && now.names.directory === directory) return now;
    this.folderNow = new LogFolder(this.parts.env, {
      directory,
      folder: appenddirname,
      filename: appendfilename,
    });
    return this.folderNow;
  }

  /** Sees to it that no other process uses the log's folder, which is made if need be; the reason when one does. */
  lock(done: (failure: string | undefined) => void): void {
    const { folder, parts } = this;
    const fault = folder.make();
    const { folder: name } = folder.names;
    if (fault !== undefined) {
      return done(`Can't open or create append-only dir ${name}: ${faultTexts[fault]}`);
    }
    if (parts.env.lock === undefined) return done(undefined);
    const { filename } = folder.names;
    parts.env.lock.take(folder.path, filename, (isHeld) =>
      done(isHeld ? undefined : `The log ${filename} in ${folder.path} is used by another server that runs.`),
    );
  }

  // --- at the start ---

  /** Reads the manifest, or makes one for a log of one file; the reason when that cannot be done. */
  readFiles(): string | undefined {
    const found = findManifest(this.startParts(), this.manifest);
    if (!found.ok) return found.reason;
    this.manifest = found.manifest;
    return undefined;
  }

  /** Opens the log behind what has been loaded, and keeps it from now on; the reason when that cannot be done. */
  openAtStart(): string | undefined {
    const opened = openLog(this.startParts(), this.manifest, {
      base: () => this.nextBase(),
      increment: () => this.nextIncrement(),
      snapshot: this.parts.newSnapshot,
    });
    if (!opened.ok) return opened.reason;
    this.manifest = opened.manifest;
    this.countFiles();
    this.sizeAtRewrite = this.currentBytes + opened.file.sizeBytes;
    this.attach(opened.file);
    this.state = "on";
    this.isNoted = this.folder.isUnsynced;
    if (this.isNoted) this.file.distrust();
    return undefined;
  }

  private startParts(): LogStartParts {
    const { env, server } = this.parts;
    return { env, folder: this.folder, notice: (text) => server.log("notice", text) };
  }

  // --- rewriting ---

  /** BGREWRITEAOF. */
  rewrite(isInExec: boolean): RewriteStart {
    if (this.isRewriting) return "running";
    if (this.parts.isSaving() || isInExec || this.file.writeFault !== undefined) {
      this.isScheduled = true;
      this.failuresInRow = 0;
      return "scheduled";
    }
    return this.beginRewrite() ? "started" : "failed";
  }

  /** The cron's. */
  tick(): void {
    this.file.tick();
    if (this.isRewriting || this.parts.isSaving() || this.parts.server.persistence.isLoading) return;
    // What could not be written would be in the snapshot, and in the increment behind it once more.
    if (this.file.writeFault !== undefined) return;
    const { config, log } = this.serverParts();
    if (this.isScheduled) {
      if (this.state === "starting" && !this.file.isOpen) this.beginLocked();
      else this.beginRewrite();
      return;
    }
    if (this.state === "off" || this.isLimited) return;
    if (this.state === "starting" || this.file.isBroken) {
      if (this.sinceTryS < MEND_RETRY_S) return;
      if (this.file.isOpen) this.beginRewrite();
      else this.beginLocked();
      return;
    }
    const percentage = config.autoAofRewritePercentage;
    const size = this.currentBytes;
    if (percentage === 0 || size <= config.autoAofRewriteMinSize) return;
    const growth = Math.floor((size * 100) / (this.sizeAtRewrite || 1)) - 100;
    if (growth < percentage) return;
    log("notice", `Starting automatic rewriting of AOF on ${growth}% growth`);
    this.beginRewrite();
  }

  /** Ends a rewrite without a result. */
  giveUp(): void {
    const { rewriting } = this;
    this.isScheduled = false;
    this.rewriting = undefined;
    rewriting?.save?.giveUp();
    if (rewriting?.save !== undefined) this.parts.env.blockingFiles.unlink(rewriting.save.temporary);
  }

  /** Before the process ends: all is written and synced, or why not. */
  close(): FileFault | undefined {
    this.giveUp();
    if (this.state === "off") return undefined;
    this.parts.server.log("notice", "Calling fsync() on the AOF file.");
    const fault = this.file.syncNow();
    if (fault !== undefined)
      this.parts.server.log("warning", `Fail to fsync the AOF file: ${faultTexts[fault]}.`);
    return fault;
  }

  /** Ends everything without a word. */
  stop(): void {
    this.giveUp();
    this.file.end();
  }

  /** Writes what there is to the file, and forgets nothing; for who reads the files next. */
  flush(): void {
    this.file.syncNow();
  }

  /** Nothing is told for now, as the data is read again; whether anything was. */
  pause(): boolean {
    const { server } = this.parts;
    if (!server.isTelling) return false;
    server.coordinator.tellTo(undefined);
    server.forgetRemovals();
    return true;
  }

  /** Ends a pause. */
  goOn(): void {
    this.changes.selectAnew();
    this.parts.server.updateTelling();
  }

  private follow(): string | undefined {
    const { server } = this.parts;
    if (!server.config.appendonly) {
      this.turnOff();
      return undefined;
    }
    if (this.state !== "off" || server.persistence.isLoading) return undefined;
    this.state = "starting";
    if (this.isRewriting) {
      // What it writes does not begin at this moment.
      this.giveUp();
      server.log(
        "warning",
        "AOF was enabled but there is already an AOF rewriting in background. Starting over.",
      );
    }
    if (this.parts.isSaving()) {
      this.isScheduled = true;
      server.log(
        "notice",
        "AOF was enabled but there is already another background operation. An AOF background was scheduled.",
      );
      return undefined;
    }
    return this.beginLocked() ? undefined : "Unable to turn on AOF. Check server logs.";
  }

  // Whether another process uses the folder may only be known later; false when something else is wrong already.
  private beginLocked(): boolean {
    let isRefused = false;
    this.lastTryUs = this.parts.env.clock.monotonicUs();
    this.lock((failure) => {
      if (failure !== undefined) isRefused = !this.fail(failure);
      else if (this.state !== "starting") return;
      // Another snapshot may have begun meanwhile.
      else if (this.parts.isSaving()) this.isScheduled = true;
      else isRefused = !this.beginRewrite();
    });
    if (isRefused) this.state = "off";
    return !isRefused;
  }

  private turnOff(): void {
    if (this.state === "off") return;
    this.giveUp();
    this.state = "off";
    this.detach();
    this.parts.server.hub.blocking.logEnded();
    this.parts.server.updateRefusals();
  }

  private beginRewrite(): boolean {
    const { folder, parts } = this;
    const { env, server } = parts;
    this.isScheduled = false;
    this.lastTryUs = this.parts.env.clock.monotonicUs();
    const madeFault = folder.make();
    if (madeFault !== undefined) {
      return this.fail(
        `Can't open or create append-only dir ${folder.names.folder}: ${faultTexts[madeFault]}`,
      );
    }
    if (this.state === "off") {
      const read = folder.read();
      if (read.kind === "failed") return this.fail(read.reason);
      if (read.kind === "read") this.manifest = read.manifest;
      this.startSnapshot(undefined);
      return true;
    }
    if (this.state === "starting" && !this.file.isOpen) {
      const read = folder.read();
      if (read.kind === "read") this.manifest = read.manifest;
    }
    const next = this.nextIncrement();
    server.log("notice", `Creating AOF incr file ${next.name} on background rewrite`);
    const opened = env.blockingFiles.open(folder.pathOf(next.name), "create");
    if (!opened.ok)
      return this.fail(`Can't open the append-only file ${next.name}: ${faultTexts[opened.fault]}`);
    const manifest: LogManifest = {
      ...this.manifest,
      increments: [...this.manifest.increments, next],
      incrementSequence: next.sequence,
    };
    const rewriting = this.newRewrite();
    this.rewriting = rewriting;
    // Until the first base is whole, the manifest that is on disk is of the data that was there before.
    if (this.state === "starting") {
      this.manifest = manifest;
      this.switchTo(rewriting, opened.value);
      return true;
    }
    folder.write(manifest, (fault) => {
      if (this.rewriting !== rewriting) return opened.value.close();
      if (fault !== undefined) {
        opened.value.close();
        this.rewriting = undefined;
        this.fail(`Can't write the AOF manifest: ${faultTexts[fault]}`);
        return;
      }
      this.filesBytes += this.file.fileBytes;
      this.manifest = manifest;
      this.switchTo(rewriting, opened.value);
    });
    return true;
  }

  // From here on changes go to the new increment, and the snapshot is of this moment.
  private switchTo(rewriting: Rewrite, file: BlockingFile): void {
    if (this.rewriting !== rewriting) return file.close();
    if (this.changes.isOpen || this.parts.server.isBusy || !this.file.isDrained) {
      this.parts.server.after(GROUP_RETRY_US, () => this.switchTo(rewriting, file));
      return;
    }
    if (this.file.isOpen) this.file.begin(file);
    else this.attach(file);
    this.startSnapshot(rewriting);
  }

  private newRewrite(): Rewrite {
    return { base: this.nextBase(), position: 0, save: undefined, startedS: this.nowS() };
  }

  private startSnapshot(begun: Rewrite | undefined): void {
    const { parts, folder } = this;
    const { env, server } = parts;
    const rewriting = begun ?? this.newRewrite();
    this.rewriting = rewriting;
    this.rewrites++;
    const { directory } = folder.names;
    const prefix = directory === "." ? "" : `${directory}/`;
    rewriting.position = this.file.position;
    const save = new BackgroundSave({
      files: env.files,
      clock: env.clock,
      snapshot: parts.newSnapshot(),
      temporary: `${prefix}temp-rewriteaof-bg-${env.host.pid}-${++this.number}.aof`,
      path: folder.pathOf(rewriting.base.name),
      directory: folder.path,
      isIncremental: server.config.aofRewriteIncrementalFsync,
      busyUs: () => server.busyUs,
      sliced: (startUs, endUs) => server.turns.add(startUs, endUs),
      done: (fault) => this.snapshotDone(rewriting, fault),
    });
    rewriting.save = save;
    server.log("notice", `Background append only file rewriting started by pid ${env.host.pid}`);
    save.begin();
  }

  private snapshotDone(rewriting: Rewrite, fault: SaveFault | undefined): void {
    const { folder } = this;
    if (this.rewriting !== rewriting) return;
    rewriting.save = undefined;
    if (fault !== undefined) {
      this.rewriting = undefined;
      this.fail(`Background AOF rewrite failed ${fault.what} the base file: ${faultTexts[fault.fault]}`);
      return;
    }
    this.parts.server.log("notice", "Background AOF rewrite terminated with success");
    const { base, increments, history } = this.manifest;
    const isKept = this.state !== "off";
    const last = increments.at(-1);
    // The latest first, as Redis has it.
    const replaced = isKept ? increments.slice(0, -1) : increments;
    const old = [...replaced.toReversed(), ...(base === undefined ? [] : [base]), ...history];
    const manifest: LogManifest = {
      base: rewriting.base,
      baseSequence: rewriting.base.sequence,
      increments: isKept && last !== undefined ? [last] : [],
      incrementSequence: this.manifest.incrementSequence,
      history: old,
    };
    folder.write(manifest, (writeFault) => {
      if (this.rewriting !== rewriting) return;
      if (writeFault !== undefined) {
        this.rewriting = undefined;
        this.fail(`Can't write the AOF manifest: ${faultTexts[writeFault]}`);
        return;
      }
      this.rewritten(rewriting, manifest);
    });
  }

  private rewritten(rewriting: Rewrite, manifest: LogManifest): void {
    const { server } = this.parts;
    this.manifest = manifest;
    this.isLastRewriteOk = true;
    this.failuresInRow = 0;
    this.lastDuration = this.nowS() - rewriting.startedS;
    if (this.state === "starting") this.state = "on";
    this.countFiles();
    this.sizeAtRewrite = this.currentBytes;
    this.file.rewritten(rewriting.position);
    this.noteTrust();
    server.log("notice", "Background AOF rewrite finished successfully");
    this.dropHistory(() => {
      if (this.rewriting === rewriting) this.rewriting = undefined;
    });
  }

  // Deletes what has been replaced, and what the manifest says of it. No rewrite may begin meanwhile.
  private dropHistory(done: () => void): void {
    const { manifest, folder } = this;
    const names = manifest.history.map(({ name }) => name);
    if (names.length === 0 || this.parts.server.config.aofDisableAutoGc) return done();
    folder.unlink(names, () => {
      if (this.manifest !== manifest) return done();
      const without = { ...manifest, history: [] };
      folder.write(without, (fault) => {
        if (fault === undefined && this.manifest === manifest) this.manifest = without;
        done();
      });
    });
  }

  private fail(text: string): false {
    this.isLastRewriteOk = false;
    this.failuresInRow++;
    this.lastTryUs = this.parts.env.clock.monotonicUs();
    this.parts.server.log("warning", text);
    return false;
  }

  private get isLimited(): boolean {
    if (this.failuresInRow < FAILURES_UNLIMITED || this.file.isBroken) return false;
    const minutes = Math.min(2 ** (this.failuresInRow - FAILURES_UNLIMITED), WAIT_MINUTES_MAX);
    return this.sinceTryS < minutes * 60;
  }

  // --- files ---

  private attach(file: BlockingFile): void {
    const { server } = this.parts;
    this.changes.clear();
    this.file.begin(file);
    server.hub.gate = this.file;
    server.updateTelling();
  }

  private detach(): void {
    const { server } = this.parts;
    server.hub.gate = undefined;
    this.file.end(true);
    server.updateTelling();
  }

  // After a sync that failed the system shows what the disk may not have. Whoever starts on these files must know, or what is
  // acknowledged then would stand behind a hole.
  private noteTrust(): void {
    const { isBroken } = this.file;
    if (isBroken === this.isNoted) return;
    const fault = this.folder.setUnsynced(isBroken);
    if (fault === undefined || !isBroken) this.isNoted = isBroken;
    else this.parts.server.log("warning", `Can't note that the AOF file is not synced: ${faultTexts[fault]}`);
  }

  // Later: whoever syncs may be in the middle of something.
  private tellWaiters(): void {
    const { server } = this.parts;
    const { blocking } = server.hub;
    if (blocking.logWaitCount > 0) server.soon(() => blocking.logSynced());
  }

  private nextBase(): LogFile {
    const sequence = this.manifest.baseSequence + 1;
    return { name: this.folder.baseName(sequence, this.parts.server.config.aofUseRdbPreamble), sequence };
  }

  private nextIncrement(): LogFile {
    const sequence = this.manifest.incrementSequence + 1;
    return { name: this.folder.incrementName(sequence), sequence };
  }

  // The sizes of all files but the present one.
  private countFiles(): void {
    const { base, increments } = this.manifest;
    const names = [...(base === undefined ? [] : [base]), ...increments.slice(0, -1)];
    this.filesBytes = 0;
    for (const { name } of names) {
      const opened = this.parts.env.blockingFiles.open(this.folder.pathOf(name), "read");
      if (!opened.ok) continue;
      this.filesBytes += opened.value.sizeBytes;
      opened.value.close();
    }
  }

  private serverParts(): { config: Server["config"]; log: Server["log"] } {
    const { server } = this.parts;
    return { config: server.config, log: (level, text) => server.log(level, text) };
  }

  private get sinceTryS(): number {
    return (this.parts.env.clock.monotonicUs() - this.lastTryUs) / 1e6;
  }

  private nowS(): number {
    return Math.floor(this.parts.env.clock.wallMs() / 1000);
  }
}
