// The `cmsgpack` library: values to and from MessagePack, as Redis's lua-cmsgpack 0.4.0 has it.
//
// Role: reads tables where they lie in Lua's memory; what is decoded is built on Lua's stack. A table whose keys are
// exactly 1..n is an array, any other a map. Tables nested deeper than 16 are nil.

import { ByteBuilder } from "./byte-builder.ts";
import { type Library, numberArgument, numberOr, stringArgument } from "./lua-arguments.ts";
import { BOOLEAN, type LuaMachine, NUMBER, STRING, TABLE } from "./lua-machine.ts";

const NESTING_MAX = 16;
const WORD = 2 ** 32;
const INT64_LIMIT = 2 ** 63;
/** How deep arrays and maps may be nested in what is decoded: Lua's own limit of its stack is about this. */
const DECODED_NESTING_MAX = 1000;

export function cmsgpackLibrary(lua: LuaMachine): Library {
  const packer = new Packer(lua);
  return {
    pack: (state) => packer.pack(state),
    unpack: (state) => new Unpacker(lua, state).run(0, 0),
    unpack_one(state) {
      const offset = Math.trunc(numberOr(lua, state, 2, 0));
      lua.api.lua_settop(state, 1);
      return new Unpacker(lua, state).run(1, offset);
    },
    unpack_limit(state) {
      const limit = Math.trunc(numberArgument(lua, state, 2));
      const offset = Math.trunc(numberOr(lua, state, 3, 0));
      lua.api.lua_settop(state, 1);
      return new Unpacker(lua, state).run(limit, offset);
    },
  };
}

class Packer {
  private readonly lua: LuaMachine;
  private readonly out = new ByteBuilder();
  private readonly eight = new DataView(new ArrayBuffer(8));

  constructor(lua: LuaMachine) {
    this.lua = lua;
  }

  pack(state: number): number {
    const { lua, out } = this;
    const count = lua.count(state);
    if (count === 0) lua.raiseArgument(state, 0, "MessagePack pack needs input.");
    out.reset();
    for (let i = 1; i <= count; i++) this.value(lua.at(state, i), 0);
    lua.pushBytes(state, out.bytes, 0, out.length);
    return 1;
  }

  private value(value: number, level: number): void {
    const { lua, out } = this;
    switch (lua.typeAt(value)) {
      case STRING:
        return this.string(lua.stringStart(value), lua.stringLength(value));
      case BOOLEAN:
        return out.byte(lua.wordAt(value) === 0 ? 0xc2 : 0xc3);
      case NUMBER:
        return this.number(lua.numberAt(value));
      case TABLE:
        if (level === NESTING_MAX) return out.byte(0xc0);
        return this.table(lua.wordAt(value), level);
      default:
        return out.byte(0xc0);
    }
  }

  private string(start: number, length: number): void {
    const { out } = this;
    if (length < 32) out.byte(0xa0 | length);
    else if (length <= 0xff) {
      out.byte(0xd9);
      out.byte(length);
    } else this.header(0xda, length);
    out.copy(this.lua.bytes, start, start + length);
  }

  private table(table: number, level: number): void {
    const { lua } = this;
    let count = 0;
    let max = 0;
    let isArray = true;
    for (let place = lua.nextPlace(table, 0); place >= 0; place = lua.nextPlace(table, place + 1)) {
      count++;
      const at = lua.keyAtPlace(table, place);
      const key = at === 0 ? place + 1 : lua.typeAt(at) === NUMBER ? lua.numberAt(at) : 0;
      if (key > 0 && key <= 0x7fffffff && Number.isInteger(key)) max = Math.max(max, key);
      else isArray = false;
    }
    if (isArray && max === count) {
      if (count <= 15) this.out.byte(0x90 | count);
      else this.header(0xdc, count);
      for (let i = 1; i <= count; i++) this.value(lua.atInteger(table, i), level + 1);
      return;
    }
    if (count <= 15) this.out.byte(0x80 | count);
    else this.header(0xde, count);
    for (let place = lua.nextPlace(table, 0); place >= 0; place = lua.nextPlace(table, place + 1)) {
      const at = lua.keyAtPlace(table, place);
      if (at === 0) this.number(place + 1);
      else this.value(at, level + 1);
      this.value(lua.valueAtPlace(table, place), level + 1);
    }
  }

