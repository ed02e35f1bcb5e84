// Sandbox: the globals that scripts and functions see, as Redis builds them, and that they cannot change.
//
//   EVAL's scripts      globals: libraries, redis, KEYS, ARGV; an unknown name is an error; all tables read-only
//   functions           an empty table over the same globals without KEYS and ARGV
//   loading a library   the same empty table over { redis = { register_function, log, .. } }
//
// Role: made once with the engine.

import { bitLibrary } from "./library-bit.ts";
import { JsonLibrary } from "./library-cjson.ts";
import { cmsgpackLibrary } from "./library-cmsgpack.ts";
import type { RedisLibrary } from "./library-redis.ts";
import { structLibrary } from "./library-struct.ts";
import { type Library, numberArgument, numberOr, pushLibrary } from "./lua-arguments.ts";
import { GLOBALS, type LuaMachine, NIL, NUMBER, REGISTRY, STRING, TABLE } from "./lua-machine.ts";
import { LuaRandom, RANDOM_MAX } from "./lua-random.ts";
import type { LuaThreads } from "./lua-threads.ts";
import type { ScriptHost } from "./script-host.ts";

const removed = ["dofile", "loadfile", "print"] as const;
const deprecated = ["newproxy", "setfenv", "getfenv"] as const;
const INT_MAX = 2 ** 31 - 1;

export type SandboxParts = {
  readonly lua: LuaMachine;
  readonly threads: LuaThreads;
  readonly redis: RedisLibrary;
  readonly host: ScriptHost;
  readonly hasDeprecated: boolean;
};

export class Sandbox {
  /** A thread whose globals are those of functions. */
  readonly functionState: number;

  private readonly lua: LuaMachine;
  private readonly redis: RedisLibrary;
  private readonly random = new LuaRandom();
  private readonly errorSlot: number;
  private readonly globals: number;
  // The metatable of the functions' globals, and what it can look in.
  private readonly functionMeta: { readonly ref: number; readonly inner: number; readonly loading: number };

  constructor(parts: SandboxParts) {
    const { lua, redis } = parts;
    this.lua = lua;
    this.redis = redis;
    this.errorSlot = lua.slots([(state) => this.unknownGlobal(state)])[0] as number;
    const { state } = lua;
    const { api } = lua;
    this.openLibraries(state, parts);
    parts.threads.install(state);
    this.functionState = api.lua_newthread(state);
    api.luaL_ref(state, REGISTRY);
    const inner = this.buildFunctionGlobals(state);
    redis.push(state, true);
    lua.setField(state, GLOBALS, "redis");
    api.lua_pushvalue(state, GLOBALS);
    this.globals = lua.wordAt(lua.top(state));
    this.addErrorMetatable(state);
    this.protect(state);
    api.lua_settop(state, -2);
    this.functionMeta = this.installFunctionGlobals(inner);
    lua.pushText(state, "");
    if (api.lua_getmetatable(state, -1) !== 0) this.protect(state);
    api.lua_settop(state, 0);
  }

  /** Lets EVAL's globals be set, for KEYS and ARGV. */
  unlock(): void {
    this.lua.setReadonly(this.globals, false);
  }

  lock(): void {
    this.lua.setReadonly(this.globals, true);
  }

  /** Which globals the code of a library sees: those for loading, or those for its functions. */
  setLoading(isLoading: boolean): void {
    const { lua } = this;
    const { api } = lua;
    const { state } = lua;
    const { ref, inner, loading } = this.functionMeta;
    api.lua_rawgeti(state, REGISTRY, ref);
    const table = lua.wordAt(lua.top(state));
    lua.setReadonly(table, false);
    api.lua_rawgeti(state, REGISTRY, isLoading ? loading : inner);
    lua.setField(state, -2, "__index");
    lua.setReadonly(table, true);
    api.lua_settop(state, -2);
  }

