// From a command's reply, as bytes of RESP, to values on Lua's stack.
//
//   RESP2: integer number, bulk string, status {ok=}, error {err=}, array table, null false
//   RESP3 besides: map {map=}, set {set=}, double {double=}, big number {big_number=}, boolean, null nil,
//   verbatim {verbatim_string={string=,format=}}
//
// Role: the bytes are copied into Lua's memory at once, and strings are made from there.

import type { LuaMachine } from "./lua-machine.ts";

const ROOM_BYTES_MIN = 1024;
const ROOM_BYTES_KEPT = 256 * 1024;

export class ReplyToLua {
  private readonly lua: LuaMachine;
  private room = 0;
  private roomBytes = 0;
  private at = 0;
  // An array with holes must have grown as it grows in Redis: `#` tells the difference.
  private hasNils = false;
  private readonly names: Readonly<Record<Name, number>>;

  constructor(lua: LuaMachine) {
    this.lua = lua;
    this.names = Object.fromEntries(fieldNames.map((name) => [name, cString(lua, name)])) as Record<
      Name,
      number
    >;
  }

  /** Pushes the value of the reply that source[0, length) holds. */
  push(state: number, source: Uint8Array, length: number, protocol: 2 | 3): void {
    this.hasNils = protocol === 3;
    const { lua } = this;
    if (length > this.roomBytes) {
      if (this.room !== 0) lua.api.free(this.room);
      this.roomBytes = Math.max(ROOM_BYTES_MIN, length);
      this.room = lua.api.malloc(this.roomBytes);
    }
    const { bytes } = lua;
    const start = this.room;
    if (length < 64) for (let i = 0; i < length; i++) bytes[start + i] = source[i] as number;
    else bytes.set(source.subarray(0, length), start);
    this.at = start;
    this.value(state);
    if (this.roomBytes > ROOM_BYTES_KEPT) this.drop();
  }

  /** Pushes an error as redis.pcall returns it; `text` is a reply's error text, its first word a code. */
  pushError(state: number, text: string): void {
    const { lua } = this;
    const nul = text.indexOf("\0");
    lua.api.lua_createtable(state, 0, 2);
    lua.pushText(state, nul < 0 ? text : text.slice(0, nul));
    lua.api.lua_setfield(state, -2, this.names.err);
  }

  /** As pushError, of an error that has been counted already. */
  pushCountedError(state: number, text: string): void {
    this.pushError(state, text);
    this.lua.api.lua_pushboolean(state, 1);
    this.lua.api.lua_setfield(state, -2, this.names.ignore_error_stats_update);
  }

  private drop(): void {
    this.lua.api.free(this.room);
    this.room = 0;
    this.roomBytes = 0;
  }

  private value(state: number): void {
    const { lua } = this;
    const { api } = lua;
    const type = lua.bytes[this.at++];
    switch (type) {
      case 36: // $
      case 61: // =
        return this.bulk(state, type === 61);
      case 58: // :
        api.lua_pushnumber(state, this.integer());
        return;
      case 43: // +
        this.tagged(state, this.names.ok);
        return;
      case 45: // -
        return this.error(state);
      case 42: // *
      case 62: // >
        return this.array(state);
      case 95: // _
        this.at += 2;
        api.lua_pushnil(state);
        return;
      case 35: // #
        api.lua_pushboolean(state, lua.bytes[this.at] === 116 ? 1 : 0);
        this.at += 3;
        return;
      case 44: // ,
        api.lua_createtable(state, 0, 1);
        api.lua_pushnumber(state, doubleOf(this.line()));
        api.lua_setfield(state, -2, this.names.double);
        return;
      case 40: // (
        this.tagged(state, this.names.big_number);
        return;
      case 37: // %
        return this.map(state);
      case 126: // ~
        return this.set(state);
      case 124: // |
        return this.attribute(state);
      default:
        api.lua_pushnil(state);
    }
  }

