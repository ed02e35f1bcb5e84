// The `struct` library: values to and from the layouts of C structures, by a format, as Redis has it on a 64-bit machine.
//
//   >  <   big or little endian        !n  alignment        b h l i[n]  integers; capitals: without a sign
//   f d    floats                      x   a byte of 0      s           a string that ends with a 0
//   c[n]   n bytes; c0: as many as the number before says

import { ByteBuilder } from "./byte-builder.ts";
import { type Library, numberArgument, numberOr, stringArgument } from "./lua-arguments.ts";
import type { LuaMachine } from "./lua-machine.ts";

const INT_MAX = 2 ** 31 - 1;
const INTEGER_BYTES_MAX = 32;
const ALIGNMENT = 8;

class Format {
  isLittle = true;
  alignment = 1;
  at: number;
  private readonly end: number;
  private readonly lua: LuaMachine;
  private readonly state: number;

  constructor(lua: LuaMachine, state: number) {
    this.lua = lua;
    this.state = state;
    const value = stringArgument(lua, state, 1);
    this.at = lua.stringStart(value);
    const length = lua.stringLength(value);
    const nul = lua.bytes.indexOf(0, this.at); // Lua's strings end with a NUL; one inside ends the format.
    this.end = Math.min(this.at + length, nul);
  }

  /** The next option's character; "" at the end. */
  next(): string {
    return this.at < this.end ? String.fromCharCode(this.lua.bytes[this.at++] as number) : "";
  }

  /** How many bytes the option takes, as far as the format says it. */
  sizeOf(option: string): number {
    switch (option) {
      case "B":
      case "b":
      case "x":
        return 1;
      case "H":
      case "h":
        return 2;
      case "L":
      case "l":
      case "T":
      case "d":
        return 8;
      case "f":
        return 4;
      case "c":
        return this.number(1);
      case "i":
      case "I": {
        const size = this.number(4);
        if (size > INTEGER_BYTES_MAX) {
          const text = `integral size ${size} is larger than limit of ${INTEGER_BYTES_MAX}`;
          this.lua.raiseText(this.state, text);
        }
        return size;
      }
      default:
        return 0;
    }
  }

  /** Bytes that bring `position` to the alignment of an option of `size` bytes. */
  paddingOf(position: number, option: string, size: number): number {
    if (size === 0 || option === "c") return 0;
    const to = Math.min(size, this.alignment);
    return (to - (position & (to - 1))) & (to - 1);
  }

  /** An option that takes no bytes. */
  control(option: string): void {
    if (option === " ") return;
    if (option === ">") this.isLittle = false;
    else if (option === "<") this.isLittle = true;
    else if (option === "!") {
      const alignment = this.number(ALIGNMENT);
      if (alignment <= 0 || (alignment & (alignment - 1)) !== 0) {
        this.lua.raiseText(this.state, `alignment ${alignment} is not a power of 2`);
      }
      this.alignment = alignment;
    } else this.lua.raiseArgument(this.state, 1, `invalid format option '${option}'`);
  }

  private number(fallback: number): number {
    const { bytes } = this.lua;
    let digit = (bytes[this.at] as number) - 48;
    if (this.at >= this.end || digit < 0 || digit > 9) return fallback;
    let value = 0;
    do {
      if (value > Math.floor(INT_MAX / 10) || value * 10 > INT_MAX - digit) {
        this.lua.raiseText(this.state, "integral size overflow");
      }
      value = value * 10 + digit;
      this.at++;
      digit = (bytes[this.at] as number) - 48;
    } while (this.at < this.end && digit >= 0 && digit <= 9);
    return value;
  }
}

