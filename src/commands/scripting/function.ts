// FUNCTION: libraries of functions in Lua.

import { errors } from "../../resp/errors.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { helpCommand } from "../server/help.ts";
import { after, oneOf, optional, string, word } from "../syntax.ts";

const group = "scripting" as const;
const everywhere = ["request_policy:all_shards", "response_policy:all_succeeded"] as const;

const load: CommandDeclaration = {
  name: "load",
  summary: "Loads a library.",
  since: "7.0.0",
  group,
  complexity: "O(1) (considering compilation time is redundant)",
  flags: ["write", "denyoom", "noscript"],
  tips: everywhere,
  syntax: [optional(word("REPLACE")), string("function-code")],
  class: "exact",
  run(context) {
    const { args, reply, server } = context;
    let isReplacing = false;
    for (let i = 2; i < args.count - 1; i++) {
      if (!args.is(i, "replace")) return reply.error(`ERR Unknown option given: ${args.textBeforeNul(i)}`);
      isReplacing = true;
    }
    server.scripting.loadLibrary(context, args.count - 1, isReplacing);
  },
};

const remove: CommandDeclaration = {
  name: "delete",
  summary: "Deletes a library with its functions.",
  since: "7.0.0",
  group,
  complexity: "O(1)",
  flags: ["write", "noscript"],
  tips: everywhere,
  syntax: [string("library-name")],
  class: "exact",
  run({ args, keyspace, reply, server }) {
    if (!server.scripting.deleteLibrary(args.text(2))) return reply.error(errors.libraryNotFound);
    keyspace.countChange();
    reply.ok();
  },
};

const flush: CommandDeclaration = {
  name: "flush",
  summary: "Deletes all libraries.",
  since: "7.0.0",
  group,
  complexity: "O(N) where N is the number of functions deleted",
  flags: ["write", "noscript"],
  tips: everywhere,
  syntax: [optional(oneOf("async", word("ASYNC"), word("SYNC")))],
  class: "exact",
  run({ args, keyspace, reply, server }) {
    if (args.count > 3) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "FUNCTION"));
    const isKnown = args.count === 2 || args.is(2, "sync") || args.is(2, "async");
    if (!isKnown) return reply.error(errors.functionFlush);
    server.scripting.flushLibraries();
    keyspace.countChange(); // Also when there was none, as Redis counts.
    reply.ok();
  },
};

const list: CommandDeclaration = {
  name: "list",
  summary: "Lists libraries and their functions.",
  since: "7.0.0",
  group,
  complexity: "O(N) where N is the number of functions",
  flags: ["noscript"],
  tips: ["nondeterministic_output_order"],
  syntax: [optional(after("LIBRARYNAME", string("library-name-pattern"))), optional(word("WITHCODE"))],
  class: "unordered",
  run({ args, reply, server }) {
    let hasCode = false;
    let wanted: Uint8Array | undefined;
    for (let i = 2; i < args.count; i++) {
      if (!hasCode && args.is(i, "withcode")) hasCode = true;
      else if (wanted === undefined && args.is(i, "libraryname")) {
        if (++i >= args.count) return reply.error(errors.libraryNameMissing);
        wanted = args.copy(i);
      } else return reply.error(`ERR Unknown argument ${args.textBeforeNul(i)}`);
    }
    server.scripting.writeLibraries(reply, wanted, hasCode);
  },
};

const stats: CommandDeclaration = {
  name: "stats",
  summary: "Tells of the function that is running, and how many there are.",
  since: "7.0.0",
  group,
  complexity: "O(1)",
  flags: ["noscript", "allow_busy"],
  tips: ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
  syntax: [],
  class: "exact",
  run: ({ reply, server }) => server.scripting.writeStats(reply),
};

const kill: CommandDeclaration = {
  name: "kill",
  summary: "Ends the function that is running.",
  since: "7.0.0",
  group,
  complexity: "O(1)",
  flags: ["noscript", "allow_busy"],
  tips: ["request_policy:all_shards", "response_policy:one_succeeded"],
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    const fault = server.scripting.kill(false);
    if (fault === undefined) reply.ok();
    else reply.error(fault);
  },
};

const dump: CommandDeclaration = {
  name: "dump",
  summary: "Returns all libraries in serialized form.",
  since: "7.0.0",
  group,
  complexity: "O(N) where N is the number of functions",
  flags: ["noscript"],
  syntax: [],
  class: "exact",
  run: ({ reply, server }) => server.scripting.dumpLibraries(reply),
};

const restore: CommandDeclaration = {
  name: "restore",
  summary: "Loads the libraries of a serialized form.",
  since: "7.0.0",
  group,
  complexity: "O(N) where N is the number of functions on the payload",
  flags: ["write", "denyoom", "noscript"],
  tips: everywhere,
  syntax: [
    string("serialized-value", "dump"),
    optional(oneOf("policy", word("FLUSH"), word("APPEND"), word("REPLACE"))),
  ],
  class: "exact",
  run({ args, keyspace, reply, server }) {
    if (args.count > 4) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "FUNCTION"));
    const policies = ["flush", "append", "replace"] as const;
    const policy = args.count === 3 ? "append" : policies.find((each) => args.is(3, each));
    if (policy === undefined) return reply.error(errors.restorePolicy);
    const fault = server.scripting.restoreLibraries(args, policy);
    if (fault !== undefined) return reply.error(fault);
    keyspace.countChange();
    reply.ok();
  },
};

const help = helpCommand({
  container: "function",
  group,
  since: "7.0.0",
  lines: [
    "LOAD [REPLACE] <FUNCTION CODE>",
    "    Load a library.",
    "DELETE <LIBRARY NAME>",
    "    Delete a library.",
    "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
    "    List libraries: name, engine, functions, and the code if WITHCODE is given.",
    "STATS",
    "    Tell of the function that is running, and of the engines.",
    "KILL",
    "    End the function that is running.",
    "FLUSH [ASYNC|SYNC]",
    "    Delete all libraries; both modes do the same.",
    "DUMP",
    "    Return all libraries in a form that FUNCTION RESTORE takes.",
    "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
    "    Load the libraries of a payload: instead of those there are, beside them (the default), or in place of those",
    "    with the same names.",
  ],
});

export const functions = defineCommand({
  name: "function",
  summary: "Manages libraries of functions.",
  since: "7.0.0",
  group,
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [remove, dump, flush, help, kill, list, load, restore, stats],
});
