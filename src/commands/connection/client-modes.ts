// CLIENT REPLY, NO-EVICT and NO-TOUCH: switches of how the server treats the connection.
//
// CLIENT NO-TOUCH is of Redis 7.2.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { oneOf, word } from "../syntax.ts";

export const clientReply = defineCommand({
  name: "reply",
  summary: "Says whether commands of this connection are answered: always, never, or all but the next.",
  since: "3.2.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [oneOf("on_off_skip", word("ON"), word("OFF"), word("SKIP"))],
  class: "exact",
  run({ args, client, reply }) {
    if (args.is(2, "on")) {
      client.replyMode = "on";
      reply.ok();
    } else if (args.is(2, "off")) {
      client.replyMode = "off";
    } else if (args.is(2, "skip")) {
      if (client.replyMode !== "off") client.replyMode = "skip-next";
    } else {
      reply.error(errors.syntax);
    }
  },
});

export const clientNoEvict = defineCommand({
  name: "no-evict",
  summary: "Protects the connection from being closed to free memory, or no longer does.",
  since: "7.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [oneOf("enabled", word("ON"), word("OFF"))],
  class: "exact",
  run(context) {
    const isOn = switchAt(context, 2);
    if (isOn === undefined) return context.reply.error(errors.syntax);
    context.client.isNoEvict = isOn;
    context.reply.ok();
  },
});

export const clientNoTouch = defineCommand({
  name: "no-touch",
  summary: "Says whether this connection's reads leave the access times of keys alone.",
  since: "7.2.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [oneOf("enabled", word("ON"), word("OFF"))],
  class: "exact",
  run(context) {
    const isOn = switchAt(context, 2);
    if (isOn === undefined) return context.reply.error(errors.syntax);
    context.client.isNoTouch = isOn;
    context.reply.ok();
  },
});

function switchAt({ args }: CommandContext, i: number): boolean | undefined {
  if (args.is(i, "on")) return true;
  return args.is(i, "off") ? false : undefined;
}
