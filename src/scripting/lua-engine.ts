// Lua engine: runs scripts and functions in one Lua machine, in the sandbox that Redis gives them.
//
// Role: compiles, calls, suspends and kills; the redis library is library-redis.ts, the sandbox itself sandbox.ts. What
// scripts are there, and who may run them, is scripting.ts's.
// A run goes through `start`, and perhaps `resume` several times, until it has returned or failed.
//
// Invariants:
//   - one script runs at a time; between `start` and its end nothing else is run.
//   - an exception that is not Lua's leaves the engine broken: `isBroken`, and the owner makes a new one.

import type { Args } from "../resp/args.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import { RedisLibrary } from "./library-redis.ts";
import { GLOBALS, LuaMachine, MASK_COUNT, NUMBER, REGISTRY, STRING, TABLE, YIELDED } from "./lua-machine.ts";
import { LuaThreads, type Thread } from "./lua-threads.ts";
import { LuaToReply, untilNul } from "./lua-to-reply.ts";
import { arraySizeOf, cString } from "./reply-to-lua.ts";
import { Sandbox } from "./sandbox.ts";
import type { RegisteredFunction, RunOutcome, ScriptHost } from "./script-host.ts";

/** Instructions between two looks at the clock. */
const HOOK_INSTRUCTIONS = 100_000;
/** Runs between two steps of the collector. */
const COLLECT_EVERY = 50;
const GC_RESTART = 1;
const GC_STEP = 5;
const GC_COUNT = 3;
const GC_COLLECT = 2;
const NO_MEMORY = 4;
const COMPILED_MARK = 27;
const SCRATCH_KEPT = 256 * 1024;
/** Calls of functions of ours between two looks at the clock; a power of two. */
const CALLS_PER_LOOK = 128;
/** How long a script that is past its limit runs between two turns of the network. */
const SLICE_US = 5000;
const LOAD_LIMIT_US = 500_000;
/** A script that cannot be suspended where it is may run for so many times its limit, and ends then. */
const HOPELESS_FACTOR = 2;

export type EngineParts = {
  readonly program: Uint8Array;
  readonly bytesMax: number;
  readonly host: ScriptHost;
  readonly version: string;
  readonly hasDeprecated: boolean;
};

type Kind = "eval" | "function";

export class LuaEngine {
  /** It must not be used any more. */
  isBroken = false;

  private readonly lua: LuaMachine;
  private readonly threads: LuaThreads;
  private readonly redis: RedisLibrary;
  private readonly sandbox: Sandbox;
  private readonly toReply: LuaToReply;
  private readonly host: ScriptHost;
  private readonly hook: number;
  private readonly scriptName: number;
  private readonly functionName: number;
  private readonly keysName: number;
  private readonly argvName: number;
  private readonly record: number;
  private readonly idle: { eval: Thread | undefined; function: Thread | undefined } = {
    eval: undefined,
    function: undefined,
  };
  private running: Thread | undefined = undefined;
  private runKind: Kind = "eval";
  private poolKind: Kind = "eval";
  private hooks = 0;
  private callCount = 0;
  private isArmed = false;
  // When the present slice of a script that has been suspended began, as the host counts.
  private sliceStartUs = Number.NEGATIVE_INFINITY;
  private killText = "";
  private isLoading = false;
  private suspendedAt = ""; // The position at which the hook has fired.
  private runCount = 0;

  constructor(parts: EngineParts) {
    const { host } = parts;
    const lua = new LuaMachine(parts);
    this.lua = lua;
    this.host = host;
    const noteCall = (state: number): void => this.noteCall(state);
    this.threads = new LuaThreads(lua, noteCall);
    this.redis = new RedisLibrary(lua, host, { version: parts.version, noteCall });
    this.sandbox = new Sandbox({ lua, threads: this.threads, redis: this.redis, ...parts });
    this.toReply = new LuaToReply(lua);
    this.hook = lua.hookSlot((state) => this.interrupt(state));
    this.scriptName = cString(lua, "@user_script");
    this.functionName = cString(lua, "@user_function");
    this.keysName = cString(lua, "KEYS");
    this.argvName = cString(lua, "ARGV");
    this.record = lua.api.malloc(128);
  }

