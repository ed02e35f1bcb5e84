// ACL GETUSER, LIST, USERS and WHOAMI: what users there are, and what they may do.

import type { ReplyWriter } from "../../resp/reply-writer.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { string } from "../syntax.ts";
import { common } from "./setuser.ts";
import type { SelectorView } from "./views.ts";

export const getuser: CommandDeclaration = defineCommand({
  ...common,
  name: "getuser",
  summary: "Tells a user's flags, passwords as digests, and permissions.",
  complexity: "O(N). Where N is the number of password, command and pattern rules that the user has.",
  history: [
    ["6.2.0", "Added Pub/Sub channel patterns."],
    [
      "7.0.0",
      "Added selectors and changed the format of key and channel patterns from a list to their rule representation.",
    ],
  ],
  syntax: [string("username")],
  class: "shape",
  run({ args, reply, server }) {
    const user = server.acl.user(args.text(2));
    if (user === undefined) return reply.null();
    reply.map(6);
    reply.bulkText("flags");
    reply.set(user.flags.length);
    for (const each of user.flags) reply.bulkText(each);
    reply.bulkText("passwords");
    reply.array(user.passwords.length);
    for (const each of user.passwords) reply.bulkText(each);
    writeSelector(reply, user);
    reply.bulkText("selectors");
    reply.array(user.selectors.length);
    for (const each of user.selectors) {
      reply.map(3);
      writeSelector(reply, each);
    }
  },
});

export const list: CommandDeclaration = defineCommand({
  ...common,
  name: "list",
  summary: "Lists the users in the form of the configuration file.",
  complexity: "O(N). Where N is the number of configured users.",
  syntax: [],
  class: "shape",
  run({ reply, server }) {
    writeTexts(reply, server.acl.lines());
  },
});

export const users: CommandDeclaration = defineCommand({
  ...common,
  name: "users",
  summary: "Lists the names of the users.",
  complexity: "O(N). Where N is the number of configured users.",
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    writeTexts(reply, server.acl.names());
  },
});

export const whoami: CommandDeclaration = defineCommand({
  ...common,
  name: "whoami",
  summary: "Names the user of the connection.",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [],
  class: "exact",
  run({ client, reply }) {
    reply.bulkText(client.user);
  },
});

export function writeTexts(reply: ReplyWriter, texts: readonly string[]): void {
  reply.array(texts.length);
  for (const each of texts) reply.bulkText(each);
}

function writeSelector(reply: ReplyWriter, { commands, keys, channels }: SelectorView): void {
  reply.bulkText("commands");
  reply.bulkText(commands);
  reply.bulkText("keys");
  reply.bulkText(keys);
  reply.bulkText("channels");
  reply.bulkText(channels);
}
