// Lua port: where the Lua machine comes from. It is asked for at the first script, so that a server that runs none
// does not pay for it.

export interface LuaProgram {
  /** The bytes of Lua 5.1 as a WebAssembly module, or why they cannot be read. */
  bytes(): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: string };
}
