// CLIENT KILL: closes connections: the one from an address (old form), or all that pass every filter (new form).
//
// The old form may close the connection that asks; the new one spares it unless told SKIPME no. Redis reads a
// single argument as an address, whatever it says, and so does this.

import { errors } from "../../resp/errors.ts";
import type { ClientView, CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import {
  after,
  discouraged,
  integer,
  introduced,
  oneOf,
  optional,
  repeated,
  string,
  word,
} from "../syntax.ts";
import { type ClientType, clientTypeAt, isOfType } from "./client-type.ts";

type Filter = {
  id?: number;
  type?: ClientType;
  user?: string;
  remoteAddress?: string;
  localAddress?: string;
  sparesAsker: boolean;
};

export const clientKill = defineCommand({
  name: "kill",
  summary: "Closes the connection from an address, or all connections that pass the filters.",
  since: "2.4.0",
  group: "connection",
  complexity: "O(N) where N is the number of client connections",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [
    oneOf(
      "filter",
      discouraged("2.8.12", string("ip:port")),
      repeated(
        oneOf(
          "new-format",
          optional(introduced("2.8.12", after("ID", integer("client-id")))),
          optional(
            introduced(
              "2.8.12",
              after(
                "TYPE",
                oneOf(
                  "normal_master_slave_pubsub",
                  word("NORMAL"),
                  introduced("3.2.0", word("MASTER")),
                  word("SLAVE"),
                  introduced("5.0.0", word("REPLICA")),
                  word("PUBSUB"),
                ),
              ),
            ),
          ),
          optional(after("USER", string("username"))),
          optional(after("ADDR", string("ip:port"))),
          optional(introduced("6.2.0", after("LADDR", string("ip:port")))),
          optional(after("SKIPME", string("yes/no"))),
        ),
      ),
    ),
  ],
  class: "exact",
  history: [
    ["2.8.12", "Added new filter format."],
    ["2.8.12", "`ID` option."],
    ["3.2.0", "Added `master` type in for `TYPE` option."],
    ["5.0.0", "Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward compatibility."],
    ["6.2.0", "`LADDR` option."],
  ],
  run(context) {
    const { args, reply } = context;
    const filter = args.count === 3 ? { remoteAddress: args.text(2), sparesAsker: false } : filterOf(context);
    if (filter === undefined) return;
    const found = matching(context, filter);
    if (args.count > 3) reply.int(found.length);
    else if (found.length > 0) reply.ok();
    else reply.error(errors.noSuchClient);
    for (const each of found) {
      // The asker's own reply still has to reach it.
      if (each.id === context.client.id) context.client.closeAfterReply();
      else each.closeNow();
    }
  },
});

// Undefined when an option is wrong: its error is then written.
function filterOf({ args, reply, server }: CommandContext): Filter | undefined {
  const filter: Filter = { sparesAsker: true };
  for (let i = 2; i < args.count; i += 2) {
    const error = i + 1 < args.count ? readOption(filter, args, i, server) : errors.syntax;
    if (error !== undefined) {
      reply.error(error);
      return undefined;
    }
  }
  return filter;
}

// Puts the option at argument i into the filter, or returns the error.
function readOption(
  filter: Filter,
  args: CommandContext["args"],
  i: number,
  { acl }: Pick<CommandContext["server"], "acl">,
): string | undefined {
  const at = i + 1;
  if (args.is(i, "id")) {
    const id = args.bigInteger(at);
    if (id === undefined || id <= 0n) return errors.clientIdNotPositive;
    filter.id = Number(id);
  } else if (args.is(i, "type")) {
    const type = clientTypeAt(args, at);
    if (type === undefined) return errors.unknownClientType(args.textBeforeNul(at));
    filter.type = type;
  } else if (args.is(i, "addr")) {
    filter.remoteAddress = args.text(at);
  } else if (args.is(i, "laddr")) {
    filter.localAddress = args.text(at);
  } else if (args.is(i, "user")) {
    filter.user = args.text(at);
    if (!acl.has(filter.user)) return errors.noSuchUser(args.textBeforeNul(at));
  } else if (args.is(i, "skipme")) {
    filter.sparesAsker = args.is(at, "yes");
    if (!filter.sparesAsker && !args.is(at, "no")) return errors.syntax;
  } else {
    return errors.syntax;
  }
  return undefined;
}

// Collected before any is closed, because closing takes a connection out of what is being walked.
function matching({ client, server }: CommandContext, filter: Filter): ClientView[] {
  const found: ClientView[] = [];
  for (const each of server.clients()) {
    if (filter.sparesAsker && each.id === client.id) continue;
    if (filter.id !== undefined && each.id !== filter.id) continue;
    if (filter.type !== undefined && !isOfType(each, filter.type)) continue;
    if (filter.user !== undefined && each.user !== filter.user) continue;
    if (filter.remoteAddress !== undefined && each.remoteAddress !== filter.remoteAddress) continue;
    if (filter.localAddress !== undefined && each.localAddress !== filter.localAddress) continue;
    found.push(each);
  }
  return found;
}
