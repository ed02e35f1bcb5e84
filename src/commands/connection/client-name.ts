// CLIENT SETNAME, GETNAME and SETINFO: what a connection says about itself, for CLIENT LIST.
//
// CLIENT SETINFO is of Redis 7.2: client libraries send it whatever version they are told.

import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { after, oneOf, string } from "../syntax.ts";

export const clientGetname = defineCommand({
  name: "getname",
  summary: "Returns the connection's name.",
  since: "2.6.9",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [],
  class: "exact",
  run({ client, reply }) {
    if (client.name === "") return reply.null();
    reply.bulkText(client.name);
  },
});

export const clientSetname = defineCommand({
  name: "setname",
  summary: "Names the connection; an empty name takes the old one away.",
  since: "2.6.9",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [string("connection-name")],
  class: "exact",
  run({ args, client, reply }) {
    if (!isClientAttribute(args, 2)) return reply.error(errors.clientName);
    client.name = args.text(2);
    reply.ok();
  },
});

export const clientSetinfo = defineCommand({
  name: "setinfo",
  summary: "Records the name or version of the client library behind the connection.",
  since: "7.2.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [oneOf("attr", after("LIB-NAME", string("libname")), after("LIB-VER", string("libver")))],
  class: "exact",
  run({ args, client, reply }) {
    const isName = args.is(2, "lib-name");
    if (!isName && !args.is(2, "lib-ver")) {
      return reply.error(errors.unrecognizedOption(args.textBeforeNul(2)));
    }
    if (!isClientAttribute(args, 3)) return reply.error(errors.clientAttribute(args.text(2)));
    if (isName) client.libraryName = args.text(3);
    else client.libraryVersion = args.text(3);
    reply.ok();
  },
});

/** Redis knows no bound; but all of them stand in one reply of CLIENT LIST. */
const ATTRIBUTE_BYTES_MAX = 4096;

/** True when argument i would not break a line of CLIENT LIST: not long, no spaces, and printable ASCII throughout. */
export function isClientAttribute(args: Args, i: number): boolean {
  const { bytes } = args;
  if (args.length(i) > ATTRIBUTE_BYTES_MAX) return false;
  for (let at = args.start(i); at < args.end(i); at++) {
    const byte = bytes[at] as number;
    if (byte < 0x21 || byte > 0x7e) return false;
  }
  return true;
}
