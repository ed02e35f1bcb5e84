// Log loading: puts the data together again from the files of an append-only log, in slices.
//
//   base: | snapshot | requests |     increments: | requests | ... | requests | what was cut off
//
// Role: reads one file after the other and runs its requests as a client's would be, with nobody listening. Nothing
// expires meanwhile: a key may have been given more time by a later request, and those that did go are told as DEL. So
// the data sees the beginning of time, but for requests that reckon from the present.
// What comes between MULTI and EXEC runs when its EXEC is read, or not at all. Only the last file that is not empty
// may have been cut off, and is made whole again when aof-load-truncated allows it.

import type { CommandContext } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import { RequestQueue } from "../connection/request-queue.ts";
import { ScriptClient } from "../connection/script-client.ts";
import type { Env } from "../env/env.ts";
import { type BlockingFile, type FileFault, faultTexts } from "../env/files.ts";
import { latin1Text } from "../lib/bytes.ts";
import { ByteSource } from "../persistence/byte-source.ts";
import { Loader } from "../persistence/loader.ts";
import type { LogManifest } from "../persistence/log-manifest.ts";
import { LogReader } from "../persistence/log-reader.ts";
import { signature } from "../persistence/rdb-format.ts";
import { Args } from "../resp/args.ts";
import { ReplyWriter } from "../resp/reply-writer.ts";
import type { LogFolder } from "./log-folder.ts";
import type { Server } from "./server.ts";

/** Commands that reckon a time from the present, or compare one with it. */
const relative: ReadonlySet<string> = new Set(["setex", "psetex", "expire", "pexpire", "eval", "evalsha"]);
const NO_BYTES = new Uint8Array(0);

/** Who runs what stands in the file: may do everything, waits for nothing, hears nothing. */
class LogClient extends ScriptClient {
  readonly isUnrestricted = true;
  override get id(): number {
    return 0;
  }
  override get remoteAddress(): string {
    return "";
  }
  // A script that was suspended has nobody to answer.
  override get isClosed(): boolean {
    return true;
  }
  override send(): void {
    // Nobody is there.
  }
}

type OpenFile = {
  readonly name: string;
  readonly file: BlockingFile;
  readonly source: ByteSource;
  readonly startUs: number;
  readonly isBase: boolean;
  loader: Loader | undefined;
  reader: LogReader | undefined;
};

export class LogLoading {
  /** Why it cannot be loaded. */
  failure: string | undefined = undefined;
  readonly startTime: number;
  /** Of all files. */
  totalBytes = 0;
  keysLoaded = 0;
  private readonly env: Env;
  private readonly server: Server;
  private readonly folder: LogFolder;
  private readonly names: readonly string[];
  private readonly hasBase: boolean;
  private readonly client = new LogClient(undefined as unknown as ScriptClient);
  private readonly reply = new ReplyWriter({ take: (buffer) => buffer });
  private readonly queued = new Args(NO_BYTES);
  private context: CommandContext & { args: Args };
  private next = 0;
  private open: OpenFile | undefined = undefined;
  private passedBytes = 0;
  /** How many files there are up to the last one that is not empty: another begins when all of the one before is safe. */
  private lastWritten = 0;
  private readFault: FileFault = "EIO";
  /** Requests since MULTI, and where that stands. */
  private queue: RequestQueue | undefined = undefined;
  private multiOffset = 0;
  /** Requests whose EXEC has been read, and how many of them have been run. */
  private executing: RequestQueue | undefined = undefined;
  private executed = 0;
  private lastName = "";
  private lastCommand: Command | undefined = undefined;
  private readonly startUs: number;

  constructor(env: Env, server: Server, folder: LogFolder, manifest: LogManifest) {
    this.env = env;
    this.server = server;
    this.folder = folder;
    this.hasBase = manifest.base !== undefined;
    this.names = [
      ...(manifest.base === undefined ? [] : [manifest.base.name]),
      ...manifest.increments.map(({ name }) => name),
    ];
    this.startTime = Math.floor(env.clock.wallMs() / 1000);
    this.startUs = env.clock.monotonicUs();
    const keyspace = server.everything;
    this.context = { args: this.queued, reply: this.reply, keyspace, client: this.client, server };
    for (const [i, name] of this.names.entries()) {
      const opened = env.blockingFiles.open(folder.pathOf(name), "read");
      if (!opened.ok) {
        this.failure ??= `Fatal error: can't open the append log file ${name} for reading: ${faultTexts[opened.fault]}`;
        continue;
      }
      this.totalBytes += opened.value.sizeBytes;
      if (opened.value.sizeBytes > 0) this.lastWritten = i + 1;
      opened.value.close();
    }
    server.coordinator.keepExpired(true);
  }

