import { beforeEach, expect, test } from "vitest";
import { realLua } from "../env/real/lua.ts";
import { GLOBALS, LuaFailure, LuaMachine } from "./lua-machine.ts";
import { patchLua } from "./lua-patch.ts";

const read = realLua().bytes();
const program = read.ok ? read.bytes : new Uint8Array(0);
let lua = new LuaMachine({ program, bytesMax: 64 * 1024 * 1024 });

beforeEach(() => {
  lua = new LuaMachine({ program, bytesMax: 64 * 1024 * 1024 });
  for (const name of ["base", "table", "string", "math"] as const) {
    lua.api.lua_pushcclosure(lua.state, lua.slotOf(`luaopen_${name}`), 0);
    lua.pushText(lua.state, name === "base" ? "" : name);
    lua.api.lua_call(lua.state, 1, 0);
  }
});

// The text on top of the stack after the code has run in a thread of its own.
function run(code: string): { status: number; text: string } {
  const { api } = lua;
  const thread = api.lua_newthread(lua.state);
  const at = lua.scratchText(`=code\0${code}`);
  expect(api.luaL_loadbuffer(thread, at + 6, code.length, at)).toBe(0);
  const status = api.lua_resume(thread, 0);
  return { status, text: lua.count(thread) === 0 ? "" : lua.textAt(lua.top(thread)) };
}

test("a module that is not the known build is neither patched nor run", () => {
  expect(patchLua(program.subarray(0, program.length - 1))).toBeUndefined();
  const other = program.slice();
  other.fill(1, 4109, 4200);
  expect(patchLua(other)).toBeUndefined();
  expect(() => new LuaMachine({ program: new Uint8Array(8), bytesMax: 1 << 26 })).toThrow(LuaFailure);
});

test("a read-only table refuses every way of assigning to it, and is as before when it is writable again", () => {
  const { api, state } = lua;
  api.lua_createtable(state, 0, 0);
  lua.pushText(state, "old");
  lua.setField(state, -2, "field");
  const table = lua.wordAt(lua.top(state));
  lua.setField(state, GLOBALS, "t");
  lua.setReadonly(table, true);
  for (const code of [
    "t.field = 1",
    "t.other = 1",
    "t[1] = 1",
    "t.field = nil",
    "rawset(t, 'field', 1)",
    "table.insert(t, 1)",
    "setmetatable(t, {})",
    "setmetatable({}, {__newindex = t}).x = 1",
    "setmetatable({}, {__newindex = setmetatable({}, {__newindex = t})}).x = 1",
  ]) {
    const { status, text } = run(code);
    expect([code, status, text.replace(/^code:1: /, "")]).toEqual([
      code,
      2,
      "Attempt to modify a readonly table",
    ]);
  }
  expect(run("local n = 0 for k in pairs(t) do n = n + 1 end return t.field .. n .. #t").text).toBe("old10");
  lua.api.lua_gc(state, 2, 0);
  expect(run("t.field = 1").status).toBe(2);
  lua.setReadonly(table, false);
  expect(run("t.field = 'new' return t.field").text).toBe("new");
});

test("tables are read where they lie, in the order of next", () => {
  const { api, state } = lua;
  const code =
    "local t = {} for i = 1, 40 do t[i] = i * 2 t['k' .. i] = i t[i + 0.5] = -i end " +
    "for i = 1, 40, 3 do t[i] = nil t['k' .. i] = nil end t[-7] = 'm' t[1e15] = 'b' t[0] = 'z' shared = t " +
    "local all = {} for k, v in pairs(t) do all[#all + 1] = tostring(k) .. '=' .. tostring(v) end return table.concat(all, ' ')";
  const wanted = run(code).text;
  lua.getField(state, GLOBALS, "shared");
  const table = lua.wordAt(lua.top(state));
  const found: string[] = [];
  for (let place = lua.nextPlace(table, 0); place >= 0; place = lua.nextPlace(table, place + 1)) {
    const shown = [lua.keyAtPlace(table, place), lua.valueAtPlace(table, place)].map((value) => {
      if (value === 0) return `${place + 1}`;
      return lua.typeAt(value) === 4 ? lua.textAt(value) : `${lua.numberAt(value)}`;
    });
    found.push(shown.join("="));
  }
  expect(found.join(" ").replace("1000000000000000=", "1e+15=")).toBe(wanted);
  expect(lua.numberAt(lua.atInteger(table, 2))).toBe(4);
  expect(lua.atInteger(table, 1)).toBe(0);
  expect(lua.textAt(lua.atInteger(table, 0))).toBe("z");
  expect(lua.textAt(lua.atInteger(table, -7))).toBe("m");
  expect(lua.atInteger(table, 99)).toBe(0);
  expect(lua.numberAt(lua.atName(table, lua.intern("k2")))).toBe(2);
  expect(lua.atName(table, lua.intern("k1"))).toBe(0);
  api.lua_settop(state, 0);
});

test("where memory ends Lua says so, and goes on", () => {
  const { status } = run("local t = {} for i = 1, 1e9 do t[i] = {i, i, i, i} end");
  expect(status).toBe(4);
  expect(lua.memoryBytes).toBeLessThanOrEqual(65 * 1024 * 1024);
  lua.api.lua_settop(lua.state, 0); // Where the thread stands.
  lua.withReserve(() => lua.api.lua_gc(lua.state, 2, 0));
  expect(run("return 'still here'").text).toBe("still here");
});
