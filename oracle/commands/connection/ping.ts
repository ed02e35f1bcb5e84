// PING: answers PONG, or its argument.

import type { OracleCommand } from "../../command.ts";
import { arityError } from "../../errors.ts";
import { array, bulk, error, simple } from "../../reply.ts";
import { isLimited } from "../../subscriptions.ts";

const pong = simple("PONG");

export const ping: OracleCommand = {
  name: "ping",
  arity: -1,
  class: "exact",
  run({ session, words }) {
    if (words.length > 2) return error(arityError("ping"));
    // Among messages it looks like one.
    if (isLimited(session) && !session.isScript) return array([bulk("pong"), bulk(words[1] ?? "")]);
    return words.length === 1 ? pong : bulk(words[1] as string);
  },
};