  private openLibraries(state: number, parts: SandboxParts): void {
    const { lua } = this;
    const { api } = lua;
    for (const name of ["base", "table", "string", "math"] as const) {
      api.lua_pushcclosure(state, lua.slotOf(`luaopen_${name}`), 0);
      lua.pushText(state, name === "base" ? "" : name);
      api.lua_call(state, 1, 0);
    }
    const { host } = parts;
    lua.getField(state, GLOBALS, "math");
    this.addFunctions(state, {
      random: (each) => this.nextRandom(each),
      randomseed: (each) => this.seed(each),
    });
    api.lua_settop(state, -2);
    for (const name of parts.hasDeprecated ? removed : [...removed, ...deprecated]) {
      api.lua_pushnil(state);
      lua.setField(state, GLOBALS, name);
    }
    // Lua's own unpack miscounts ranges of more than 2^31 values.
    this.setGlobal(state, "unpack", (each) => this.unpack(each));
    const os: Library = {
      clock: (each) => {
        api.lua_pushnumber(each, host.elapsedUs(0) / 1_000_000);
        return 1;
      },
    };
    const libraries = {
      bit: bitLibrary(lua),
      struct: structLibrary(lua),
      cmsgpack: cmsgpackLibrary(lua),
      os,
    };
    for (const [name, library] of Object.entries(libraries)) {
      pushLibrary(lua, state, library);
      if (name === "cmsgpack") this.describe(state);
      lua.setField(state, GLOBALS, name);
    }
    new JsonLibrary(lua).push(state);
    lua.setField(state, GLOBALS, "cjson");
  }

  private describe(state: number): void {
    const texts = {
      _NAME: "cmsgpack",
      _VERSION: "lua-cmsgpack 0.4.0",
      _COPYRIGHT: "Copyright (C) 2012, Salvatore Sanfilippo",
      _DESCRIPTION: "MessagePack C implementation for Lua",
    };
    for (const [name, text] of Object.entries(texts)) {
      this.lua.pushText(state, text);
      this.lua.setField(state, -2, name);
    }
  }

  private addFunctions(state: number, library: Library): void {
    const { lua } = this;
    for (const [name, each] of Object.entries(library)) {
      lua.api.lua_pushcclosure(state, lua.slots([each])[0] as number, 0);
      lua.setField(state, -2, name);
    }
  }

  // A copy of the globals as they are now, with the functions' redis library: left on the stack's registry.
  private buildFunctionGlobals(state: number): number {
    const { lua, redis } = this;
    const { api } = lua;
    api.lua_createtable(state, 0, 32);
    api.lua_pushnil(state);
    while (api.lua_next(state, GLOBALS) !== 0) {
      api.lua_pushvalue(state, -2);
      api.lua_insert(state, -2);
      api.lua_rawset(state, -4);
    }
    redis.push(state, false);
    lua.setField(state, -2, "redis");
    return api.luaL_ref(state, REGISTRY);
  }

  private installFunctionGlobals(inner: number): { ref: number; inner: number; loading: number } {
    const { lua, redis, functionState: state } = this;
    const { api } = lua;
    // The globals of a thread of functions: empty, over a metatable that says where to look.
    api.lua_rawgeti(state, REGISTRY, inner);
    api.lua_createtable(state, 0, 0);
    api.lua_pushvalue(state, -1);
    lua.setField(state, -3, "_G");
    api.lua_createtable(state, 0, 1);
    api.lua_pushvalue(state, -3);
    lua.setField(state, -2, "__index");
    api.lua_pushvalue(state, -1);
    const ref = api.luaL_ref(state, REGISTRY);
    lua.setReadonly(lua.wordAt(lua.top(state)), true);
    api.lua_setmetatable(state, -2);
    lua.setReadonly(lua.wordAt(lua.top(state)), true);
    this.replaceGlobals(state);
    this.addErrorMetatable(state);
    this.protect(state);
    api.lua_settop(state, 0);
    api.lua_createtable(state, 0, 1);
    redis.pushForLoading(state);
    this.addErrorMetatable(state);
    lua.setField(state, -2, "redis");
    this.addErrorMetatable(state);
    this.protect(state);
    return { ref, inner, loading: api.luaL_ref(state, REGISTRY) };
  }

  // The table on top becomes the thread's globals, and is popped.
  private replaceGlobals(state: number): void {
    this.lua.api.lua_replace(state, GLOBALS);
  }

  private addErrorMetatable(state: number): void {
    const { lua } = this;
    const { api } = lua;
    api.lua_createtable(state, 0, 1);
    api.lua_pushcclosure(state, this.errorSlot, 0);
    lua.setField(state, -2, "__index");
    api.lua_setmetatable(state, -2);
  }

