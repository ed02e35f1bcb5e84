// COMMAND and its subcommands: what the command table says about itself.

import { latin1Bytes } from "../../lib/bytes.ts";
import { globMatch } from "../../lib/glob.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type Command, type CommandDeclaration, defineCommand } from "../define.ts";
import { after, oneOf, optional, pattern, repeated, string } from "../syntax.ts";
import { categoriesOf } from "./command-categories.ts";
import { writeCommandDocs } from "./command-docs.ts";
import { writeCommandInfo, writeWords } from "./command-info.ts";
import { findKeys } from "./command-keys.ts";
import { helpCommand } from "./help.ts";
import { everyCommand } from "./info-tables.ts";

const common = {
  group: "server",
  flags: ["loading", "stale"],
  acl: ["connection"],
} as const;

const names = optional(repeated(string("command-name")));

const count: CommandDeclaration = {
  ...common,
  name: "count",
  summary: "Counts the commands of this server.",
  since: "2.8.13",
  complexity: "O(1)",
  syntax: [],
  class: "shape",
  run({ reply, server }) {
    reply.int(server.commands.size);
  },
};

const docs: CommandDeclaration = {
  ...common,
  name: "docs",
  summary: "Documents the given commands, or all.",
  since: "7.0.0",
  complexity: "O(N) where N is the number of commands to look up",
  syntax: [names],
  tips: ["nondeterministic_output_order"],
  class: "shape",
  run({ args, reply, server }) {
    const asked = args.count === 2 ? [...server.commands.values()] : namedCommands(args, server.commands);
    const found = asked.filter((each) => each !== undefined);
    reply.map(found.length);
    for (const each of found) {
      reply.bulkText(each.fullName);
      writeCommandDocs(reply, each);
    }
  },
};

const info: CommandDeclaration = {
  ...common,
  name: "info",
  summary: "Describes the given commands, or all.",
  since: "2.8.13",
  complexity: "O(N) where N is the number of commands to look up",
  history: [["7.0.0", "Without a name it describes all commands."]],
  syntax: [names],
  tips: ["nondeterministic_output_order"],
  class: "shape",
  run(context) {
    const { args, reply, server } = context;
    if (args.count === 2) return describeAll(context);
    const asked = namedCommands(args, server.commands);
    reply.array(asked.length);
    for (const each of asked) {
      if (each === undefined) reply.null();
      else writeCommandInfo(reply, each);
    }
  },
};

const list: CommandDeclaration = {
  ...common,
  name: "list",
  summary: "Lists the names of all commands, or of those that a filter selects.",
  since: "7.0.0",
  complexity: "O(N) where N is the total number of Redis commands",
  syntax: [
    optional(
      after(
        "FILTERBY",
        oneOf(
          "filterby",
          after("MODULE", string("module-name")),
          after("ACLCAT", string("category")),
          after("PATTERN", pattern("pattern")),
        ),
      ),
    ),
  ],
  tips: ["nondeterministic_output_order"],
  class: "unordered",
  run({ args, reply, server }) {
    let isListed = (_: Command): boolean => true;
    if (args.count > 2) {
      const filter = args.count === 5 && args.is(2, "filterby") ? filterOf(args) : undefined;
      if (filter === undefined) return reply.error(errors.syntax);
      isListed = filter;
    }
    const found = [...everyCommand(server.commands.values())].filter(isListed);
    reply.array(found.length);
    for (const { fullName } of found) reply.bulkText(fullName);
  },
};

const getkeys: CommandDeclaration = {
  ...common,
  name: "getkeys",
  summary: "Finds the keys among the arguments of a full command.",
  since: "2.8.13",
  complexity: "O(N) where N is the number of arguments to the command",
  syntax: [],
  arity: -4,
  class: "exact",
  run: (context) => replyKeys(context, false),
};

const getkeysandflags: CommandDeclaration = {
  ...common,
  name: "getkeysandflags",
  summary: "Finds the keys among the arguments of a full command, and what is done with each.",
  since: "7.0.0",
  complexity: "O(N) where N is the number of arguments to the command",
  syntax: [],
  arity: -4,
  class: "exact",
  run: (context) => replyKeys(context, true),
};