  /** Bytes that Lua's objects take. */
  get usedBytes(): number {
    return this.lua.api.lua_gc(this.lua.state, GC_COUNT, 0) * 1024;
  }

  /** Bytes of memory that the machine holds, used or not. */
  get memoryBytes(): number {
    return this.lua.memoryBytes;
  }

  /** Frees all that nothing refers to. */
  collect(): void {
    this.lua.api.lua_gc(this.lua.state, GC_COLLECT, 0);
  }

  /** Compiles a script; its number for `start`, or the error's text. */
  compile(bytes: Uint8Array, start: number, end: number): number | string {
    return this.guarded(() => this.load(this.lua.state, bytes, start, end, this.scriptName));
  }

  /** Forgets a compiled script or a function. */
  forget(ref: number): void {
    this.lua.api.luaL_unref(this.lua.state, REGISTRY, ref);
  }

  /** Runs the code of a library, which registers its functions; the functions, or the error's text. */
  loadLibrary(code: Uint8Array, start: number, end: number): readonly RegisteredFunction[] | string {
    return this.guarded(() => {
      const { lua, threads, redis } = this;
      const thread = threads.newThread(this.sandbox.functionState, "script");
      this.sandbox.setLoading(true);
      redis.registered = [];
      try {
        const ref = this.load(thread.state, code, start, end, this.functionName);
        if (typeof ref === "string") return `Error compiling function: ${ref}`;
        this.usePool("function");
        lua.api.lua_rawgeti(thread.state, REGISTRY, ref);
        this.forget(ref);
        this.hooks = 0;
        this.killText = "";
        this.isLoading = true;
        lua.api.lua_sethook(thread.state, this.hook, MASK_COUNT, HOOK_INSTRUCTIONS);
        const status = threads.resume(thread, 0);
        if (status === 0) return redis.registered;
        for (const { ref: each } of redis.registered) this.forget(each);
        return `Error registering functions: ${this.loadError(thread.state)}`;
      } finally {
        this.isLoading = false;
        redis.registered = undefined;
        this.sandbox.setLoading(false);
        threads.reset();
        threads.giveUp(thread);
      }
    });
  }

  /** Begins to run a script or a function with the keys and arguments from args[firstKey] on. */
  start(kind: Kind, ref: number, args: Args, firstKey: number, keyCount: number): RunOutcome {
    return this.guarded(() => {
      const { lua } = this;
      const { api } = lua;
      this.usePool(kind);
      const thread = this.idle[kind] ?? this.newScriptThread(kind);
      this.idle[kind] = undefined;
      this.running = thread;
      this.runKind = kind;
      this.hooks = 0;
      this.sliceStartUs = Number.NEGATIVE_INFINITY;
      this.killText = "";
      this.redis.begin();
      const { state } = thread;
      api.lua_rawgeti(state, REGISTRY, ref);
      const lastKey = firstKey + keyCount;
      const bytes = args.count > firstKey ? args.end(args.count - 1) - args.start(firstKey) : 0;
      const base = args.count > firstKey ? args.start(firstKey) : 0;
      const room = lua.scratch(bytes);
      lua.bytes.set(args.bytes.subarray(base, base + bytes), room);
      if (kind === "eval") this.sandbox.unlock();
      this.pushRange(state, args, firstKey, lastKey, room - base);
      if (kind === "eval") api.lua_setfield(state, GLOBALS, this.keysName);
      this.pushRange(state, args, lastKey, args.count, room - base);
      if (kind === "eval") {
        api.lua_setfield(state, GLOBALS, this.argvName);
        this.sandbox.lock();
      }
      return this.goOn(kind === "eval" ? 0 : 2);
    });
  }

  /** Goes on with a run that was suspended. */
  resume(): RunOutcome {
    return this.guarded(() => {
      this.threads.isSuspending = false;
      return this.goOn(0);
    });
  }

  /** Ends a run that was suspended. */
  kill(text: string): RunOutcome {
    const thread = this.running as Thread;
    const outcome = { kind: "failed", error: text + this.suspendedAt, isCounted: false } as const;
    this.running = undefined;
    this.threads.reset();
    this.threads.giveUp(thread);
    this.redis.end();
    return outcome;
  }