  // Makes the table on top, and all that it leads to, read-only.
  private protect(state: number): void {
    const { lua } = this;
    const { api } = lua;
    const table = lua.wordAt(lua.top(state));
    if (lua.typeAt(lua.top(state)) !== TABLE || lua.isReadonly(table)) return;
    lua.setReadonly(table, true);
    api.lua_checkstack(state, 4);
    api.lua_pushnil(state);
    while (api.lua_next(state, -2) !== 0) {
      if (lua.typeAt(lua.top(state)) === TABLE) this.protect(state);
      api.lua_settop(state, -2);
    }
    if (api.lua_getmetatable(state, -1) !== 0) {
      this.protect(state);
      api.lua_settop(state, -2);
    }
  }

  private unknownGlobal(state: number): number {
    const { lua } = this;
    if (lua.count(state) !== 2) lua.raiseText(state, "Wrong number of arguments to luaProtectedTableError");
    const type = lua.typeAt(lua.at(state, 2));
    if (type !== STRING && type !== NUMBER) {
      lua.raiseText(state, "Second argument to luaProtectedTableError must be a string or number");
    }
    lua.api.lua_tolstring(state, 2, 0);
    const name = lua.textAt(lua.at(state, 2));
    const nul = name.indexOf("\0");
    const shown = nul < 0 ? name : name.slice(0, nul);
    return lua.raiseText(state, `Script attempted to access nonexistent global variable '${shown}'`);
  }

  private setGlobal(state: number, name: string, run: (state: number) => number): void {
    const { lua } = this;
    lua.api.lua_pushcclosure(state, lua.slots([run])[0] as number, 0);
    lua.setField(state, GLOBALS, name);
  }

  private unpack(state: number): number {
    const { lua } = this;
    const { api } = lua;
    const table = lua.at(state, 1);
    if (lua.typeAt(table) !== TABLE) api.luaL_typerror(state, 1, lua.scratchText("table"));
    const first = toInt(numberOr(lua, state, 2, 1));
    const isBounded = lua.typeAt(lua.at(state, 3)) !== NIL;
    const last = isBounded ? toInt(numberArgument(lua, state, 3)) : api.lua_objlen(state, 1);
    if (first > last) return 0;
    const count = last - first + 1;
    if (count > INT_MAX || api.lua_checkstack(state, count) === 0) {
      lua.raiseText(state, "too many results to unpack");
    }
    for (let i = first; i <= last; i++) api.lua_rawgeti(state, 1, i);
    return count;
  }

  private nextRandom(state: number): number {
    const { lua, random } = this;
    const { api } = lua;
    if (!this.redis.isInScript)
      lua.raiseText(state, "math.random can only be called inside a script invocation");
    const part = (random.next() % RANDOM_MAX) / RANDOM_MAX;
    const count = lua.count(state);
    if (count === 0) api.lua_pushnumber(state, part);
    else if (count === 1) {
      const upper = Math.trunc(numberArgument(lua, state, 1)) | 0;
      if (upper < 1) lua.raiseArgument(state, 1, "interval is empty");
      api.lua_pushnumber(state, Math.floor(part * upper) + 1);
    } else if (count === 2) {
      const lower = Math.trunc(numberArgument(lua, state, 1)) | 0;
      const upper = Math.trunc(numberArgument(lua, state, 2)) | 0;
      if (lower > upper) lua.raiseArgument(state, 2, "interval is empty");
      api.lua_pushnumber(state, Math.floor(part * ((upper - lower + 1) | 0)) + lower);
    } else lua.raiseText(state, "wrong number of arguments");
    return 1;
  }

  private seed(state: number): number {
    const { lua } = this;
    if (!this.redis.isInScript) {
      lua.raiseText(state, "math.randomseed can only be called inside a script invocation");
    }
    this.random.seed(Math.trunc(numberArgument(lua, state, 1)) | 0);
    return 0;
  }
}

// As C makes a 32-bit integer of a number: through 64 bits, of which the low half is kept.
function toInt(value: number): number {
  return Math.trunc(value) | 0;
}
