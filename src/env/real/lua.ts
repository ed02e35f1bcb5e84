// Real Lua program: the WebAssembly file of the package that carries Lua 5.1.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { LuaProgram } from "../lua.ts";

const file = "wasmoon-lua5.1/dist/liblua5.1.wasm";

/** Its bytes are read once, and are the same ones for all who ask. */
export function realLua(): LuaProgram {
  let bytes: Uint8Array | undefined;
  return {
    bytes() {
      try {
        const path = createRequire(import.meta.url).resolve(file);
        bytes ??= new Uint8Array(readFileSync(path));
        return { ok: true, bytes };
      } catch (error) {
        return { ok: false, error: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
