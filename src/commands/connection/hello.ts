// HELLO: chooses the protocol, optionally logs in and names the connection, and says who answers.
//
// As in 7.0.15, options act one by one as they are read: a login before a misspelt option has happened.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { compatibleRedisVersion } from "../server/redis-version.ts";
import { after, block, integer, optional, string } from "../syntax.ts";
import { isLogin } from "./auth.ts";
import { isClientAttribute } from "./client-name.ts";

export const hello = defineCommand({
  name: "hello",
  summary: "Chooses the protocol version, with login and naming on request, and describes the server.",
  since: "6.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
  syntax: [
    optional(
      block(
        "arguments",
        integer("protover"),
        optional(after("AUTH", block("username_password", string("username"), string("password")))),
        optional(after("SETNAME", string("clientname"))),
      ),
    ),
  ],
  class: "shape",
  history: [
    [
      "6.2.0",
      "`protover` made optional; when called without arguments the command reports the current connection's context.",
    ],
  ],
  run(context) {
    const { args, client, reply, server } = context;
    const version = args.count > 1 ? args.safeInteger(1) : client.protocol;
    if (version !== 2 && version !== 3) {
      const isInteger = args.bigInteger(1) !== undefined;
      return reply.error(isInteger ? errors.noProto : errors.protocolNotAnInteger);
    }
    if (!areOptionsDone(context)) return;
    if (!client.isAuthenticated) return reply.error(errors.helloNoAuth);
    client.protocol = version;
    reply.protocol = version;
    reply.map(7);
    reply.bulkText("server");
    reply.bulkText("redis");
    reply.bulkText("version");
    reply.bulkText(compatibleRedisVersion);
    reply.bulkText("proto");
    reply.int(version);
    reply.bulkText("id");
    reply.int(client.id);
    reply.bulkText("mode");
    reply.bulkText(server.cluster === undefined ? "standalone" : "cluster");
    reply.bulkText("role");
    reply.bulkText("master");
    reply.bulkText("modules");
    reply.array(0);
  },
});

// False when an option failed: its error is then written.
function areOptionsDone(context: CommandContext): boolean {
  const { args, client, reply } = context;
  for (let i = 2; i < args.count; i++) {
    const following = args.count - 1 - i;
    if (following >= 2 && args.is(i, "auth")) {
      if (!isLogin(context, args.text(i + 1), i + 2)) return false;
      i += 2;
    } else if (following >= 1 && args.is(i, "setname")) {
      i++;
      if (!isClientAttribute(args, i)) {
        reply.error(errors.clientName);
        return false;
      }
      client.name = args.text(i);
    } else {
      reply.error(errors.helloOption(args.textBeforeNul(i)));
      return false;
    }
  }
  return true;
}
