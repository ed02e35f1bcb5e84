// RENAME and RENAMENX: a value goes to another key, with its expiry and access word.
//
// The two keys may live in different shards: see keyspace/transfer.ts.

import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import { transfer } from "../../keyspace/transfer.ts";
import { equalBytes } from "../../lib/bytes.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

const replacing = { isTaken: true, isMove: true } as const;
const settling = { isTaken: false, isMove: true } as const;

export const rename = defineCommand({
  name: "rename",
  summary: "Gives a key another name; what had that name before is lost.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["write"],
  syntax: [key("RW access delete"), key("OW update", "newkey")],
  class: "exact",
  run(context) {
    const { args, keyspace, reply } = context;
    const source = keyspace.write(args, 1);
    if (source === undefined) return reply.error(errors.noSuchKey);
    if (!isSameKey(context)) {
      const isTaken = keyspace.write(args, 2, keyspace.second) !== undefined;
      const options = isTaken ? replacing : settling;
      transfer(source, keyspace.second, options, args.bytes, args.start(2), args.end(2));
      tell(context);
    }
    reply.ok();
  },
});

export const renamenx = defineCommand({
  name: "renamenx",
  summary: "Gives a key another name unless that name is taken.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["write", "fast"],
  syntax: [key("RW access delete"), key("OW insert", "newkey")],
  class: "exact",
  history: [["3.2.0", "Equal names answer 0 rather than an error."]],
  run(context) {
    const { args, keyspace, reply } = context;
    const source = keyspace.write(args, 1);
    if (source === undefined) return reply.error(errors.noSuchKey);
    if (isSameKey(context) || keyspace.write(args, 2, keyspace.second) !== undefined) return reply.int(0);
    transfer(source, keyspace.second, settling, args.bytes, args.start(2), args.end(2));
    tell(context);
    reply.int(1);
  },
});

function tell({ args, keyspace }: CommandContext): void {
  keyspace.notify(EVENT_GENERIC, "rename_from", args, 1);
  keyspace.notify(EVENT_GENERIC, "rename_to", args, 2);
}

/** Whether arguments 1 and 2 are the same key. */
export function isSameKey({ args }: CommandContext): boolean {
  return equalBytes(args.bytes, args.start(1), args.end(1), args.bytes, args.start(2), args.end(2));
}
