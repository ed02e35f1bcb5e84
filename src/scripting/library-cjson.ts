// The `cjson` library: values to and from JSON, as Redis's lua-cjson 2.1.0 has it, its settings included.
//
// Role: encoding is library-cjson's own writer over tables where they lie in Lua's memory; decoding is json-decoder.ts.
// Invariant: nothing allocates in Lua while a table is being walked, so that no collection moves under it.

import { ByteBuilder } from "./byte-builder.ts";
import { formatGeneral } from "./format-general.ts";
import { decodeJson } from "./json-decoder.ts";
import type { LuaFunction } from "./lua-api.ts";
import { numberArgument, stringArgument } from "./lua-arguments.ts";
import {
  BOOLEAN,
  GLOBALS,
  LIGHT_USERDATA,
  type LuaMachine,
  NIL,
  NUMBER,
  STRING,
  TABLE,
} from "./lua-machine.ts";

export type JsonSettings = {
  sparseConvert: boolean;
  sparseRatio: number;
  sparseSafe: number;
  encodeDepthMax: number;
  decodeDepthMax: number;
  /** NaN and infinity: refused, written as they are, or written as null. */
  encodeInvalid: "off" | "on" | "null";
  decodeInvalid: boolean;
  precision: number;
  keepBuffer: boolean;
};

const INT_MAX = 2 ** 31 - 1;
/** However deep the settings allow, as each level takes some of the stack. */
export const JSON_DEPTH_LIMIT = 2000;
const SETTINGS_MAX = 10_000;
const UPVALUE = GLOBALS - 1;
const TYPE_NAMES = [
  "nil",
  "boolean",
  "userdata",
  "number",
  "string",
  "table",
  "function",
  "userdata",
  "thread",
];

const escapes: readonly (string | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const short: Record<number, string> = {
    8: "\\b",
    9: "\\t",
    10: "\\n",
    12: "\\f",
    13: "\\r",
    34: '\\"',
    47: "\\/",
    92: "\\\\",
  };
  if (short[code] !== undefined) return short[code];
  return code < 32 || code === 127 ? `\\u${code.toString(16).padStart(4, "0")}` : undefined;
});

function defaults(): JsonSettings {
  return {
    sparseConvert: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeDepthMax: 1000,
    decodeDepthMax: 1000,
    encodeInvalid: "off",
    decodeInvalid: true,
    precision: 14,
    keepBuffer: true,
  };
}

export class JsonLibrary {
  private readonly lua: LuaMachine;
  private readonly out = new ByteBuilder();
  private readonly settings: JsonSettings[] = [];
  private readonly functions: Readonly<Record<string, LuaFunction>>;
  private readonly slots: readonly number[];

  constructor(lua: LuaMachine) {
    this.lua = lua;
    this.functions = {
      encode: (state) => this.encode(state),
      decode: (state) => {
        this.expectOne(state);
        return decodeJson(lua, state, this.settingsOf(state));
      },
      encode_sparse_array: (state) => {
        const own = this.settingsFor(state, 3);
        this.flag(state, 1, own, "sparseConvert");
        this.integer(state, 2, own, "sparseRatio", 0, INT_MAX);
        this.integer(state, 3, own, "sparseSafe", 0, INT_MAX);
        return 3;
      },
      encode_max_depth: (state) =>
        this.integer(state, 1, this.settingsFor(state, 1), "encodeDepthMax", 1, INT_MAX),
      decode_max_depth: (state) =>
        this.integer(state, 1, this.settingsFor(state, 1), "decodeDepthMax", 1, INT_MAX),
      encode_number_precision: (state) =>
        this.integer(state, 1, this.settingsFor(state, 1), "precision", 1, 14),
      encode_keep_buffer: (state) => this.flag(state, 1, this.settingsFor(state, 1), "keepBuffer"),
      encode_invalid_numbers: (state) => this.invalidNumbers(state),
      decode_invalid_numbers: (state) => this.flag(state, 1, this.settingsFor(state, 1), "decodeInvalid"),
      new: (state) => this.push(state),
    };
    this.slots = lua.slots(Object.values(this.functions));
  }

