// Lua threads: protected calls and coroutines that can be suspended from outside, whatever is running in them.
//
// Role: the functions that lua-prelude.ts is built on. Everything that runs is a chain of coroutines, the script's own
// first; each was resumed by the one before it, from JavaScript.
//
//   script's thread -> pcall's thread -> user's coroutine -> pcall's thread
//
// Invariants:
//   - when a chain is suspended, no JavaScript and no C frame of it is left: all of it is data in Lua's memory.
//   - a protected call's thread is used again after a call that returned, and given up after one that failed.

import { GLOBALS, type LuaMachine, REGISTRY, STRING, TABLE, YIELDED } from "./lua-machine.ts";
import { preludeSource } from "./lua-prelude.ts";

/** Protected calls and coroutines inside one another; Lua's own bound on calls through C is 200. */
const DEPTH_MAX = 180;
const POOL_MAX = 16;
const NO_YIELD = "attempt to yield across metamethod/C-call boundary";

export type Thread = {
  readonly state: number;
  /** What keeps it from being collected, in the registry. */
  readonly ref: number;
  readonly kind: "script" | "protected" | "coroutine";
  /** An error that is a table with `err` is told as that text, as Redis's pcall does. */
  isPlain: boolean;
};

export class LuaThreads {
  /** A suspension from outside is under way: threads yield up to the host. */
  isSuspending = false;
  /** The script is being ended: no protected call holds the error up. */
  isEnding = false;
  /** The threads that are running, each resumed by the one before. */
  readonly chain: Thread[] = [];

  private readonly lua: LuaMachine;
  private readonly noteCall: (state: number) => void;
  private readonly errName: number;
  private pool: Thread[] = [];
  // Threads that were left in the middle, by the number that the prelude was given.
  private readonly left = new Map<number, Thread>();
  private lastLeft = 0;

  constructor(lua: LuaMachine, noteCall: (state: number) => void) {
    this.lua = lua;
    this.noteCall = noteCall;
    this.errName = lua.intern("err");
  }

  /** Replaces pcall, xpcall, load, loadstring and the coroutine functions of the globals. */
  install(state: number): void {
    const { lua } = this;
    const { api } = lua;
    const source = preludeSource;
    const at = lua.scratchText(`=prelude\0${source}`);
    if (api.luaL_loadbuffer(state, at + 9, source.length, at) !== 0)
      throw new Error(lua.textAt(lua.top(state)));
    const slots = lua.slots([
      (each) => this.attempt(each, true),
      (each) => this.attempt(each, false),
      (each) => this.proceed(each),
      (each) => api.lua_yield(each, 0),
      (each) => this.resumeCoroutine(each),
      (each) => this.rethrow(each),
      (each) => this.yieldCoroutine(each),
      (each) => this.running(each),
    ]) as [number, number, number, number, number, number, number, number];
    for (const slot of slots.slice(0, 5)) api.lua_pushcclosure(state, slot, 0);
    this.pushMember(state, "coroutine", "create");
    api.lua_pushcclosure(state, slots[5], 0);
    for (const name of ["load", "loadstring"]) lua.getField(state, GLOBALS, name);
    this.pushMember(state, "string", "byte");
    lua.getField(state, GLOBALS, "type");
    api.lua_call(state, 11, 6);
    for (const name of ["loadstring", "load"]) lua.setField(state, GLOBALS, name);
    lua.getField(state, GLOBALS, "coroutine");
    api.lua_insert(state, -5);
    // Now: coroutine, pcall, xpcall, resume, wrap.
    lua.setField(state, -5, "wrap");
    lua.setField(state, -4, "resume");
    lua.setField(state, GLOBALS, "xpcall");
    lua.setField(state, GLOBALS, "pcall");
    api.lua_pushcclosure(state, slots[6], 0);
    lua.setField(state, -2, "yield");
    api.lua_pushcclosure(state, slots[7], 0);
    lua.setField(state, -2, "running");
    api.lua_settop(state, -2);
  }

  private pushMember(state: number, library: string, name: string): void {
    const { lua } = this;
    lua.getField(state, GLOBALS, library);
    lua.getField(state, -1, name);
    lua.api.lua_remove(state, -2);
  }

  /** A new thread with the globals of `parent`, kept from being collected. */
  newThread(parent: number, kind: Thread["kind"]): Thread {
    const { api } = this.lua;
    const state = api.lua_newthread(parent);
    return { state, ref: api.luaL_ref(parent, REGISTRY), kind, isPlain: true };
  }

  giveUp(thread: Thread): void {
    this.lua.api.luaL_unref(this.lua.state, REGISTRY, thread.ref);
  }

  /** Runs or goes on with a thread: Lua's status, 0 when it has come to its end. */
  resume(thread: Thread, argumentCount: number): number {
    this.chain.push(thread);
    const status = this.lua.api.lua_resume(thread.state, argumentCount);
    this.chain.pop();
    return status;
  }

  /** Whether the whole chain could be suspended now. */
  get maySuspend(): boolean {
    return this.chain.every(({ state }) => this.lua.mayYield(state));
  }

  /** Forgets what was left in the middle: it will not go on. Threads of other globals are not used again. */
  reset(): void {
    this.isSuspending = false;
    this.isEnding = false;
    this.chain.length = 0;
    for (const thread of this.left.values()) this.giveUp(thread);
    this.left.clear();
  }

  /** Gives up the threads that wait to be used again. */
  clearPool(): void {
    for (const thread of this.pool) this.giveUp(thread);
    this.pool = [];
  }

