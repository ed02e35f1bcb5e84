// ACL: the container of the commands about users and what they may do.

import { type CommandDeclaration, defineCommand } from "../define.ts";
import { cat, dryrun, genpass, help } from "./cat.ts";
import { getuser, list, users, whoami } from "./getuser.ts";
import { load, log, save } from "./log.ts";
import { deluser, setuser } from "./setuser.ts";

const acl = defineCommand({
  name: "acl",
  summary: "Holds the commands about users and what they may do.",
  since: "6.0.0",
  group: "server",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [cat, deluser, dryrun, genpass, getuser, help, list, load, log, save, setuser, users, whoami],
});

export const aclCommands: readonly CommandDeclaration[] = [acl];
