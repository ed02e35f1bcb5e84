// ACL LOG, LOAD and SAVE: what was refused lately, and the ACL file.

import { errors } from "../../resp/errors.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { integer, oneOf, optional, word } from "../syntax.ts";
import { integerAt } from "./cat.ts";
import { common } from "./setuser.ts";

const COUNT_DEFAULT = 10;

export const log: CommandDeclaration = defineCommand({
  ...common,
  name: "log",
  summary: "Shows what was refused lately, the newest first, or forgets it.",
  complexity: "O(N) with N being the number of entries shown.",
  syntax: [optional(oneOf("operation", integer("count", "count"), word("RESET")))],
  class: "time",
  run({ args, keyspace, reply, server }) {
    if (args.count > 3) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "ACL"));
    if (args.count === 3 && args.is(2, "reset")) {
      server.acl.resetLog();
      return reply.ok();
    }
    const count = args.count === 3 ? integerAt(args, 2) : COUNT_DEFAULT;
    if (count === undefined) return reply.error(errors.notAnInteger);
    const entries = server.acl.logEntries(count);
    reply.array(entries.length);
    for (const each of entries) {
      reply.map(7);
      reply.bulkText("count");
      reply.int(each.count);
      reply.bulkText("reason");
      reply.bulkText(each.reason);
      reply.bulkText("context");
      reply.bulkText(each.context);
      reply.bulkText("object");
      reply.bulkText(each.object);
      reply.bulkText("username");
      reply.bulkText(each.username);
      reply.bulkText("age-seconds");
      reply.double((keyspace.nowMs - each.timeMs) / 1000);
      reply.bulkText("client-info");
      reply.bulkText(each.clientInfo);
    }
  },
});

export const load: CommandDeclaration = defineCommand({
  ...common,
  name: "load",
  summary: "Reads the users from the ACL file again: all of them, or none when something in it is wrong.",
  complexity: "O(N). Where N is the number of configured users.",
  syntax: [],
  class: "exact",
  run({ client, reply, server }) {
    if (server.config.aclfile === "") return reply.error(errors.noAclFile);
    const fault = server.acl.load(client);
    if (fault === undefined) reply.ok();
    else reply.error(`ERR ${fault}`);
  },
});

export const save: CommandDeclaration = defineCommand({
  ...common,
  name: "save",
  summary: "Writes the users into the ACL file.",
  complexity: "O(N). Where N is the number of configured users.",
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    if (server.config.aclfile === "") return reply.error(errors.noAclFile);
    if (server.acl.save()) reply.ok();
    else reply.error(errors.aclNotSaved);
  },
});
