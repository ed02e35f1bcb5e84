// Arguments of functions that Lua calls, checked as Lua's own library checks them, and the tables of such functions.

import type { LuaFunction } from "./lua-api.ts";
import { type LuaMachine, NIL, NUMBER, STRING } from "./lua-machine.ts";

/** Where argument i's string value is; a number becomes its text. Raises "string expected". */
export function stringArgument(lua: LuaMachine, state: number, i: number): number {
  const value = lua.at(state, i);
  if (lua.typeAt(value) === STRING) return value;
  lua.api.luaL_checklstring(state, i, 0);
  return lua.at(state, i);
}

/** Argument i as a number; a text that is one counts. Raises "number expected". */
export function numberArgument(lua: LuaMachine, state: number, i: number): number {
  const value = lua.at(state, i);
  return lua.typeAt(value) === NUMBER ? lua.numberAt(value) : lua.api.luaL_checknumber(state, i);
}

/** As numberArgument, and `fallback` when there is none or nil. */
export function numberOr(lua: LuaMachine, state: number, i: number, fallback: number): number {
  return lua.typeAt(lua.at(state, i)) === NIL ? fallback : numberArgument(lua, state, i);
}

export type Library = Readonly<Record<string, LuaFunction>>;

/** Pushes a table that holds the functions by their names. */
export function pushLibrary(lua: LuaMachine, state: number, functions: Library): void {
  const names = Object.keys(functions);
  lua.api.lua_createtable(state, 0, names.length);
  for (const [i, slot] of lua.slots(Object.values(functions)).entries()) {
    lua.api.lua_pushcclosure(state, slot, 0);
    lua.setField(state, -2, names[i] as string);
  }
}