  get loadedBytes(): number {
    return this.passedBytes + (this.open?.source.offset ?? 0);
  }

  /** What the snapshot in the base says of the memory that its data took. */
  get usedBytes(): number {
    return Number(this.open?.loader?.aux.get("used-mem") ?? 0);
  }

  get elapsedUs(): number {
    return this.env.clock.monotonicUs() - this.startUs;
  }

  /** Loads some; "done" and "failed" come once. */
  step(count: number): "more" | "done" | "failed" {
    if (this.failure !== undefined) return this.end("failed");
    // A script of the log goes on by itself, and what follows it waits.
    if (this.server.isBusy) return "more";
    this.server.coordinator.keepExpired(true);
    this.setTime(0);
    const step = this.stepInFile(count);
    return step === "more" ? "more" : this.end(step);
  }

  /** Others have their turn: they see the present. */
  pause(): void {
    this.setTime(this.env.clock.wallMs());
  }

  private stepInFile(count: number): "more" | "done" | "failed" {
    if (this.open === undefined) {
      const name = this.names[this.next++];
      if (name === undefined) return "done";
      return this.openFile(name) ? "more" : "failed";
    }
    const { open } = this;
    if (open.loader !== undefined) {
      const step = open.loader.loadSome(count);
      if (step === "more") return "more";
      if (step === "failed") {
        if (open.source.hasFailed) return this.unreadable(open);
        const { reason, offset } = open.loader.failure ?? { reason: "", offset: 0 };
        return this.fail(
          `Error reading the RDB preamble of the AOF file ${open.name}: ${reason} (at byte ${offset})`,
        );
      }
      this.keysLoaded += open.loader.keysLoaded;
      open.loader = undefined;
    }
    open.reader ??= new LogReader(open.source);
    return this.runSome(open, open.reader, count);
  }

  private openFile(name: string): boolean {
    const opened = this.env.blockingFiles.open(this.folder.pathOf(name), "read");
    if (!opened.ok) {
      this.fail(
        `Fatal error: can't open the append log file ${name} for reading: ${faultTexts[opened.fault]}`,
      );
      return false;
    }
    const file = opened.value;
    const source = new ByteSource(file.sizeBytes, (offset, target, start, end) => {
      const read = file.readAt(offset, target, start, end);
      if (!read.ok) this.readFault = read.fault;
      return read.ok ? read.value : undefined;
    });
    const { server } = this;
    const isBase = this.hasBase && this.next === 1;
    const { length } = signature;
    const isSnapshot = source.need(0, length) && latin1Text(source.window, 0, length) === signature;
    let loader: Loader | undefined;
    if (isSnapshot) {
      server.log("notice", "Reading RDB base file on AOF loading...");
      loader = new Loader({
        source,
        keyspace: server.everything,
        databases: server.config.databases,
        nowMs: 0,
        isMerging: false,
        isChecked: server.config.rdbchecksum,
        loadLibrary: (code) => server.scripting.loadCode(code, false),
      });
    }
    const startUs = this.env.clock.monotonicUs();
    this.open = { name, file, source, startUs, isBase, loader, reader: undefined };
    this.client.db = 0;
    return true;
  }

  private runSome(open: OpenFile, reader: LogReader, count: number): "more" | "done" | "failed" {
    if (this.executing !== undefined) this.goOn(this.executing);
    for (let i = 0; i < count && !this.server.isBusy; i++) {
      const offset = reader.offset;
      const step = reader.next();
      if (step === "request") {
        if (!this.take(reader.args, offset)) return "failed";
        continue;
      }
      if (step === "end" && this.queue === undefined) return this.closeFile(open);
      if (open.source.hasFailed) return this.unreadable(open);
      if (step === "damaged") {
        return this.fail(
          `Bad file format reading the append only file ${open.name}: ${reader.reason} (at byte ${reader.offset}); ` +
            "make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>",
        );
      }
      return this.cutOff(open, this.queue === undefined ? reader.offset : this.multiOffset);
    }
    return "more";
  }

  private closeFile({ name, file, source, startUs, isBase }: OpenFile): "more" {
    file.close();
    this.passedBytes += source.sizeBytes;
    this.open = undefined;
    const seconds = ((this.env.clock.monotonicUs() - startUs) / 1e6).toFixed(3);
    this.server.log("notice", `DB loaded from ${isBase ? "base" : "incr"} file ${name}: ${seconds} seconds`);
    return "more";
  }

