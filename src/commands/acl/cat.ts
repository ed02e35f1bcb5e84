// ACL CAT, DRYRUN, GENPASS and HELP: what one needs to know before one writes rules.

import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type Command, type CommandDeclaration, defineCommand } from "../define.ts";
import { aclCategories, categoriesOf } from "../server/command-categories.ts";
import { helpCommand } from "../server/help.ts";
import { integer, optional, repeated, string } from "../syntax.ts";
import { writeTexts } from "./getuser.ts";
import { common } from "./setuser.ts";

const QUOTED_MAX = 128;
const BITS_DEFAULT = 256;
const BITS_MAX = 4096;

export const cat: CommandDeclaration = defineCommand({
  ...common,
  name: "cat",
  summary: "Lists the categories of commands, or the commands of a category.",
  complexity: "O(1) since the categories and commands are a fixed set.",
  flags: ["noscript", "loading", "stale"],
  syntax: [optional(string("categoryname"))],
  class: "unordered",
  run({ args, reply, server }) {
    if (args.count > 3) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "ACL"));
    if (args.count === 2) return writeTexts(reply, aclCategories);
    const name = args.textBeforeNul(2);
    const wanted = name.toLowerCase();
    if (!aclCategories.some((each) => each === wanted)) {
      return reply.error(errors.unknownCategory(name.slice(0, QUOTED_MAX)));
    }
    const found: string[] = [];
    for (const command of server.commands.values()) {
      for (const each of [command, ...command.byName.values()]) {
        if (categoriesOf(each).includes(wanted)) found.push(each.fullName);
      }
    }
    writeTexts(reply, found);
  },
});

export const dryrun: CommandDeclaration = defineCommand({
  ...common,
  name: "dryrun",
  summary: "Tells whether a user may run a command, without running it.",
  since: "7.0.0",
  complexity: "O(1).",
  syntax: [string("username"), string("command"), optional(repeated(string("arg")))],
  class: "exact",
  run(context) {
    const { args, reply, server } = context;
    const name = args.text(2);
    if (!server.acl.has(name)) return reply.error(errors.userNotFound(args.textBeforeNul(2)));
    const command = commandAt(context, 3);
    if (command === undefined) return reply.error(errors.commandNotFound(args.textBeforeNul(3)));
    const given = args.count - 3;
    if (command.arity > 0 ? given !== command.arity : given < -command.arity) {
      return reply.error(errors.arity(command.fullName));
    }
    const denial = server.acl.denial(name, command, args, 3);
    if (denial === undefined) return reply.ok();
    if (denial.kind === "command") {
      reply.bulkText(`This user has no permissions to run the '${command.fullName}' command`);
    } else {
      reply.bulkText(
        `This user has no permissions to access the '${args.textBeforeNul(denial.at)}' ${denial.kind}`,
      );
    }
  },
});

export const genpass: CommandDeclaration = defineCommand({
  ...common,
  name: "genpass",
  summary: "Makes a password out of random bits, as hexadecimal digits.",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [optional(integer("bits"))],
  class: "shape",
  run({ args, reply, server }) {
    if (args.count > 3) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "ACL"));
    const bits = args.count === 3 ? integerAt(args, 2) : BITS_DEFAULT;
    if (bits === undefined) return reply.error(errors.notAnInteger);
    if (bits <= 0 || bits > BITS_MAX) return reply.error(errors.passwordBits(BITS_MAX));
    reply.bulkText(server.acl.randomDigits(Math.floor((bits + 3) / 4)));
  },
});

export const help = helpCommand({
  container: "acl",
  since: "6.0.0",
  lines: [
    "CAT [<category>]",
    "    List the categories of commands, or the commands of a category.",
    "DELUSER <username> [<username> ...]",
    "    Remove users, and close the connections that are logged in as them.",
    "DRYRUN <username> <command> [<arg> ...]",
    "    Tell whether a user may run a command, without running it.",
    "GENPASS [<bits>]",
    "    Make a password out of random bits (default: 256), in hexadecimal digits.",
    "GETUSER <username>",
    "    Tell a user's flags, passwords as digests, and permissions.",
    "LIST",
    "    List the users in the form of the configuration file.",
    "LOAD",
    "    Read the users from the ACL file again.",
    "LOG [<count> | RESET]",
    "    Show what was refused lately, or forget it.",
    "SAVE",
    "    Write the users into the ACL file.",
    "SETUSER <username> [<rule> ...]",
    "    Make a user, or change one.",
    "USERS",
    "    List the names of the users.",
    "WHOAMI",
    "    Name the user of this connection.",
  ],
});

/** Argument i as an integer, as near as a number can be; undefined when it is none of 64 bits. */
export function integerAt(args: Args, i: number): number | undefined {
  const value = args.bigInteger(i);
  return value === undefined ? undefined : Number(value);
}

// The command whose name is argument i, a container's subcommand with the argument after it.
function commandAt({ args, server }: CommandContext, i: number): Command | undefined {
  const command = server.commands.get(args.text(i).toLowerCase());
  if (command === undefined || command.byName.size === 0 || args.count === i + 1) return command;
  return command.byName.get(args.text(i + 1).toLowerCase());
}