const help = helpCommand({
  container: "command",
  since: "5.0.0",
  acl: common.acl,
  lines: [
    "(no subcommand)",
    "    Describe every command of this server.",
    "COUNT",
    "    Count the commands of this server.",
    "LIST [FILTERBY MODULE <name> | ACLCAT <category> | PATTERN <pattern>]",
    "    List the names of the commands, or of those the filter selects.",
    "INFO [<command-name> ...]",
    "    Describe the given commands, or all: arity, flags, keys, categories.",
    "DOCS [<command-name> ...]",
    "    Document the given commands, or all: summary, history, arguments.",
    "GETKEYS <full-command>",
    "    Find the keys of a full command.",
    "GETKEYSANDFLAGS <full-command>",
    "    Find the keys of a full command and what is done with each.",
  ],
});

export const command = defineCommand({
  ...common,
  name: "command",
  summary: "Describes all commands of this server.",
  since: "2.8.13",
  complexity: "O(N) where N is the total number of Redis commands",
  syntax: [],
  arity: -1,
  tips: ["nondeterministic_output_order"],
  class: "shape",
  subcommands: [count, docs, getkeys, getkeysandflags, help, info, list],
  run(context) {
    const { args, reply } = context;
    // A subcommand that is known does not come here.
    if (args.count > 1)
      return reply.error(errors.unknownSubcommand(args.textBeforeNul(1).slice(0, 128), "COMMAND"));
    describeAll(context);
  },
});

function describeAll({ reply, server }: CommandContext): void {
  reply.array(server.commands.size);
  for (const each of server.commands.values()) writeCommandInfo(reply, each);
}

type Commands = ReadonlyMap<string, Command>;

// "get" and "config|get", in any mix of case.
function namedCommands(args: Args, commands: Commands): readonly (Command | undefined)[] {
  const found: (Command | undefined)[] = [];
  for (let i = 2; i < args.count; i++) {
    const [name = "", sub, ...more] = args.text(i).toLowerCase().split("|");
    const each = more.length > 0 ? undefined : commands.get(name);
    found.push(sub === undefined ? each : each?.byName.get(sub));
  }
  return found;
}

function filterOf(args: Args): ((each: Command) => boolean) | undefined {
  // No module is loaded, so none of its commands exist.
  if (args.is(3, "module")) return () => false;
  if (args.is(3, "aclcat")) {
    const category = args.text(4).toLowerCase();
    return (each) => categoriesOf(each).includes(category);
  }
  if (!args.is(3, "pattern")) return undefined;
  return ({ fullName }) => {
    const name = latin1Bytes(fullName);
    return globMatch(args.bytes, args.start(4), args.end(4), name, 0, name.length, true);
  };
}

// Argument 2 is the name of the command asked about.
function replyKeys({ args, reply, server }: CommandContext, withFlags: boolean): void {
  const container = server.commands.get(args.text(2).toLowerCase());
  const hasOnlyName = args.count === 3 || container === undefined || container.byName.size === 0;
  const asked = hasOnlyName ? container : container.byName.get(args.text(3).toLowerCase());
  if (asked === undefined) {
    reply.error(errors.invalidCommandForKeys);
    return;
  }
  // A shard channel has a slot as a key has, and is none.
  if (asked.keySpecs.every(({ flags }) => flags.includes("not_key"))) {
    reply.error(errors.noGetkeys);
    return;
  }
  const given = args.count - 2;
  if (asked.arity > 0 ? given !== asked.arity : given < -asked.arity) {
    reply.error(errors.invalidArityForKeys);
    return;
  }
  const keys = findKeys(asked, args, 2) ?? [];
  if (keys.length === 0 && !asked.flags.includes("no_mandatory_keys")) {
    reply.error(errors.invalidArgumentsForKeys);
    return;
  }
  reply.array(keys.length);
  for (const { index, flags } of keys) {
    if (withFlags) reply.array(2);
    reply.bulk(args.bytes, args.start(index), args.end(index));
    if (withFlags) writeWords(reply, flags === "" ? [] : flags.split(" "));
  }
}
