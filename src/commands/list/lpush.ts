// LPUSH, RPUSH, LPUSHX and RPUSHX: add elements at an end of a list; those with an X only where there is one.

import { EVENT_LIST } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

const syntax = [key("RW insert"), repeated(string("element"))];
const complexity = "O(N) for N elements added.";

export const lpush = defineCommand({
  name: "lpush",
  summary: "Adds elements at the beginning of a list, one after the other, and tells its length.",
  since: "1.0.0",
  group: "list",
  complexity,
  flags: ["write", "denyoom", "fast"],
  syntax,
  class: "exact",
  history: [["2.4.0", "Several elements may be given."]],
  run: (context) => push(context, true, false),
});

export const rpush = defineCommand({
  name: "rpush",
  summary: "Adds elements at the end of a list and tells its length.",
  since: "1.0.0",
  group: "list",
  complexity,
  flags: ["write", "denyoom", "fast"],
  syntax,
  class: "exact",
  history: [["2.4.0", "Several elements may be given."]],
  run: (context) => push(context, false, false),
});

export const lpushx = defineCommand({
  name: "lpushx",
  summary: "Adds elements at the beginning of a list that exists.",
  since: "2.2.0",
  group: "list",
  complexity,
  flags: ["write", "denyoom", "fast"],
  syntax,
  class: "exact",
  history: [["4.0.0", "Several elements may be given."]],
  run: (context) => push(context, true, true),
});

export const rpushx = defineCommand({
  name: "rpushx",
  summary: "Adds elements at the end of a list that exists.",
  since: "2.2.0",
  group: "list",
  complexity,
  flags: ["write", "denyoom", "fast"],
  syntax,
  class: "exact",
  history: [["4.0.0", "Several elements may be given."]],
  run: (context) => push(context, false, true),
});

function push({ keyspace, args, reply }: CommandContext, atHead: boolean, mustExist: boolean): void {
  const list = keyspace.listForUpdate(args, 1);
  if (list === undefined) return reply.error(errors.wrongType);
  if (mustExist && !list.exists) return reply.int(0);
  if (atHead) for (let i = 2; i < args.count; i++) list.pushHead(args, i);
  else for (let i = 2; i < args.count; i++) list.pushTail(args, i);
  keyspace.notify(EVENT_LIST, atHead ? "lpush" : "rpush", args, 1);
  reply.int(list.length);
}
