// FCALL and FCALL_RO: call a function of a library.

import type { CommandDeclaration } from "../define.ts";
import { runner } from "./eval.ts";

function caller(name: string, summary: string, isReadonly: boolean): CommandDeclaration {
  return runner({
    name,
    summary,
    since: "7.0.0",
    complexity: "Depends on the function that is executed.",
    first: "function",
    isReadonly,
    hasNotes: true,
    run: (context) => context.server.scripting.callFunction(context, isReadonly),
  });
}

export const fcall = caller("fcall", "Calls a function.", false);
export const fcallRo = caller("fcall_ro", "Calls a function that may not write.", true);
