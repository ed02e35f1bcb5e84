// The `bit` library: operations on 32-bit integers, as LuaBitOp 1.0.2 has them.

import type { Library } from "./lua-arguments.ts";
import { type LuaMachine, NUMBER } from "./lua-machine.ts";

/** Added to a number, this leaves its integer part in the low bits: rounded, modulo 2^32. */
const ROUNDING = 6755399441055744;

export function bitLibrary(lua: LuaMachine): Library {
  const sum = new Float64Array(1);
  const words = new Int32Array(sum.buffer);
  const { api } = lua;

  const argument = (state: number, i: number): number => {
    const value = lua.at(state, i);
    const isNumber = lua.typeAt(value) === NUMBER;
    if (!isNumber && api.lua_isnumber(state, i) === 0) api.luaL_typerror(state, i, lua.scratchText("number"));
    sum[0] = (isNumber ? lua.numberAt(value) : api.lua_tonumber(state, i)) + ROUNDING;
    return words[0] as number;
  };
  const result = (state: number, bits: number): number => {
    api.lua_pushnumber(state, bits | 0);
    return 1;
  };
  const folded = (join: (a: number, b: number) => number) => (state: number) => {
    let bits = argument(state, 1);
    for (let i = lua.count(state); i > 1; i--) bits = join(bits, argument(state, i));
    return result(state, bits);
  };
  const shifted = (shift: (bits: number, by: number) => number) => (state: number) =>
    result(state, shift(argument(state, 1), argument(state, 2) & 31));

  return {
    tobit: (state) => result(state, argument(state, 1)),
    bnot: (state) => result(state, ~argument(state, 1)),
    band: folded((a, b) => a & b),
    bor: folded((a, b) => a | b),
    bxor: folded((a, b) => a ^ b),
    lshift: shifted((bits, by) => bits << by),
    rshift: shifted((bits, by) => bits >>> by),
    arshift: shifted((bits, by) => bits >> by),
    rol: shifted((bits, by) => (bits << by) | (by === 0 ? 0 : bits >>> (32 - by))),
    ror: shifted((bits, by) => (bits >>> by) | (by === 0 ? 0 : bits << (32 - by))),
    bswap: (state) => {
      const b = argument(state, 1);
      return result(state, (b >>> 24) | ((b >>> 8) & 0xff00) | ((b & 0xff00) << 8) | (b << 24));
    },
    tohex: (state) => {
      const bits = argument(state, 1);
      const asked = lua.count(state) < 2 ? 8 : argument(state, 2);
      const count = Math.min(8, Math.abs(asked));
      const digits = count === 0 ? "" : (bits >>> 0).toString(16).padStart(8, "0").slice(-count);
      lua.pushText(state, asked < 0 ? digits.toUpperCase() : digits);
      return 1;
    },
  };
}
