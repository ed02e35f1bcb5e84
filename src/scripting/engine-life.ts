// Engine life: the one Lua engine of a server, which is made when it is first needed and can be lost at any time.
//
// Role: makes it, catches what is no error of a script's, and gives up a machine that has become too large.
// Invariant: `epoch` is another for each engine, and whenever there is none; what an engine was told holds in its own.

import { compatibleRedisVersion } from "../commands/server/redis-version.ts";
import { errors } from "../resp/errors.ts";
import { LuaEngine } from "./lua-engine.ts";
import type { ScriptHost } from "./script-host.ts";

/** Memory that Lua may take. */
const LUA_BYTES_MAX = 1024 * 1024 * 1024;
/** A machine with more memory than this, most of it unused, is replaced by a new one. */
const MACHINE_BYTES_KEPT = 64 * 1024 * 1024;

export type EngineParts = {
  /** The bytes of the Lua module, or why there are none. */
  readonly program: () =>
    | { readonly ok: true; readonly bytes: Uint8Array }
    | { readonly ok: false; readonly error: string };
  readonly host: ScriptHost;
  readonly hasDeprecated: () => boolean;
  readonly warn: (text: string) => void;
  /** A new engine has to learn what the one before knew. */
  readonly made: (engine: LuaEngine) => void;
};

export class EngineLife {
  /** The engine, while there is one. */
  now: LuaEngine | undefined = undefined;
  epoch = 0;
  private readonly parts: EngineParts;

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** The engine, made if need be; an error's text when it cannot be. */
  ready(): LuaEngine | string {
    if (this.now !== undefined) return this.now;
    const { host, hasDeprecated, warn, made } = this.parts;
    const read = this.parts.program();
    if (!read.ok) {
      warn(`Scripts cannot be run: ${read.error}`);
      return errors.noScriptEngine;
    }
    try {
      const engine = new LuaEngine({
        program: read.bytes,
        bytesMax: LUA_BYTES_MAX,
        host,
        version: compatibleRedisVersion,
        hasDeprecated: hasDeprecated(),
      });
      this.now = engine;
      this.epoch++;
      made(engine);
      return engine;
    } catch (error) {
      warn(`Scripts cannot be run: ${textOf(error)}`);
      return errors.noScriptEngine;
    }
  }

  /** Runs the engine; an exception is no error of a script's and ends the engine. Undefined then. */
  guarded<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.parts.warn(`The script engine failed and is started anew: ${textOf(error)}`);
      this.drop();
      return undefined;
    }
  }

  drop(): void {
    this.now = undefined;
    this.epoch++;
  }

  /** WebAssembly's memory only grows: a machine that one script has made large is given up. */
  maybeRenew(engine: LuaEngine): void {
    if (engine.memoryBytes <= MACHINE_BYTES_KEPT || this.now !== engine) return;
    this.guarded(() => {
      engine.collect();
      if (engine.usedBytes * 4 < engine.memoryBytes) this.drop();
    });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