  /** Pushes a table of the library's functions with settings of its own. */
  push(state: number): number {
    const { lua } = this;
    const { api } = lua;
    if (this.settings.length === SETTINGS_MAX) lua.raiseText(state, "too many cjson instances");
    const id = this.settings.push(defaults()) - 1;
    api.lua_createtable(state, 0, this.slots.length + 3);
    for (const [i, name] of Object.keys(this.functions).entries()) {
      api.lua_pushnumber(state, id);
      api.lua_pushcclosure(state, this.slots[i] as number, 1);
      lua.setField(state, -2, name);
    }
    api.lua_pushlightuserdata(state, 0);
    lua.setField(state, -2, "null");
    lua.pushText(state, "cjson");
    lua.setField(state, -2, "_NAME");
    lua.pushText(state, "2.1.0");
    lua.setField(state, -2, "_VERSION");
    return 1;
  }

  // --- Settings ---

  private settingsOf(state: number): JsonSettings {
    return this.settings[this.lua.api.lua_tonumber(state, UPVALUE)] as JsonSettings;
  }

  private settingsFor(state: number, argumentsMax: number): JsonSettings {
    const { lua } = this;
    if (lua.count(state) > argumentsMax)
      lua.raiseArgument(state, argumentsMax + 1, "found too many arguments");
    const own = this.settingsOf(state);
    lua.api.lua_settop(state, argumentsMax);
    return own;
  }

  private expectOne(state: number): void {
    if (this.lua.count(state) !== 1) this.lua.raiseArgument(state, 1, "expected 1 argument");
  }

  private integer(
    state: number,
    i: number,
    own: JsonSettings,
    name: "sparseRatio" | "sparseSafe" | "encodeDepthMax" | "decodeDepthMax" | "precision",
    min: number,
    max: number,
  ): number {
    const { lua } = this;
    if (lua.typeAt(lua.at(state, i)) !== NIL) {
      const value = Math.trunc(numberArgument(lua, state, i));
      if (!(value >= min && value <= max)) {
        lua.raiseArgument(state, 1, `expected integer between ${min} and ${max}`);
      }
      own[name] = value;
    }
    lua.api.lua_pushnumber(state, own[name]);
    return 1;
  }

  private flag(
    state: number,
    i: number,
    own: JsonSettings,
    name: "sparseConvert" | "decodeInvalid" | "keepBuffer",
  ): number {
    const { lua } = this;
    const type = lua.typeAt(lua.at(state, i));
    if (type === BOOLEAN) own[name] = lua.wordAt(lua.at(state, i)) !== 0;
    else if (type !== NIL) own[name] = this.option(state, i, ["off", "on"]) === "on";
    lua.api.lua_pushboolean(state, own[name] ? 1 : 0);
    return 1;
  }

  private invalidNumbers(state: number): number {
    const { lua } = this;
    const own = this.settingsFor(state, 1);
    const type = lua.typeAt(lua.at(state, 1));
    if (type === BOOLEAN) own.encodeInvalid = lua.wordAt(lua.at(state, 1)) === 0 ? "off" : "on";
    else if (type !== NIL) {
      const chosen = this.option(state, 1, ["off", "on", "null"]);
      own.encodeInvalid = chosen === "off" || chosen === "on" ? chosen : "null";
    }
    if (own.encodeInvalid === "null") lua.pushText(state, "null");
    else lua.api.lua_pushboolean(state, own.encodeInvalid === "on" ? 1 : 0);
    return 1;
  }

  private option(state: number, i: number, options: readonly string[]): string {
    const name = this.lua.textAt(stringArgument(this.lua, state, i));
    if (!options.includes(name)) this.lua.raiseArgument(state, i, `invalid option '${name}'`);
    return name;
  }

  // --- Encoding ---

  private encode(state: number): number {
    const { lua, out } = this;
    this.expectOne(state);
    out.reset();
    this.value(state, lua.at(state, 1), this.settingsOf(state), 0);
    lua.pushBytes(state, out.bytes, 0, out.length);
    return 1;
  }