export function structLibrary(lua: LuaMachine): Library {
  const { api } = lua;
  const builder = new ByteBuilder();
  const eight = new DataView(new ArrayBuffer(8));

  const putInteger = (value: number, size: number, isLittle: boolean): void => {
    const whole = Number.isFinite(value) ? BigInt.asUintN(64, BigInt(Math.trunc(value))) : 1n << 63n;
    builder.reserve(size);
    for (let i = 0; i < size; i++) {
      const place = isLittle ? i : size - 1 - i;
      builder.bytes[builder.length++] = place < 8 ? Number((whole >> BigInt(place * 8)) & 255n) : 0;
    }
  };
  const getInteger = (at: number, size: number, isLittle: boolean, isSigned: boolean): number => {
    let value = 0n;
    for (let i = 0; i < size; i++) {
      const byte = lua.bytes[isLittle ? at + size - 1 - i : at + i] as number;
      value = BigInt.asUintN(64, (value << 8n) | BigInt(byte));
    }
    return Number(isSigned ? BigInt.asIntN(Math.min(64, size * 8), value) : value);
  };

  return {
    pack(state) {
      const format = new Format(lua, state);
      builder.reset();
      api.lua_pushnil(state); // What an argument that is missing is told to be.
      let argument = 2;
      for (let option = format.next(); option !== ""; option = format.next()) {
        let size = format.sizeOf(option);
        for (let padding = format.paddingOf(builder.length, option, size); padding > 0; padding--)
          builder.byte(0);
        if ("bBhHlLTiI".includes(option)) {
          putInteger(numberArgument(lua, state, argument++), size, format.isLittle);
        } else if (option === "x") builder.byte(0);
        else if (option === "f" || option === "d") {
          const value = numberArgument(lua, state, argument++);
          if (option === "f") eight.setFloat32(0, value, format.isLittle);
          else eight.setFloat64(0, value, format.isLittle);
          for (let i = 0; i < size; i++) builder.byte(eight.getUint8(i));
        } else if (option === "c" || option === "s") {
          const value = stringArgument(lua, state, argument++);
          const length = lua.stringLength(value);
          if (size === 0) size = length;
          if (length < size) lua.raiseArgument(state, argument, "string too short");
          const start = lua.stringStart(value);
          builder.copy(lua.bytes, start, start + size);
          if (option === "s") builder.byte(0);
        } else format.control(option);
      }
      lua.pushBytes(state, builder.bytes, 0, builder.length);
      return 1;
    },

    unpack(state) {
      const format = new Format(lua, state);
      const data = stringArgument(lua, state, 2);
      const length = lua.stringLength(data);
      const base = lua.stringStart(data);
      const first = Math.trunc(numberOr(lua, state, 3, 1));
      if (first <= 0) lua.raiseArgument(state, 3, "offset must be 1 or greater");
      let at = first - 1;
      let count = 0;
      for (let option = format.next(); option !== ""; option = format.next()) {
        let size = format.sizeOf(option);
        at += format.paddingOf(at, option, size);
        if (size > length || at > length - size) lua.raiseArgument(state, 2, "data string too short");
        if (api.lua_checkstack(state, 2) === 0) lua.raiseText(state, "stack overflow (too many results)");
        if ("bBhHlLTiI".includes(option)) {
          const isSigned = option === option.toLowerCase();
          api.lua_pushnumber(state, getInteger(base + at, size, format.isLittle, isSigned));
          count++;
        } else if (option === "f" || option === "d") {
          for (let i = 0; i < size; i++) eight.setUint8(i, lua.bytes[base + at + i] as number);
          const { isLittle } = format;
          api.lua_pushnumber(
            state,
            option === "f" ? eight.getFloat32(0, isLittle) : eight.getFloat64(0, isLittle),
          );
          count++;
        } else if (option === "c") {
          if (size === 0) {
            if (count === 0 || api.lua_isnumber(state, -1) === 0) {
              lua.raiseText(state, "format 'c0' needs a previous size");
            }
            size = Math.trunc(api.lua_tonumber(state, -1));
            api.lua_settop(state, -2);
            count--;
            if (size < 0 || size > length || at > length - size) {
              lua.raiseArgument(state, 2, "data string too short");
            }
          }
          api.lua_pushlstring(state, base + at, size);
          count++;
        } else if (option === "s") {
          const nul = lua.bytes.indexOf(0, base + at);
          if (nul >= base + length) lua.raiseText(state, "unfinished string in data");
          size = nul - (base + at) + 1;
          api.lua_pushlstring(state, base + at, size - 1);
          count++;
        } else if (option !== "x") format.control(option);
        at += size;
      }
      api.lua_pushnumber(state, at + 1);
      return count + 1;
    },

    size(state) {
      const format = new Format(lua, state);
      let at = 0;
      for (let option = format.next(); option !== ""; option = format.next()) {
        const size = format.sizeOf(option);
        at += format.paddingOf(at, option, size);
        if (option === "s") lua.raiseArgument(state, 1, "option 's' has no fixed size");
        if (option === "c" && size === 0) lua.raiseArgument(state, 1, "option 'c0' has no fixed size");
        if (!/[A-Za-z0-9]/.test(option)) format.control(option);
        at += size;
      }
      api.lua_pushnumber(state, at);
      return 1;
    },
  };
}
