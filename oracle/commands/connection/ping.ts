// PING: answers PONG, or its argument.

import type { OracleCommand } from "../../command.ts";
import { arityError } from "../../errors.ts";
import { bulk, error, simple } from "../../reply.ts";

const pong = simple("PONG");

export const ping: OracleCommand = {
  name: "ping",
  arity: -1,
  class: "exact",
  run({ words }) {
    if (words.length > 2) return error(arityError("ping"));
    return words.length === 1 ? pong : bulk(words[1] as string);
  },
};
