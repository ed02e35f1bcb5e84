// WAIT: there are no replicas, so that who asks for one gets 0 when the time is over.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { chosen, error, integer } from "../../reply.ts";
import { notAnInteger } from "../../strings.ts";

export const wait: OracleCommand = {
  name: "wait",
  arity: 3,
  class: "exact",
  run({ session, words }) {
    const wanted = int64(words[1] as string);
    if (wanted === undefined) return notAnInteger;
    const timeout = int64(words[2] as string);
    if (timeout === undefined) return error(errors.timeoutNotAnInteger);
    if (timeout < 0n) return error(errors.timeoutNegative);
    if (wanted <= 0n || session.isInExec) return integer(0);
    return chosen("0, or an error from CLIENT UNBLOCK", (answer) =>
      answer.kind === "integer"
        ? answer.value === 0n
        : answer.kind === "error" && /^UNBLOCKED /.test(answer.text),
    );
  },
};
