// ACL SETUSER and ACL DELUSER: make, change and remove users.

import { errors } from "../../resp/errors.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { optional, repeated, string } from "../syntax.ts";

const DEFAULT_USER = "default";

export const common = {
  group: "server",
  since: "6.0.0",
  flags: ["admin", "noscript", "loading", "stale"],
} as const;

export const setuser: CommandDeclaration = defineCommand({
  ...common,
  name: "setuser",
  summary: "Makes a user, or changes one: all rules are applied, or none.",
  complexity: "O(N). Where N is the number of rules provided.",
  history: [
    ["6.2.0", "Added Pub/Sub channel patterns."],
    ["7.0.0", "Added selectors and key based permissions."],
  ],
  syntax: [string("username"), optional(repeated(string("rule")))],
  class: "exact",
  run({ args, client, reply, server }) {
    const name = args.text(2);
    if (hasSpaces(name)) return reply.error(errors.userNameSpaces);
    const rules: string[] = [];
    for (let i = 3; i < args.count; i++) rules.push(args.text(i));
    const fault = server.acl.setUser(client, name, rules);
    if (fault === undefined) reply.ok();
    else reply.error(`ERR ${fault}`);
  },
});

export const deluser: CommandDeclaration = defineCommand({
  ...common,
  name: "deluser",
  summary: "Removes users, and closes the connections that are logged in as them.",
  complexity: "O(1) amortized time considering the typical user.",
  syntax: [repeated(string("username"))],
  class: "exact",
  run({ args, client, reply, server }) {
    const names: string[] = [];
    for (let i = 2; i < args.count; i++) {
      if (args.textBeforeNul(i) === DEFAULT_USER) return reply.error(errors.defaultUserStays);
      names.push(args.text(i));
    }
    reply.int(server.acl.deleteUsers(client, names));
  },
});

// What the lines of files could not hold.
function hasSpaces(name: string): boolean {
  return /[\0\t\n\v\f\r ]/.test(name);
}
