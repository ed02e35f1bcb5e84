// AUTH: logs in with a password, which is the default user's, or with a user's name and password.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { introduced, optional, string } from "../syntax.ts";

const DEFAULT_USER = "default";

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
      if (server.acl.isDefaultNopass) return reply.error(errors.noPassSet);
      if (isLogin(context, DEFAULT_USER, 1)) reply.ok();
    } else if (isLogin(context, args.text(1), 2)) reply.ok();
  },
});

/**
 * Logs in as the user, with the password at argument i. False when they do not match: the error is then written, and
 * who was logged in still is.
 */
export function isLogin({ args, client, reply, server }: CommandContext, name: string, i: number): boolean {
  if (server.acl.login(client, args.text(0), name, args.text(i))) return true;
  server.stats.authDenied++;
  reply.error(errors.wrongPass);
  return false;
}
