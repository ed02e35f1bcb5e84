// Script host: what a running script may do to the server, and how the engine is asked to run scripts.
//
// `ScriptHost` is implemented by scripting.ts over the connection's gate; the engine knows nothing else of the server.

import type { CallOutcome } from "../commands/scripting/views.ts";
import type { Args } from "../resp/args.ts";

export type LogLevel = "debug" | "verbose" | "notice" | "warning";

export type ScriptHost = {
  /** Runs a command for the script that runs. `args` are good for the time of the call. */
  call(args: Args): CallOutcome;
  /** Whether the user may run this command; undefined when there is no such command. */
  mayCall(args: Args): boolean | undefined;
  /** Which protocol's replies redis.call gives from now on. */
  setProtocol(protocol: 2 | 3): void;
  /** False when the level is below what is logged. */
  isLogged(level: LogLevel): boolean;
  log(level: LogLevel, text: string): void;
  /** Microseconds since the script began, as far as its limits are concerned; `hooks` is how often it was asked. */
  elapsedUs(hooks: number): number;
  /** Microseconds after which a script that runs must give the thread back; Infinity: never. */
  readonly limitUs: number;
};

export type RegisteredFunction = {
  readonly name: string;
  /** Where the engine keeps it. */
  readonly ref: number;
  readonly description: string | undefined;
  readonly flags: readonly string[];
};

/** How a run has come to its end, or not. */
export type RunOutcome =
  | { readonly kind: "suspended" }
  /** The value is on the engine's stack, to be written by `writeReply`. */
  | { readonly kind: "returned" }
  /** The error reply's text; isCounted: it was counted when a command failed with it. */
  | { readonly kind: "failed"; readonly error: string; readonly isCounted: boolean };