  // A length of 16 bits behind `code`, or of 32 behind the code after it.
  private header(code: number, length: number): void {
    const { out } = this;
    if (length <= 0xffff) {
      out.byte(code);
      this.big(length, 2);
    } else {
      out.byte(code + 1);
      this.big(length, 4);
    }
  }

  private big(value: number, size: number): void {
    for (let shift = (size - 1) * 8; shift >= 0; shift -= 8) this.out.byte((value >>> shift) & 255);
  }

  private number(value: number): void {
    const { out, eight } = this;
    if (Math.trunc(value) === value && value < INT64_LIMIT && value >= -INT64_LIMIT)
      return this.integer(value);
    const isSingle = Math.fround(value) === value;
    if (isSingle) eight.setFloat32(0, value);
    else eight.setFloat64(0, value);
    out.byte(isSingle ? 0xca : 0xcb);
    for (let i = 0; i < (isSingle ? 4 : 8); i++) out.byte(eight.getUint8(i));
  }

  private integer(value: number): void {
    const { out } = this;
    if (value >= 0) {
      if (value <= 127) return out.byte(value);
      if (value <= 0xff) return this.sized(0xcc, value, 1);
      if (value <= 0xffff) return this.sized(0xcd, value, 2);
      if (value < WORD) return this.sized(0xce, value, 4);
      return this.wide(0xcf, value);
    }
    if (value >= -32) return out.byte(value & 255);
    if (value >= -128) return this.sized(0xd0, value, 1);
    if (value >= -32_768) return this.sized(0xd1, value, 2);
    if (value >= -2_147_483_648) return this.sized(0xd2, value, 4);
    return this.wide(0xd3, value);
  }

  private sized(code: number, value: number, size: number): void {
    this.out.byte(code);
    this.big(value, size);
  }

  private wide(code: number, value: number): void {
    this.out.byte(code);
    this.big(Math.floor(value / WORD), 4);
    this.big(value >>> 0, 4);
  }
}

class Unpacker {
  private readonly lua: LuaMachine;
  private readonly state: number;
  private at: number;
  private readonly start: number;
  private end: number;

  constructor(lua: LuaMachine, state: number) {
    this.lua = lua;
    this.state = state;
    const value = stringArgument(lua, state, 1);
    this.start = lua.stringStart(value);
    this.at = this.start;
    this.end = this.start + lua.stringLength(value);
  }

  /** Decodes `limit` values from `offset` on; all when both are 0. */
  run(limit: number, offset: number): number {
    const { lua, state } = this;
    const length = this.end - this.start;
    if (offset < 0 || limit < 0) {
      const text = `Invalid request to unpack with offset of ${offset} and limit of ${length}.`;
      lua.raiseText(state, text);
    }
    if (offset > length) lua.raiseText(state, `Start offset ${offset} greater than input length ${length}.`);
    const isAll = limit === 0 && offset === 0;
    this.at += offset;
    let count = 0;
    for (; this.at < this.end && (isAll || count < limit); count++) this.value(0);
    if (isAll) return count;
    lua.api.lua_checkstack(state, 1);
    lua.api.lua_pushnumber(state, this.at === this.end ? -1 : this.at - this.start);
    lua.api.lua_insert(state, 2);
    return count + 1;
  }

