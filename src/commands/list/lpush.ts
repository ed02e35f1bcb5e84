// LPUSH, RPUSH, LPUSHX and RPUSHX: add elements at an end of a list; those with an X only where there is one.

import { EVENT_LIST } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

export const lpush = declarePush({
  name: "lpush",
  summary: "Adds elements at the beginning of a list, one after the other, and tells its length.",
  atHead: true,
  mustExist: false,
});

export const rpush = declarePush({
  name: "rpush",
  summary: "Adds elements at the end of a list and tells its length.",
  atHead: false,
  mustExist: false,
});

export const lpushx = declarePush({
  name: "lpushx",
  summary: "Adds elements at the beginning of a list that exists.",
  atHead: true,
  mustExist: true,
});

export const rpushx = declarePush({
  name: "rpushx",
  summary: "Adds elements at the end of a list that exists.",
  atHead: false,
  mustExist: true,
});

function declarePush(own: {
  readonly name: string;
  readonly summary: string;
  readonly atHead: boolean;
  readonly mustExist: boolean;
}): CommandDeclaration {
  const { name, summary, atHead, mustExist } = own;
  return defineCommand({
    name,
    summary,
    since: mustExist ? "2.2.0" : "1.0.0",
    group: "list",
    complexity: "O(N) for N elements added.",
    flags: ["write", "denyoom", "fast"],
    syntax: [key("RW insert"), repeated(string("element"))],
    class: "exact",
    history: [[mustExist ? "4.0.0" : "2.4.0", "Several elements may be given."]],
    run: (context) => push(context, atHead, mustExist),
  });
}

function push({ keyspace, args, reply }: CommandContext, atHead: boolean, mustExist: boolean): void {
  const list = keyspace.listForUpdate(args, 1);
  if (list === undefined) return reply.error(errors.wrongType);
  if (mustExist && !list.exists) return reply.int(0);
  if (atHead) for (let i = 2; i < args.count; i++) list.pushHead(args, i);
  else for (let i = 2; i < args.count; i++) list.pushTail(args, i);
  keyspace.notify(EVENT_LIST, atHead ? "lpush" : "rpush", args, 1);
  reply.int(list.length);
}