  // The file ends in the middle of something.
  private cutOff(open: OpenFile, whole: number): "more" | "failed" {
    const { server, env } = this;
    const { name } = open;
    const isLast = this.next >= this.lastWritten;
    if (!server.config.aofLoadTruncated || !isLast) {
      const hint = isLast
        ? " You can: 1) Make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>. " +
          "2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server."
        : " It is not the last one, so what follows it cannot be loaded.";
      return this.fail(
        `Unexpected end of file reading the append only file ${name} (whole up to byte ${whole}).${hint}`,
      );
    }
    if (this.queue !== undefined) {
      server.log("warning", `Revert incomplete MULTI/EXEC transaction from AOF file ${name}`);
      this.queue = undefined;
    }
    server.log("warning", `!!! Warning: short read while loading the AOF file ${name}!!!`);
    server.log("warning", `AOF loaded anyway because aof-load-truncated is enabled`);
    server.log("warning", `Truncating the AOF ${name} at offset ${whole}`);
    const opened = env.blockingFiles.open(this.folder.pathOf(name), "append");
    const fault = opened.ok ? (opened.value.truncate(whole) ?? opened.value.sync()) : opened.fault;
    if (opened.ok) opened.value.close();
    if (fault !== undefined) {
      return this.fail(`Error truncating the AOF file ${name}: ${faultTexts[fault]}`);
    }
    return this.closeFile(open);
  }

  // Not damage: the file may be as good as ever.
  private unreadable({ name }: OpenFile): "failed" {
    return this.fail(`Error reading the append only file ${name}: ${faultTexts[this.readFault]}`);
  }

  private fail(reason: string): "failed" {
    this.failure = reason;
    return "failed";
  }

  private end(step: "done" | "failed"): "done" | "failed" {
    this.open?.file.close();
    this.open = undefined;
    this.setTime(this.env.clock.wallMs());
    this.server.everything.db = 0;
    return step;
  }

  // --- running ---

  private take(args: Args, offset: number): boolean {
    const command = this.find(args);
    if (command === undefined) {
      this.fail(`Unknown command '${args.textBeforeNul(0)}' reading the append only file ${this.open?.name}`);
      return false;
    }
    if (command.name === "multi") {
      this.queue = new RequestQueue();
      this.multiOffset = offset;
    } else if (command.name === "exec") {
      this.executing = this.queue;
      this.queue = undefined;
      this.executed = 0;
      if (this.executing !== undefined) this.goOn(this.executing);
    } else if (this.queue !== undefined) {
      this.queue.push(command, args);
    } else {
      this.run(command, args);
    }
    return true;
  }

  // Runs what stood between MULTI and EXEC, up to a script that is suspended.
  private goOn(queue: RequestQueue): void {
    const runOne = (command: Command): boolean => {
      this.run(command, this.queued);
      return !this.server.isBusy;
    };
    this.executed = queue.each(this.queued, runOne, this.executed);
    if (this.executed === queue.length) this.executing = undefined;
  }

  private run(command: Command, args: Args): void {
    const { reply, context, server } = this;
    const { arity } = command;
    if (arity > 0 ? args.count !== arity : args.count < -arity) return;
    reply.position = 0;
    context.args = args;
    const isRelative =
      command.group === "stream" || relative.has(command.name) || isSetWithTime(command, args);
    if (isRelative) this.setTime(this.presentFor(args));
    server.coordinator.run(command, context);
    if (isRelative && !server.isBusy) this.setTime(0);
  }

  // The present, but for a key whose time is over by now: then it is a moment before that.
  private presentFor(args: Args): number {
    const nowMs = this.env.clock.wallMs();
    const { everything } = this.server;
    everything.db = this.client.db;
    const entry = args.count > 1 ? everything.peek(args, 1) : undefined;
    return entry?.hasExpiry === true ? Math.min(nowMs, entry.expireAtMs - 1) : nowMs;
  }

  private setTime(nowMs: number): void {
    for (const { databases } of this.server.coordinator.shards) databases.nowMs = nowMs;
  }

  private find(args: Args): Command | undefined {
    const name = args.text(0);
    let command = name === this.lastName ? this.lastCommand : undefined;
    if (command === undefined) {
      command = this.server.commands.get(name.toLowerCase());
      this.lastName = name;
      this.lastCommand = command;
    }
    if (command === undefined || command.byName.size === 0 || args.count < 2) return command;
    return command.byName.get(args.text(1).toLowerCase());
  }
}

function isSetWithTime(command: Command, args: Args): boolean {
  if (command.name !== "set") return false;
  for (let i = 3; i < args.count; i++) if (args.is(i, "ex") || args.is(i, "px")) return true;
  return false;
}