  private value(depth: number): void {
    const { lua, state } = this;
    const { api } = lua;
    this.need(1);
    if (api.lua_checkstack(state, 1) === 0) {
      const text = "too many return values at once; use unpack_one or unpack_limit instead.";
      lua.raiseText(state, `stack overflow (${text})`);
    }
    const code = lua.bytes[this.at] as number;
    if (code <= 0x7f) return this.pushed(1, code);
    if (code >= 0xe0) return this.pushed(1, code - 256);
    if (code >= 0xa0 && code < 0xc0) return this.string(1, code & 0x1f);
    if (code >= 0x90 && code < 0xa0) return this.array(1, code & 0xf, depth);
    if (code < 0x90) return this.map(1, code & 0xf, depth);
    switch (code) {
      case 0xc0:
        api.lua_pushnil(state);
        this.at += 1;
        return;
      case 0xc2:
      case 0xc3:
        api.lua_pushboolean(state, code - 0xc2);
        this.at += 1;
        return;
      case 0xca:
        return this.pushed(5, this.view(5).getFloat32(1));
      case 0xcb:
        return this.pushed(9, this.view(9).getFloat64(1));
      case 0xcc:
        return this.pushed(2, this.view(2).getUint8(1));
      case 0xcd:
        return this.pushed(3, this.view(3).getUint16(1));
      case 0xce:
        return this.pushed(5, this.view(5).getUint32(1));
      case 0xcf:
        return this.pushed(9, Number(this.view(9).getBigInt64(1)));
      case 0xd0:
        return this.pushed(2, this.view(2).getInt8(1));
      case 0xd1:
        return this.pushed(3, this.view(3).getInt16(1));
      case 0xd2:
        return this.pushed(5, this.view(5).getInt32(1));
      case 0xd3:
        return this.pushed(9, Number(this.view(9).getBigInt64(1)));
      case 0xd9:
        return this.string(2, this.view(2).getUint8(1));
      case 0xda:
        return this.string(3, this.view(3).getUint16(1));
      case 0xdb:
        return this.string(5, this.view(5).getUint32(1));
      case 0xdc:
        return this.array(3, this.view(3).getUint16(1), depth);
      case 0xdd:
        return this.array(5, this.view(5).getUint32(1), depth);
      case 0xde:
        return this.map(3, this.view(3).getUint16(1), depth);
      case 0xdf:
        return this.map(5, this.view(5).getUint32(1), depth);
      default:
        return lua.raiseText(state, "Bad data format in input.");
    }
  }

  private pushed(size: number, value: number): void {
    this.lua.api.lua_pushnumber(this.state, value);
    this.at += size;
  }

  private string(header: number, length: number): void {
    this.need(header + length);
    this.lua.api.lua_pushlstring(this.state, this.at + header, length);
    this.at += header + length;
  }

  private array(header: number, length: number, depth: number): void {
    const { lua, state } = this;
    this.at += header;
    this.descend(depth);
    lua.api.lua_createtable(state, 0, 0); // Its size decides what # answers for an array with holes.
    for (let i = 1; i <= length; i++) {
      this.value(depth + 1);
      lua.api.lua_rawseti(state, -2, i);
    }
  }

  private map(header: number, length: number, depth: number): void {
    const { lua, state } = this;
    this.at += header;
    this.descend(depth);
    lua.api.lua_createtable(state, 0, 0);
    for (let i = 0; i < length; i++) {
      this.value(depth + 1);
      this.value(depth + 1);
      lua.api.lua_settable(state, -3);
    }
  }

  private descend(depth: number): void {
    const { lua, state } = this;
    if (depth > DECODED_NESTING_MAX || lua.api.lua_checkstack(state, 4) === 0) {
      lua.raiseText(state, "stack overflow (in function mp_decode_to_lua_array)");
    }
  }

  private need(count: number): void {
    if (this.end - this.at < count) this.lua.raiseText(this.state, "Missing bytes in input.");
  }

  private view(size: number): DataView {
    this.need(size);
    return new DataView(this.lua.bytes.buffer, this.at, size);
  }
}
