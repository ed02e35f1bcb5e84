// WAITAOF: the oracle keeps no log, so it only knows which answers there are. There are no replicas.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, chosen, error } from "../../reply.ts";
import { notAnInteger } from "../../strings.ts";

export const waitaof: OracleCommand = {
  name: "waitaof",
  arity: 4,
  class: "shape",
  run({ words }) {
    const logs = int64(words[1] as string);
    if (logs === undefined) return notAnInteger;
    if (logs < 0n || logs > 1n) return error(errors.notZeroOrOne);
    const replicas = int64(words[2] as string);
    if (replicas === undefined) return notAnInteger;
    if (replicas < 0n) return error(errors.mustBePositive);
    const timeout = int64(words[3] as string);
    if (timeout === undefined) return error(errors.timeoutNotAnInteger);
    if (timeout < 0n) return error(errors.timeoutNegative);
    const refusal =
      logs === 0n ? /^UNBLOCKED / : /^(UNBLOCKED |ERR WAITAOF cannot be used when numlocal is set)/;
    return chosen("0 or 1 logs and no replicas, or an error", (answer) =>
      answer.kind === "error" ? refusal.test(answer.text) : isCounts(answer),
    );
  },
};

function isCounts(answer: Answer): boolean {
  if (answer.kind !== "array" || answer.items.length !== 2) return false;
  const [logs, replicas] = answer.items.map((each) => (each.kind === "integer" ? each.value : -1n));
  return (logs === 0n || logs === 1n) && replicas === 0n;
}
