// EVAL, EVALSHA and their read-only forms: run a script in Lua.
//
// Role: declarations; what a run is, src/scripting/scripting.ts knows.

import { type CommandDeclaration, type CommandFlag, defineCommand } from "../define.ts";
import { integer, key, optional, repeated, string } from "../syntax.ts";
import type { ScriptUse } from "./views.ts";

const writing = "We cannot tell how the keys will be used so we assume the worst, RW and UPDATE";
const reading = "We cannot tell how the keys will be used so we assume the worst, RO and ACCESS";
const flags: readonly CommandFlag[] = [
  "noscript",
  "stale",
  "skip_monitor",
  "no_mandatory_keys",
  "movablekeys",
];

/** Declares a command that takes a script or a function, the number of keys, keys and arguments. */
export function runner(options: {
  readonly name: string;
  readonly summary: string;
  readonly since: string;
  readonly complexity: string;
  readonly first: string;
  readonly isReadonly: boolean;
  readonly hasNotes: boolean;
  readonly run: CommandDeclaration["run"];
}): CommandDeclaration {
  const { name, summary, since, complexity, first, isReadonly, hasNotes, run } = options;
  const use = isReadonly ? "RO access" : "RW access update";
  const spec = { flags: use, begin: { index: 2 }, find: { numkeysAt: 0, firstKeyAt: 1, step: 1 } };
  return defineCommand({
    name,
    summary,
    since,
    group: "scripting",
    complexity,
    flags: isReadonly ? ["readonly", ...flags] : [...flags, "may_replicate"],
    syntax: [
      string(first),
      integer("numkeys"),
      optional(repeated(key(use))),
      optional(repeated(string("arg"))),
    ],
    keySpecs: [hasNotes ? { ...spec, notes: isReadonly ? reading : writing } : spec],
    class: "exact",
    ...(run === undefined ? {} : { run }),
  });
}

function evaluator(name: string, summary: string, since: string, use: ScriptUse): CommandDeclaration {
  return runner({
    name,
    summary,
    since,
    complexity: "Depends on the script that is executed.",
    first: use.isSha ? "sha1" : "script",
    isReadonly: use.isReadonly,
    hasNotes: !use.isSha,
    run: (context) => context.server.scripting.evaluate(context, use),
  });
}

export const evaluate = evaluator("eval", "Runs a script in Lua.", "2.6.0", {
  isSha: false,
  isReadonly: false,
});
export const evalsha = evaluator("evalsha", "Runs a script in Lua, by the SHA-1 of its text.", "2.6.0", {
  isSha: true,
  isReadonly: false,
});
export const evalRo = evaluator("eval_ro", "Runs a script in Lua that may not write.", "7.0.0", {
  isSha: false,
  isReadonly: true,
});
export const evalshaRo = evaluator(
  "evalsha_ro",
  "Runs a script in Lua that may not write, by the SHA-1 of its text.",
  "7.0.0",
  { isSha: true, isReadonly: true },
);
