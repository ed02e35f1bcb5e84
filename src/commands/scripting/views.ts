// What scripts need of the connection's side, and what commands may ask of the scripts.
//
// Role: interfaces, so that commands depend on neither src/scripting nor src/connection. `ScriptingView` is
// implemented by src/scripting/scripting.ts, `ScriptCalls` by src/connection/script-calls.ts.

import type { Args } from "../../resp/args.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { ClientView, CommandContext } from "../context.ts";

/** What one run of a script may do. */
export type ScriptRules = {
  readonly isReadonly: boolean;
  /** Commands that take memory may run when there is none left. */
  readonly isOomAllowed: boolean;
  /** In a cluster its calls may use keys of several slots, one slot to a call. */
  readonly mayCrossSlots: boolean;
};

/** What a command that a script called has answered. */
export type CallOutcome =
  /** It ran: bytes[0, length) is its reply. */
  | { readonly kind: "reply"; readonly bytes: Uint8Array; readonly length: number }
  /** It was not run; the text is the error's, with its code. */
  | { readonly kind: "refused"; readonly error: string };

/** The gate for commands that scripts call. */
export type ScriptCalls = {
  /** Tells monitors of a request for a script, before what it calls. */
  announce(context: CommandContext): void;
  /** A script of this client begins. */
  begin(context: CommandContext, rules: ScriptRules): void;
  /** Runs a command for it; `args` are good for the time of the call. */
  call(args: Args): CallOutcome;
  /** Whether the client's user may run this command; undefined when there is no such command. */
  mayCall(args: Args): boolean | undefined;
  /** Which protocol's replies its commands give. */
  protocol: 2 | 3;
  /** It has called a command that writes. */
  readonly hasWritten: boolean;
  /** DEBUG SET-DISABLE-DENY-SCRIPTS: scripts may run any command. */
  isUnrestricted: boolean;
  /** Errors of its commands that were counted. */
  readonly errorCount: number;
};

/** What the server has room for, and its clients. */
export type ScriptServer = {
  /** Calls `fire` in a moment, once the network has had a turn. */
  soon(fire: () => void): void;
  /** Answers a request that was suspended; what its client sent after it goes on then. */
  answer(client: ClientView, write: (reply: ReplyWriter) => void): void;
  /** While a script is suspended all commands but those flagged allow_busy are refused with this text; "": not. */
  setBusy(refusal: string): void;
};

export type ScriptUse = { readonly isSha: boolean; readonly isReadonly: boolean };

export type ScriptingView = {
  /** EVAL and its like. */
  evaluate(context: CommandContext, use: ScriptUse): void;
  /** FCALL and its like. */
  callFunction(context: CommandContext, isReadonly: boolean): void;
  /** Whether a request for a script or a function is known to write nothing: it declares so. */
  isReader(args: Args): boolean;
  /** SCRIPT LOAD of argument i. */
  load(context: CommandContext, i: number): void;
  /** Whether argument i is the name of a script that is kept. */
  has(args: Args, i: number): boolean;
  flushScripts(): void;
  /** SCRIPT KILL or FUNCTION KILL: undefined on success, else the error. */
  kill(isEval: boolean): string | undefined;
  /** The refusal of commands while a script is suspended; "" when none is. */
  readonly busy: string;

  loadLibrary(context: CommandContext, i: number, isReplacing: boolean): void;
  deleteLibrary(name: string): boolean;
  flushLibraries(): void;
  writeLibraries(reply: ReplyWriter, pattern: Uint8Array | undefined, hasCode: boolean): void;
  writeStats(reply: ReplyWriter): void;
  dumpLibraries(reply: ReplyWriter): void;
  /** Restores argument 2; undefined on success, else the error. */
  restoreLibraries(args: Args, policy: "flush" | "append" | "replace"): string | undefined;

  /** DEBUG SET-DISABLE-DENY-SCRIPTS. */
  setUnrestricted(isUnrestricted: boolean): void;

  readonly figures: ScriptFigures;
};

/** For INFO and MEMORY. */
export type ScriptFigures = {
  /** Bytes of Lua's objects. */
  readonly luaBytes: number;
  /** Bytes of scripts that are kept. */
  readonly cachedBytes: number;
  readonly cachedCount: number;
  readonly functionBytes: number;
  readonly functionCount: number;
  readonly libraryCount: number;
};