  private bulk(state: number, isVerbatim: boolean): void {
    const { api } = this.lua;
    const length = this.integer();
    if (length < 0) {
      api.lua_pushboolean(state, 0);
      return;
    }
    const start = this.at;
    this.at += length + 2;
    if (!isVerbatim) {
      api.lua_pushlstring(state, start, length);
      return;
    }
    this.ensureStack(state);
    api.lua_createtable(state, 0, 1);
    api.lua_createtable(state, 0, 2);
    api.lua_pushlstring(state, start + 4, length - 4);
    api.lua_setfield(state, -2, this.names.string);
    api.lua_pushlstring(state, start, 3);
    api.lua_setfield(state, -2, this.names.format);
    api.lua_setfield(state, -2, this.names.verbatim_string);
  }

  private error(state: number): void {
    const text = this.line();
    this.pushCountedError(state, text.includes(" ") ? text : `ERR ${text}`);
  }

  private tagged(state: number, name: number): void {
    const { lua } = this;
    const start = this.at;
    const end = lua.bytes.indexOf(13, start);
    this.at = end + 2;
    lua.api.lua_createtable(state, 0, 1);
    lua.api.lua_pushlstring(state, start, end - start);
    lua.api.lua_setfield(state, -2, name);
  }

  private array(state: number): void {
    const { api } = this.lua;
    const count = this.integer();
    if (count < 0) {
      api.lua_pushboolean(state, 0);
      return;
    }
    this.ensureStack(state);
    api.lua_createtable(state, this.hasNils ? 0 : arraySizeOf(count), 0);
    for (let i = 1; i <= count; i++) {
      this.value(state);
      api.lua_rawseti(state, -2, i);
    }
  }

  private map(state: number): void {
    const { api } = this.lua;
    const count = this.integer();
    this.ensureStack(state);
    api.lua_createtable(state, 0, 1);
    api.lua_createtable(state, 0, 0);
    for (let i = 0; i < count; i++) {
      this.value(state);
      this.value(state);
      api.lua_rawset(state, -3);
    }
    api.lua_setfield(state, -2, this.names.map);
  }

  private set(state: number): void {
    const { api } = this.lua;
    const count = this.integer();
    this.ensureStack(state);
    api.lua_createtable(state, 0, 1);
    api.lua_createtable(state, 0, 0);
    for (let i = 0; i < count; i++) {
      this.value(state);
      api.lua_pushboolean(state, 1);
      api.lua_rawset(state, -3);
    }
    api.lua_setfield(state, -2, this.names.set);
  }

  // What is told beside a reply is no part of it.
  private attribute(state: number): void {
    const count = this.integer() * 2;
    for (let i = 0; i < count; i++) {
      this.value(state);
      this.lua.api.lua_settop(state, -2);
    }
    this.value(state);
  }

  private ensureStack(state: number): void {
    this.lua.api.lua_checkstack(state, 6);
  }

  private integer(): number {
    const { bytes } = this.lua;
    let at = this.at;
    const isNegative = bytes[at] === 45;
    if (isNegative) at++;
    const first = at;
    let value = 0;
    for (let code = bytes[at] as number; code !== 13; code = bytes[++at] as number)
      value = value * 10 + code - 48;
    // Beyond the digits that a double holds each step would round; the text is rounded once.
    if (at - first > DIGITS_EXACT) value = Number(this.lua.textOf(first, at));
    this.at = at + 2;
    return isNegative ? -value : value;
  }

  private line(): string {
    const { lua } = this;
    const end = lua.bytes.indexOf(13, this.at);
    const text = lua.textOf(this.at, end);
    this.at = end + 2;
    return text;
  }
}

const DIGITS_EXACT = 15;

const fieldNames = [
  ...(["ok", "err", "ignore_error_stats_update", "double", "big_number", "map", "set"] as const),
  ...(["verbatim_string", "string", "format"] as const),
] as const;
type Name = (typeof fieldNames)[number];

function doubleOf(text: string): number {
  if (text === "inf") return Number.POSITIVE_INFINITY;
  if (text === "-inf") return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** The size that an array of Lua's has after so many values were put into it one by one. */
export function arraySizeOf(count: number): number {
  return count <= 1 ? count : 1 << (32 - Math.clz32(count - 1));
}

/** A text that stays in Lua's memory, with a NUL behind it. */
export function cString(lua: LuaMachine, text: string): number {
  const at = lua.api.malloc(text.length + 1);
  for (let i = 0; i < text.length; i++) lua.bytes[at + i] = text.charCodeAt(i);
  lua.bytes[at + text.length] = 0;
  return at;
}
