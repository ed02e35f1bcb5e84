// Lua program: the Lua that simulated servers run scripts with, read once for all of them.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { LuaProgram } from "../../src/env/lua.ts";

const file = "wasmoon-lua5.1/dist/liblua5.1.wasm";

export const luaProgram: LuaProgram = programOf(readFileSync(createRequire(import.meta.url).resolve(file)));

function programOf(read: Uint8Array): LuaProgram {
  const bytes = new Uint8Array(read);
  return { bytes: () => ({ ok: true, bytes }) };
}
