// AUTH: logs in with a password, or with a user's name and password. There is one user, "default".

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { introduced, optional, string } from "../syntax.ts";

/** The name of the only user. */
export const DEFAULT_USER = "default";

export const auth = defineCommand({
  name: "auth",
  summary: "Logs the connection in with a password, or a user's name and password.",
  since: "1.0.0",
  group: "connection",
  complexity: "O(N) where N is the number of passwords defined for the user",
  flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
  syntax: [optional(introduced("6.0.0", string("username"))), string("password")],
  class: "exact",
  history: [["6.0.0", "Added ACL style (username and password)."]],
  run(context) {
    const { args, reply, server } = context;
    if (args.count > 3) return reply.error(errors.syntax);
    if (args.count === 2) {
      // With one argument a password that nobody set is more likely a wrong configuration than a login.
      if (!server.isPasswordRequired) return reply.error(errors.noPassSet);
      if (isPasswordAt(context, 1)) reply.ok();
      return;
    }
    if (isLoginAt(context, 1)) reply.ok();
  },
});

/**
 * Logs in with the user's name at argument i and the password after it. False when they do not match: the
 * error is then written, and who was logged in still is.
 */
export function isLoginAt(context: CommandContext, i: number): boolean {
  const { args } = context;
  return args.text(i) === DEFAULT_USER ? isPasswordAt(context, i + 1) : refuse(context);
}

function isPasswordAt(context: CommandContext, i: number): boolean {
  const { args, client, server } = context;
  const password = args.bytes.subarray(args.start(i), args.end(i));
  if (server.isPasswordRequired && !server.isPassword(password)) return refuse(context);
  client.user = DEFAULT_USER;
  client.isAuthenticated = true;
  return true;
}

function refuse({ reply, server }: CommandContext): false {
  server.stats.authDenied++;
  reply.error(errors.wrongPass);
  return false;
}