  private value(state: number, value: number, own: JsonSettings, depth: number): void {
    const { lua, out } = this;
    const type = lua.typeAt(value);
    if (type === STRING) this.string(value);
    else if (type === NUMBER) this.number(state, lua.numberAt(value), own, type);
    else if (type === BOOLEAN) out.text(lua.wordAt(value) !== 0 ? "true" : "false");
    else if (type === TABLE) this.table(state, lua.wordAt(value), own, depth + 1);
    else if (type === NIL || (type === LIGHT_USERDATA && lua.wordAt(value) === 0)) out.text("null");
    else this.refuse(state, type, "type not supported");
  }

  private table(state: number, table: number, own: JsonSettings, depth: number): void {
    const { lua, out } = this;
    if (depth > own.encodeDepthMax || depth > JSON_DEPTH_LIMIT) {
      lua.raiseText(state, `Cannot serialise, excessive nesting (${depth})`);
    }
    const length = this.arrayLength(state, table, own);
    if (length > 0) {
      out.byte(91);
      for (let i = 1; i <= length; i++) {
        if (i > 1) out.byte(44);
        this.value(state, lua.atInteger(table, i), own, depth);
      }
      out.byte(93);
      return;
    }
    out.byte(123);
    let isFirst = true;
    for (let place = lua.nextPlace(table, 0); place >= 0; place = lua.nextPlace(table, place + 1)) {
      if (!isFirst) out.byte(44);
      isFirst = false;
      const key = lua.keyAtPlace(table, place);
      const type = key === 0 ? NUMBER : lua.typeAt(key);
      if (type === STRING) {
        this.string(key);
        out.byte(58);
      } else if (type === NUMBER) {
        out.byte(34);
        this.number(state, key === 0 ? place + 1 : lua.numberAt(key), own, type);
        out.byte(34);
        out.byte(58);
      } else this.refuse(state, type, "table key must be a number or string");
      this.value(state, lua.valueAtPlace(table, place), own, depth);
    }
    out.byte(125);
  }

  // The largest key when all keys are positive integers, else -1; a sparse one is refused, or is an object.
  private arrayLength(state: number, table: number, own: JsonSettings): number {
    const { lua } = this;
    let max = 0;
    let count = 0;
    for (let place = lua.nextPlace(table, 0); place >= 0; place = lua.nextPlace(table, place + 1)) {
      const at = lua.keyAtPlace(table, place);
      const key = at === 0 ? place + 1 : lua.typeAt(at) === NUMBER ? lua.numberAt(at) : 0;
      if (key < 1 || !Number.isInteger(key)) return -1;
      if (key > max) max = key;
      count++;
    }
    if (own.sparseRatio > 0 && max > count * own.sparseRatio && max > own.sparseSafe) {
      if (!own.sparseConvert) this.refuse(state, TABLE, "excessively sparse array");
      return -1;
    }
    return max;
  }

  private number(state: number, value: number, own: JsonSettings, type: number): void {
    if (Number.isFinite(value)) this.out.text(formatGeneral(value, own.precision));
    else if (own.encodeInvalid === "off") this.refuse(state, type, "must not be NaN or Inf");
    else this.out.text(own.encodeInvalid === "null" ? "null" : formatGeneral(value, own.precision));
  }

  private string(value: number): void {
    const { lua, out } = this;
    const start = lua.stringStart(value);
    const end = start + lua.stringLength(value);
    const { bytes } = lua;
    out.reserve((end - start) * 6 + 2);
    const target = out.bytes;
    let at = out.length;
    target[at++] = 34;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      const escaped = escapes[byte];
      if (escaped === undefined) target[at++] = byte;
      else for (let k = 0; k < escaped.length; k++) target[at++] = escaped.charCodeAt(k);
    }
    target[at++] = 34;
    out.length = at;
  }

  private refuse(state: number, type: number, reason: string): never {
    return this.lua.raiseText(state, `Cannot serialise ${TYPE_NAMES[type]}: ${reason}`);
  }
}