  private attempt(state: number, isPlain: boolean): number {
    const { lua } = this;
    const { api } = lua;
    this.noteCall(state);
    const count = lua.count(state);
    if (count === 0 || this.chain.length >= DEPTH_MAX) {
      api.lua_pushboolean(state, 0);
      // Redis's pcall calls its own place holder where it was given nothing.
      lua.pushText(state, count === 0 ? "attempt to call a boolean value" : "C stack overflow");
      return 2;
    }
    const thread = this.pool.pop() ?? this.newThread(state, "protected");
    thread.isPlain = isPlain;
    api.lua_checkstack(thread.state, count);
    api.lua_xmove(state, thread.state, count);
    return this.outcome(state, thread, this.resume(thread, count - 1));
  }

  private proceed(state: number): number {
    const { lua } = this;
    const id = lua.numberAt(lua.at(state, 1));
    const thread = this.left.get(id);
    if (thread === undefined) return lua.raiseText(state, "nothing to go on with");
    this.left.delete(id);
    return this.outcome(state, thread, this.resume(thread, 0));
  }

  // What the prelude is told of a thread that was resumed: nil and a number, or true and results, or false and an error.
  private outcome(state: number, thread: Thread, status: number): number {
    const { lua } = this;
    const { api } = lua;
    if (status === YIELDED && this.isSuspending) {
      this.left.set(++this.lastLeft, thread);
      api.lua_pushnil(state);
      api.lua_pushnumber(state, this.lastLeft);
      return 2;
    }
    if (status === 0 || status === YIELDED) {
      const count = lua.count(thread.state);
      if (api.lua_checkstack(state, count + 1) === 0) {
        api.lua_settop(thread.state, 0);
        return lua.raiseText(state, "too many results to resume");
      }
      api.lua_pushboolean(state, 1);
      api.lua_xmove(thread.state, state, count);
      if (thread.kind === "protected") {
        if (this.pool.length < POOL_MAX) this.pool.push(thread);
        else this.giveUp(thread);
      } else this.giveUp(thread);
      return count + 1;
    }
    if (!this.isEnding) api.lua_pushboolean(state, 0);
    api.lua_xmove(thread.state, state, 1);
    this.giveUp(thread);
    if (this.isEnding) return lua.raise(state);
    if (thread.kind === "protected" && thread.isPlain) this.makePlain(state);
    return 2;
  }

  private makePlain(state: number): void {
    const { lua } = this;
    const value = lua.top(state);
    if (lua.typeAt(value) !== TABLE) return;
    if (lua.typeAt(lua.atName(lua.wordAt(value), this.errName)) !== STRING) return;
    lua.getField(state, -1, "err");
    lua.api.lua_remove(state, -2);
  }

  private resumeCoroutine(state: number): number {
    const { lua } = this;
    const { api } = lua;
    const other = api.lua_tothread(state, 1);
    if (other === 0) lua.raiseText(state, "bad argument #1 to 'resume' (coroutine expected)", 2);
    const standing = this.standingOf(other);
    if (standing !== "suspended" || this.chain.length >= DEPTH_MAX) {
      api.lua_pushboolean(state, 0);
      lua.pushText(
        state,
        standing === "suspended" ? "C stack overflow" : `cannot resume ${standing} coroutine`,
      );
      return 2;
    }
    const count = lua.count(state) - 1;
    if (api.lua_checkstack(other, count) === 0) lua.raiseText(state, "too many arguments to resume");
    api.lua_xmove(state, other, count);
    // Kept alive by a reference while it runs: the coroutine's own value may be dropped meanwhile.
    api.lua_pushvalue(state, 1);
    const ref = api.luaL_ref(state, REGISTRY);
    const thread: Thread = { state: other, ref, kind: "coroutine", isPlain: false };
    return this.outcome(state, thread, this.resume(thread, count));
  }

  private standingOf(other: number): "suspended" | "running" | "normal" | "dead" {
    const { api } = this.lua;
    if (this.chain.some((each) => each.state === other)) {
      return this.nearestCoroutine() === other ? "running" : "normal";
    }
    const status = api.lua_status(other);
    if (status === YIELDED) return "suspended";
    return status !== 0 || api.lua_gettop(other) === 0 ? "dead" : "suspended";
  }

  private yieldCoroutine(state: number): number {
    const { lua, chain } = this;
    if (chain.at(-1)?.kind !== "coroutine") return lua.raiseText(state, NO_YIELD, 0);
    return lua.api.lua_yield(state, lua.count(state));
  }

  private running(state: number): number {
    const { lua } = this;
    const { api } = lua;
    const nearest = this.nearestCoroutine();
    if (nearest === 0) {
      api.lua_pushnil(state);
      return 1;
    }
    api.lua_pushthread(nearest);
    if (nearest !== state) api.lua_xmove(nearest, state, 1);
    return 1;
  }

  // The innermost coroutine that a script made itself; 0 when there is none.
  private nearestCoroutine(): number {
    return this.chain.findLast(({ kind }) => kind === "coroutine")?.state ?? 0;
  }

  // An error that leaves a wrapped coroutine: with the position of who called it.
  private rethrow(state: number): number {
    const { lua } = this;
    const { api } = lua;
    if (lua.typeAt(lua.at(state, 1)) === STRING) {
      api.luaL_where(state, 3);
      api.lua_insert(state, 1);
      api.lua_settop(state, 2);
      api.lua_concat(state, 2);
    } else api.lua_settop(state, 1);
    return lua.raise(state);
  }
}