  /** Writes what the script has returned; true: as an error that was counted before. */
  writeReply(reply: ReplyWriter): boolean {
    const thread = this.running as Thread;
    const { lua } = this;
    const isCounted = this.toReply.write(reply, lua.at(thread.state, 1), this.redis.protocol);
    lua.api.lua_settop(thread.state, 0);
    this.running = undefined;
    this.idle[this.runKind] = thread;
    return isCounted;
  }

  /** As writeReply, when nobody is there to be answered. */
  dropReply(): void {
    const thread = this.running;
    if (thread === undefined) return;
    this.lua.api.lua_settop(thread.state, 0);
    this.running = undefined;
    this.idle[this.runKind] = thread;
  }

  // What runs Lua: an exception that is not an error of Lua's breaks the engine.
  private guarded<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }

  private goOn(argumentCount: number): RunOutcome {
    const { lua, threads } = this;
    const thread = this.running as Thread;
    const status = threads.resume(thread, argumentCount);
    if (status === YIELDED) return { kind: "suspended" };
    this.redis.end();
    this.tidy();
    if (status === 0) return { kind: "returned" };
    const outcome = this.failure(thread.state, status);
    this.running = undefined;
    lua.withReserve(() => {
      threads.reset();
      threads.giveUp(thread);
      if (status === NO_MEMORY) this.collect();
    });
    lua.dropScratch(SCRATCH_KEPT);
    return outcome;
  }

  private newScriptThread(kind: Kind): Thread {
    const { lua, threads } = this;
    const thread = threads.newThread(kind === "eval" ? lua.state : this.sandbox.functionState, "script");
    // Threads that are made in it have the same hook.
    lua.api.lua_sethook(thread.state, this.hook, MASK_COUNT, HOOK_INSTRUCTIONS);
    return thread;
  }

  // Threads of protected calls have the globals of those that made them.
  private usePool(kind: Kind): void {
    if (this.poolKind === kind) return;
    this.threads.clearPool();
    this.poolKind = kind;
  }

  private pushRange(state: number, args: Args, from: number, to: number, shift: number): void {
    const { api } = this.lua;
    api.lua_createtable(state, arraySizeOf(to - from), 0);
    for (let i = from; i < to; i++) {
      api.lua_pushlstring(state, args.start(i) + shift, args.length(i));
      api.lua_rawseti(state, -2, i - from + 1);
    }
  }

  private tidy(): void {
    this.lua.dropScratch(SCRATCH_KEPT);
    if (++this.runCount % COLLECT_EVERY !== 0) return;
    this.lua.api.lua_gc(this.lua.state, GC_RESTART, 0); // A script may have stopped it.
    this.lua.api.lua_gc(this.lua.state, GC_STEP, COLLECT_EVERY);
  }

  private load(state: number, bytes: Uint8Array, start: number, end: number, name: number): number | string {
    const { lua } = this;
    // A blank in front: what begins like compiled code is read as text too.
    const at = lua.scratch(end - start + 1);
    const isBinary = bytes[start] === COMPILED_MARK;
    lua.bytes[at] = 32;
    lua.bytes.set(bytes.subarray(start, end), at + 1);
    const status = isBinary
      ? lua.api.luaL_loadbuffer(state, at, end - start + 1, name)
      : lua.api.luaL_loadbuffer(state, at + 1, end - start, name);
    lua.dropScratch(SCRATCH_KEPT);
    if (status === 0) return lua.api.luaL_ref(state, REGISTRY);
    const text = lua.textAt(lua.top(state));
    lua.api.lua_settop(state, -2);
    return untilNul(text);
  }

  // --- Errors ---

  private failure(state: number, status: number): RunOutcome {
    const { lua } = this;
    const value = lua.top(state);
    if (status === NO_MEMORY)
      return {
        kind: "failed",
        error: `ERR Error running script ${NAME_PLACE}, not enough memory`,
        isCounted: false,
      };
    if (lua.typeAt(value) !== TABLE) {
      return {
        kind: "failed",
        error: `ERR ${this.tostring(state)}${this.positionOf(state)}`,
        isCounted: false,
      };
    }
    const table = lua.wordAt(value);
    const error = lua.atName(table, lua.intern("err"));
    const mark = lua.atName(table, lua.intern("ignore_error_stats_update"));
    const text = lua.typeAt(error) === STRING ? untilNul(lua.textAt(error)) : "(null)";
    return { kind: "failed", error: text + this.positionOf(state), isCounted: lua.isTrue(mark) };
  }

  private loadError(state: number): string {
    const { lua } = this;
    const value = lua.top(state);
    if (lua.typeAt(value) !== TABLE) return `ERR ${this.tostring(state)}`;
    const error = lua.atName(lua.wordAt(value), lua.intern("err"));
    return lua.typeAt(error) === STRING ? untilNul(lua.textAt(error)) : "(null)";
  }

  // What `tostring` makes of the value on top.
  private tostring(state: number): string {
    const { lua } = this;
    const { api } = lua;
    const value = lua.top(state);
    const type = lua.typeAt(value);
    if (type === STRING || type === NUMBER) {
      api.lua_tolstring(state, -1, 0);
      return untilNul(lua.textAt(lua.top(state)));
    }
    if (type === 0) return "nil";
    if (type === 1) return lua.wordAt(value) !== 0 ? "true" : "false";
    return `${["nil", "boolean", "userdata", "number", "string", "table", "function", "userdata", "thread"][type]}: ${lua.wordAt(value).toString(16).padStart(16, "0x0000000000000")}`;
  }

  // " script: <name>, on <source>:<line>.", whose name the caller puts in; "" when it is not known.
  private positionOf(state: number): string {
    const { lua, record } = this;
    const { api } = lua;
    const what = lua.scratchText("Sl");
    for (let level = 0; level < 3 && api.lua_getstack(state, level, record) !== 0; level++) {
      api.lua_getinfo(state, what, record);
      const source = lua.cText(lua.i32[(record + 16) >> 2] as number);
      if (source === "=[C]" || source === "=prelude") continue;
      return ` script: ${NAME_PLACE}, on ${source}:${lua.i32[(record + 20) >> 2]}.`;
    }
    return "";
  }

  // --- Time ---

  // A call of a function of ours, which takes longer than an instruction: now and then the clock is looked at here too.
  private noteCall(state: number): void {
    if ((++this.callCount & (CALLS_PER_LOOK - 1)) !== 0) return;
    const { lua, host } = this;
    const elapsedUs = host.elapsedUs(++this.hooks);
    const isOver = elapsedUs >= host.limitUs && elapsedUs - this.sliceStartUs >= SLICE_US;
    if (!isOver || this.isLoading || this.isArmed) return;
    this.isArmed = true; // The hook does the rest, at the next instruction.
    lua.api.lua_sethook(state, this.hook, MASK_COUNT, 1);
  }

  // The hook: every so many instructions.
  private interrupt(state: number): void {
    const { lua, host, threads } = this;
    if (this.isArmed) {
      this.isArmed = false;
      lua.api.lua_sethook(state, this.hook, MASK_COUNT, HOOK_INSTRUCTIONS);
    }
    if (this.killText !== "") this.throwKill(state);
    const elapsedUs = host.elapsedUs(++this.hooks);
    if (this.isLoading) {
      if (elapsedUs > LOAD_LIMIT_US) this.throwKill(state, "ERR FUNCTION LOAD timeout");
      return;
    }
    const { limitUs } = host;
    if (elapsedUs < limitUs || elapsedUs - this.sliceStartUs < SLICE_US) return;
    if (threads.maySuspend) {
      this.sliceStartUs = elapsedUs;
      threads.isSuspending = true;
      this.suspendedAt = this.positionOf(state);
      lua.api.lua_yield(state, 0);
    } else if (elapsedUs > limitUs * HOPELESS_FACTOR) {
      this.throwKill(state, "ERR Script killed: it has run past its limit where it cannot be interrupted");
    }
  }

  // Raises an error from now on at every instruction, so that no pcall holds it up.
  private throwKill(state: number, text = this.killText): never {
    const { lua, redis } = this;
    this.killText = text;
    this.threads.isEnding = true;
    lua.api.lua_sethook(state, this.hook, MASK_COUNT, 1);
    redis.pushError(state, text);
    return lua.raise(state);
  }
}

/** Stands for the script's name in an error's text; the owner of the engine knows it. */
export const NAME_PLACE = "\u0001name\u0001";
