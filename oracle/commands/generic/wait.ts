// WAIT: how many replicas have followed, which nobody tells the model. Without any the time has to pass.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { chosen, error } from "../../reply.ts";
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
    const isAnsweredAtOnce = wanted <= 0n || session.isInExec;
    return chosen("a count of replicas, or an error from CLIENT UNBLOCK", (answer) =>
      answer.kind === "integer"
        ? answer.value >= 0n
        : !isAnsweredAtOnce && answer.kind === "error" && /^UNBLOCKED /.test(answer.text),
    );
  },
};
