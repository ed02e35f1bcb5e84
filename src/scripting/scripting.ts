// Scripting: the scripts and functions of one server, and the one that is running.
//
// Role: keeps scripts by their SHA-1 and libraries by name, checks what a run may do, and drives the engine: to the end
// in the turn of its client, or, past busy-reply-threshold, in slices with the network's turns between them.
//
//   evaluate -> engine.start --- returned, failed -------------------> replied
//                   '--- suspended -> busy; soon: engine.resume ---+-> answered later
//                                        '---- suspended again ----'
//
// Invariants:
//   - while a script is suspended no command runs but those flagged allow_busy.
//   - the engine can be lost and made anew at any time between runs: scripts are compiled again when they are next
//     asked for, and libraries at once.

import type { ClientView, CommandContext, ServerView } from "../commands/context.ts";
import type {
  ScriptCalls,
  ScriptFigures,
  ScriptingView,
  ScriptServer,
  ScriptUse,
} from "../commands/scripting/views.ts";
import { equalBytes } from "../lib/bytes.ts";
import { sha1Hex } from "../lib/sha1.ts";
import type { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import { EngineLife, type EngineParts } from "./engine-life.ts";
import { dumpLibraries, readLibraries } from "./function-payload.ts";
import { Libraries, type Library, type LoadCode } from "./libraries.ts";
import { writeLibraries } from "./library-list.ts";
import { functionFlags } from "./library-redis.ts";
import { type LuaEngine, NAME_PLACE } from "./lua-engine.ts";
import { writeError } from "./lua-to-reply.ts";
import type { LogLevel, RunOutcome, ScriptHost } from "./script-host.ts";
import { readScriptHeader } from "./shebang.ts";

/** What the engine takes for a hundred thousand instructions at the very least, where clocks stand still. */
const HOOK_US_MIN = 100;
const SCRIPT_STATE_BYTES = 200;
const KILLED = "ERR Script killed by user with SCRIPT KILL...";
const logLevels: readonly LogLevel[] = ["debug", "verbose", "notice", "warning"];

type Script = {
  readonly sha: string;
  readonly body: Uint8Array;
  /** What its first line declares; undefined when it has none, as before Redis 7. */
  readonly flags: readonly string[] | undefined;
  readonly headerLength: number;
  /** Its number in the engine of `epoch`. */
  ref: number;
  epoch: number;
};

type Run = {
  readonly client: ClientView;
  readonly name: string;
  readonly isEval: boolean;
  readonly startUs: number;
  words: readonly Uint8Array[];
  isKilled: boolean;
};

export type ScriptingParts = {
  readonly program: EngineParts["program"];
  readonly server: ServerView;
  readonly calls: ScriptCalls;
  readonly driver: ScriptServer;
};

export class Scripting implements ScriptingView {
  busy = "";

  private readonly parts: ScriptingParts;
  private readonly scripts = new Map<string, Script>();
  private readonly libraries = new Libraries();
  private readonly engine: EngineLife;
  private cachedBytes = 0;
  // Clients repeat one script.
  private latest: Script | undefined = undefined;
  private run: Run | undefined = undefined;
  private loadStartUs = 0;

  constructor(parts: ScriptingParts) {
    this.parts = parts;
    const { server, calls, program } = parts;
    const { config } = server;
    const host: ScriptHost = {
      call: (args) => calls.call(args),
      mayCall: (args) => calls.mayCall(args),
      setProtocol: (protocol) => {
        calls.protocol = protocol;
      },
      isLogged: (level) => logLevels.indexOf(level) >= logLevels.indexOf(config.loglevel as LogLevel),
      log: (level, text) => server.log(level, text),
      elapsedUs: (hooks) =>
        Math.max(server.monotonicUs() - (this.run?.startUs ?? this.loadStartUs), hooks * HOOK_US_MIN),
      get limitUs(): number {
        const limitMs = config.busyReplyThreshold;
        return limitMs === 0 ? Number.POSITIVE_INFINITY : limitMs * 1000;
      },
    };
    this.engine = new EngineLife({
      program,
      host,
      hasDeprecated: () => config.luaEnableDeprecatedApi,
      warn: (text) => server.log("warning", text),
      made: (engine) => this.libraries.reload(this.loaderOf(engine)),
    });
  }

  /** Bytes of all that is kept for clients: scripts and libraries. */
  get usedBytes(): number {
    return this.cachedBytes + (this.libraries.byName.size === 0 ? 0 : this.libraries.bytes);
  }

  get figures(): ScriptFigures {
    return {
      luaBytes: this.engine.now?.usedBytes ?? 0,
      cachedBytes: this.cachedBytes,
      cachedCount: this.scripts.size,
      functionBytes: this.libraries.bytes,
      functionCount: this.libraries.functionCount,
      libraryCount: this.libraries.byName.size,
    };
  }

  // --- EVAL ---

  evaluate(context: CommandContext, { isSha, isReadonly }: ScriptUse): void {
    const { args, reply } = context;
    this.parts.calls.announce(context);
    if (isSha && args.length(1) !== 40) return reply.error(errors.noScript);
    const keyCount = readKeyCount(args, errors.notAnInteger);
    if (typeof keyCount === "string") return reply.error(keyCount);
    const script = isSha ? this.findScript(args, 1) : this.keepScript(args, 1);
    if (script === undefined) return reply.error(errors.noScript);
    if (typeof script === "string") return reply.error(script);
    const engine = this.engine.ready();
    if (typeof engine === "string") return reply.error(engine);
    const fault = this.compile(engine, script);
    if (fault !== undefined) return reply.error(fault);
    this.start(engine, context, {
      name: script.sha,
      isEval: true,
      ref: script.ref,
      keyCount,
      isReadonly,
      flags: script.flags,
    });
  }

  isReader(args: Args): boolean {
    if (args.count < 3) return false;
    if (args.is(0, "fcall")) return isReader(this.libraries.find(args.textBeforeNul(1))?.flags);
    if (args.is(0, "evalsha")) return isReader(this.findScript(args, 1)?.flags);
    if (!args.is(0, "eval")) return false;
    const header = readScriptHeader(shebangText(args.copy(1)), functionFlags);
    return header.ok && isReader(header.flags);
  }

  load({ args, reply }: CommandContext, i: number): void {
    const script = this.keepScript(args, i);
    if (typeof script === "string") reply.error(script);
    else reply.bulkText(script.sha);
  }

  has(args: Args, i: number): boolean {
    return this.scripts.has(args.text(i).toLowerCase());
  }

  flushScripts(): void {
    for (const script of this.scripts.values()) {
      if (script.epoch === this.engine.epoch && script.ref !== 0) this.engine.now?.forget(script.ref);
    }
    this.scripts.clear();
    this.latest = undefined;
    this.cachedBytes = 0;
    // A new machine: nothing of what scripts have left in the old one stays.
    if (this.libraries.byName.size === 0) this.engine.drop();
  }

  setUnrestricted(isUnrestricted: boolean): void {
    this.parts.calls.isUnrestricted = isUnrestricted;
  }

  kill(isEval: boolean): string | undefined {
    const { run } = this;
    if (run === undefined) return errors.notBusy;
    if (this.parts.calls.hasWritten) return errors.unkillable;
    if (isEval !== run.isEval) return isEval ? errors.busyFunction : errors.busyScript;
    run.isKilled = true;
    return undefined;
  }

  private findScript(args: Args, i: number): Script | undefined {
    return this.scripts.get(args.text(i).toLowerCase());
  }

  // The script that argument i is, known already or new; an error's text when it cannot be compiled.
  private keepScript(args: Args, i: number): Script | string {
    const { latest } = this;
    const [start, end] = [args.start(i), args.end(i)];
    if (latest !== undefined && equalBytes(latest.body, 0, latest.body.length, args.bytes, start, end)) {
      return latest;
    }
    const sha = sha1Hex(args.bytes, start, end);
    let script = this.scripts.get(sha);
    if (script === undefined) {
      const body = args.copy(i);
      const header = readScriptHeader(shebangText(body), functionFlags);
      if (!header.ok) return header.error;
      script = { sha, body, flags: header.flags, headerLength: header.length, ref: 0, epoch: -1 };
      const engine = this.engine.ready();
      if (typeof engine === "string") return engine;
      const fault = this.compile(engine, script);
      if (fault !== undefined) return fault;
      this.scripts.set(sha, script);
      this.cachedBytes += body.length + SCRIPT_STATE_BYTES;
    }
    this.latest = script;
    return script;
  }

  // Sees to it that the engine knows the script; the error's text when it cannot.
  private compile(engine: LuaEngine, script: Script): string | undefined {
    if (script.epoch === this.engine.epoch) return undefined;
    const ref = this.engine.guarded(() =>
      engine.compile(script.body, script.headerLength, script.body.length),
    );
    if (ref === undefined) return errors.scriptEngineLost;
    if (typeof ref === "string") return `ERR Error compiling script (new function): ${ref}`;
    script.ref = ref;
    script.epoch = this.engine.epoch;
    return undefined;
  }

  // --- FCALL and FUNCTION ---

  callFunction(context: CommandContext, isReadonly: boolean): void {
    const { args, reply } = context;
    this.parts.calls.announce(context);
    const engine = this.engine.ready();
    if (typeof engine === "string") return reply.error(engine);
    const own = this.libraries.find(args.textBeforeNul(1));
    if (own === undefined) return reply.error(errors.functionNotFound);
    const keyCount = readKeyCount(args, errors.badKeyCount);
    if (typeof keyCount === "string") return reply.error(keyCount);
    const { name, ref, flags } = own;
    this.start(engine, context, { name, isEval: false, ref, keyCount, isReadonly, flags });
  }

  loadLibrary({ args, keyspace, reply }: CommandContext, i: number, isReplacing: boolean): void {
    const engine = this.engine.ready();
    if (typeof engine === "string") return reply.error(engine);
    const loaded = this.libraries.load(args.copy(i), {
      isReplacing,
      load: this.loaderOf(engine),
      forget: (library) => this.forget(library),
    });
    if (!loaded.ok) return reply.error(loaded.error);
    keyspace.countChange();
    reply.bulkText(loaded.name);
  }

  deleteLibrary(name: string): boolean {
    const library = this.libraries.delete(name);
    if (library !== undefined) this.forget(library);
    return library !== undefined;
  }

  flushLibraries(): void {
    for (const library of this.libraries.byName.values()) this.forget(library);
    this.libraries.clear();
  }

  writeLibraries(reply: ReplyWriter, pattern: Uint8Array | undefined, hasCode: boolean): void {
    writeLibraries(reply, this.libraries.byName.values(), { pattern, hasCode });
  }

  writeStats(reply: ReplyWriter): void {
    const { run } = this;
    if (run?.isEval === true) return reply.error(errors.busyScript);
    reply.map(2);
    reply.bulkText("running_script");
    if (run === undefined) reply.null();
    else {
      reply.map(3);
      reply.bulkText("name");
      reply.bulkText(run.name);
      reply.bulkText("command");
      reply.array(run.words.length);
      for (const word of run.words) reply.bulk(word, 0, word.length);
      reply.bulkText("duration_ms");
      reply.int(Math.floor((this.parts.server.monotonicUs() - run.startUs) / 1000));
    }
    reply.bulkText("engines");
    reply.map(1);
    reply.bulkText("LUA");
    reply.map(2);
    reply.bulkText("libraries_count");
    reply.int(this.libraries.byName.size);
    reply.bulkText("functions_count");
    reply.int(this.libraries.functionCount);
  }

  /** The codes of all libraries, for a snapshot. */
  get libraryCodes(): readonly Uint8Array[] {
    return [...this.libraries.byName.values()].map(({ code }) => code);
  }

  /** Loads a library out of a snapshot; undefined on success, else the error. */
  loadCode(code: Uint8Array, isReplacing: boolean): string | undefined {
    const engine = this.engine.ready();
    if (typeof engine === "string") return engine;
    const forget = (library: Library): void => this.forget(library);
    const loaded = this.libraries.load(code, { isReplacing, load: this.loaderOf(engine), forget });
    return loaded.ok ? undefined : loaded.error;
  }

  dumpLibraries(reply: ReplyWriter): void {
    const payload = dumpLibraries(this.libraryCodes, this.parts.server.config.rdbcompression);
    reply.bulk(payload, 0, payload.length);
  }

  restoreLibraries(args: Args, policy: "flush" | "append" | "replace"): string | undefined {
    const { config } = this.parts.server;
    const read = readLibraries(args.bytes, args.start(2), args.end(2), config.protoMaxBulkLen);
    if (!read.ok) return read.error;
    const engine = this.engine.ready();
    if (typeof engine === "string") return engine;
    const restored = new Libraries();
    const forget = (library: Library): void => this.forget(library);
    for (const code of read.codes) {
      const loaded = restored.load(code, { isReplacing: false, load: this.loaderOf(engine), forget });
      if (loaded.ok) continue;
      for (const library of restored.byName.values()) forget(library);
      return `ERR Failed creating the library: ${loaded.error.replace(/^ERR /, "")}`;
    }
    if (policy === "flush") this.flushLibraries();
    const replaced = this.libraries.join(restored, policy === "replace");
    const dropped = typeof replaced === "string" ? restored.byName.values() : replaced;
    for (const library of dropped) forget(library);
    return typeof replaced === "string" ? replaced : undefined;
  }

  private loaderOf(engine: LuaEngine): LoadCode {
    return (code, start) => {
      this.loadStartUs = this.parts.server.monotonicUs();
      return (
        this.engine.guarded(() => engine.loadLibrary(code, start, code.length)) ?? "the script engine is lost"
      );
    };
  }

  private forget(library: Library): void {
    for (const { ref } of library.functions) this.engine.now?.forget(ref);
  }

  // --- Running ---

  private start(
    engine: LuaEngine,
    context: CommandContext,
    what: {
      readonly name: string;
      readonly isEval: boolean;
      readonly ref: number;
      readonly keyCount: number;
      readonly isReadonly: boolean;
      readonly flags: readonly string[] | undefined;
    },
  ): void {
    const { args, reply, client } = context;
    const { calls, server } = this.parts;
    const { flags } = what;
    const isReading = isReader(flags);
    if (server.cluster !== undefined && flags?.includes("no-cluster") === true) {
      return reply.error(errors.scriptNoCluster);
    }
    if (flags !== undefined && !isReading) {
      const refusal = server.persistence.writeRefusal;
      if (refusal !== undefined) return reply.error(refusal);
      if (server.lacksReplicas) return reply.error(errors.noReplicas);
      const limit = server.config.maxmemory;
      const isShort = limit > 0 && server.usedBytes() > limit;
      if (isShort && !flags.includes("allow-oom")) return reply.error(errors.oom);
      if (what.isReadonly) return reply.error(errors.writingScriptReadonly);
    }
    const isOomAllowed = flags?.includes("allow-oom") === true;
    // As in Redis a script without a first line that says so may, too.
    const mayCrossSlots = flags === undefined || flags.includes("allow-cross-slot-keys");
    calls.begin(context, { isReadonly: what.isReadonly || isReading, isOomAllowed, mayCrossSlots });
    const { name, isEval } = what;
    const run = { client, name, isEval, startUs: server.monotonicUs(), words: [], isKilled: false };
    this.run = run;
    const kind = isEval ? "eval" : "function";
    const outcome = this.engine.guarded(() => engine.start(kind, what.ref, args, 3, what.keyCount));
    if (outcome?.kind === "suspended") this.suspend(run, args);
    else {
      this.run = undefined;
      this.write(engine, run, outcome, reply, args);
    }
  }

  private suspend(run: Run, args: Args): void {
    const { server, driver } = this.parts;
    for (let i = 0; i < args.count; i++) run.words = [...run.words, args.copy(i)];
    const how = run.isEval ? "SCRIPT KILL" : "FUNCTION KILL";
    const elapsedMs = Math.floor((server.monotonicUs() - run.startUs) / 1000);
    server.log(
      "warning",
      `Slow script detected: still in execution after ${elapsedMs} milliseconds. ` +
        `You can try killing the script using the ${how} command. Script name is: ${run.name}.`,
    );
    this.busy = run.isEval ? errors.busyScript : errors.busyFunction;
    driver.setBusy(this.busy);
    run.client.suspend();
    driver.soon(() => this.goOn());
  }

  private goOn(): void {
    const { run } = this;
    const engine = this.engine.now;
    const { server, driver } = this.parts;
    if (run === undefined || engine === undefined) return;
    if (run.isKilled) server.log("warning", "Lua script killed by user with SCRIPT KILL.");
    const outcome = this.engine.guarded(() => (run.isKilled ? engine.kill(KILLED) : engine.resume()));
    if (outcome?.kind === "suspended") {
      driver.soon(() => this.goOn());
      return;
    }
    this.run = undefined;
    this.busy = "";
    driver.setBusy("");
    driver.answer(run.client, (reply) => this.write(engine, run, outcome, reply, undefined));
    engine.dropReply();
  }

  // Writes how a run has ended, as the reply of its request.
  private write(
    engine: LuaEngine,
    run: Run,
    outcome: RunOutcome | undefined,
    reply: ReplyWriter,
    args: Args | undefined,
  ): void {
    let isCounted = false;
    if (outcome === undefined) reply.error(errors.scriptEngineLost);
    else if (outcome.kind === "returned") isCounted = engine.writeReply(reply);
    else if (outcome.kind === "failed") {
      isCounted = outcome.isCounted;
      writeError(reply, outcome.error.replaceAll(NAME_PLACE, run.name), isCounted);
    }
    // The error has been counted with the command that failed; the script has failed all the same.
    if (isCounted && args !== undefined) {
      const command = this.parts.server.commands.get(args.text(0).toLowerCase());
      if (command !== undefined) command.stats.failedCalls++;
    }
    this.engine.maybeRenew(engine);
  }
}

function isReader(flags: readonly string[] | undefined): boolean {
  return flags?.includes("no-writes") === true;
}

// How many keys there are, from argument 2; an error's text when that is no such number.
function readKeyCount(args: Args, fault: string): number | string {
  let count = args.safeInteger(2);
  if (Number.isNaN(count)) {
    const big = args.bigInteger(2);
    if (big === undefined) return fault;
    count = Number(big);
  }
  if (count > args.count - 3) return errors.keysBeyondArguments;
  return count < 0 ? errors.keysNegative : count;
}

function shebangText(body: Uint8Array): string {
  if (body[0] !== 35 || body[1] !== 33) return "";
  const end = body.indexOf(10);
  let text = "";
  for (let i = 0; i < (end < 0 ? body.length : end + 1); i++) text += String.fromCharCode(body[i] as number);
  return text;
}
