// SLOWLOG: calls that took long. Which those are is the machine's affair, so only their form is checked.

import { container, type OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, between, chosen, error, ok } from "../../reply.ts";
import { wrongUse } from "../connection/client-others.ts";
import { helpText } from "./help.ts";

const countByDefault = 10;

export const slowlog: OracleCommand = container("slowlog");

export const slowlogGet: OracleCommand = {
  name: "slowlog|get",
  arity: -2,
  class: "time",
  run(call) {
    const { words } = call;
    if (words.length > 3) return wrongUse(call, "SLOWLOG");
    const count = words.length === 3 ? int64(words[2] as string) : BigInt(countByDefault);
    if (count === undefined || count < -1n) return error(errors.slowlogCount);
    return chosen(`at most ${count} entries`, (answer) => {
      if (answer.kind !== "array" || !answer.items.every(isEntry)) return false;
      return count === -1n || answer.items.length <= count;
    });
  },
};

// Number, Unix seconds, microseconds, words, address, name.
function isEntry(answer: Answer): boolean {
  if (answer.kind !== "array" || answer.items.length !== 6) return false;
  const [id, at, micros, words, address, name] = answer.items;
  if (id?.kind !== "integer" || at?.kind !== "integer" || micros?.kind !== "integer") return false;
  const isTold = words?.kind === "array" && words.items.every((word) => word.kind === "bulk");
  return isTold && address?.kind === "bulk" && name?.kind === "bulk";
}

export const slowlogLen: OracleCommand = {
  name: "slowlog|len",
  arity: 2,
  class: "shape",
  run: ({ model }) => between(0, Number(model.directive("slowlog-max-len"))),
};

export const slowlogReset: OracleCommand = { name: "slowlog|reset", arity: 2, class: "exact", run: () => ok };
export const slowlogHelp: OracleCommand = { name: "slowlog|help", arity: 2, class: "shape", run: helpText };
