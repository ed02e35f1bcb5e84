// SCRIPT: the scripts that are kept, and the one that runs.

import { errors } from "../../resp/errors.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { helpCommand } from "../server/help.ts";
import { introduced, oneOf, optional, repeated, string, word } from "../syntax.ts";

const group = "scripting" as const;
const everywhere = ["request_policy:all_nodes", "response_policy:all_succeeded"] as const;

const debug: CommandDeclaration = {
  name: "debug",
  summary: "Chooses how scripts are debugged: there is no debugger.",
  since: "3.2.0",
  group,
  complexity: "O(1)",
  flags: ["noscript"],
  syntax: [oneOf("mode", word("YES"), word("SYNC"), word("NO"))],
  class: "exact",
  run({ args, reply }) {
    if (args.is(2, "no")) reply.ok();
    else reply.error(args.is(2, "yes") || args.is(2, "sync") ? errors.noScriptDebugger : errors.scriptDebug);
  },
};

const exists: CommandDeclaration = {
  name: "exists",
  summary: "Tells which scripts are kept.",
  since: "2.6.0",
  group,
  complexity:
    "O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation).",
  flags: ["noscript"],
  tips: ["request_policy:all_shards", "response_policy:agg_logical_and"],
  syntax: [repeated(string("sha1"))],
  class: "exact",
  run({ args, reply, server }) {
    reply.array(args.count - 2);
    for (let i = 2; i < args.count; i++) reply.int(server.scripting.has(args, i) ? 1 : 0);
  },
};

const flush: CommandDeclaration = {
  name: "flush",
  summary: "Forgets all scripts.",
  since: "2.6.0",
  group,
  complexity: "O(N) with N being the number of scripts in cache",
  history: [["6.2.0", "Takes `ASYNC` and `SYNC`."]],
  flags: ["noscript"],
  tips: everywhere,
  syntax: [optional(introduced("6.2.0", oneOf("async", word("ASYNC"), word("SYNC"))))],
  class: "exact",
  run({ args, reply, server }) {
    const isKnown = args.count === 2 || (args.count === 3 && (args.is(2, "sync") || args.is(2, "async")));
    if (!isKnown) return reply.error(errors.scriptFlush);
    server.scripting.flushScripts();
    reply.ok();
  },
};

const help = helpCommand({
  container: "script",
  group,
  since: "5.0.0",
  lines: [
    "DEBUG (YES|SYNC|NO)",
    "    There is no debugger yet: NO is taken, the others are refused.",
    "EXISTS <sha1> [<sha1> ...]",
    "    Tell which scripts are in the cache.",
    "FLUSH [ASYNC|SYNC]",
    "    Empty the cache of scripts; both modes do the same.",
    "KILL",
    "    End the script that is running.",
    "LOAD <script>",
    "    Keep a script in the cache without running it.",
  ],
});

const kill: CommandDeclaration = {
  name: "kill",
  summary: "Ends the script that is running.",
  since: "2.6.0",
  group,
  complexity: "O(1)",
  flags: ["noscript", "allow_busy"],
  tips: ["request_policy:all_shards", "response_policy:one_succeeded"],
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    const fault = server.scripting.kill(true);
    if (fault === undefined) reply.ok();
    else reply.error(fault);
  },
};

const load: CommandDeclaration = {
  name: "load",
  summary: "Keeps a script without running it.",
  since: "2.6.0",
  group,
  complexity: "O(N) with N being the length in bytes of the script body.",
  flags: ["noscript", "stale"],
  tips: everywhere,
  syntax: [string("script")],
  class: "exact",
  run: (context) => context.server.scripting.load(context, 2),
};

export const script = defineCommand({
  name: "script",
  summary: "Manages the scripts that are kept.",
  since: "2.6.0",
  group,
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [debug, exists, flush, help, kill, load],
});
