// TIME, ROLE and LOLWUT.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, array, bulk, chosen, error } from "../../reply.ts";
import { text } from "../../texts.ts";

// Commands of one turn share a clock that TIME may read anew.
const turnMs = 100;

export const time: OracleCommand = {
  name: "time",
  arity: 1,
  class: "time",
  run({ model }) {
    const { nowMs } = model;
    const slackMs = model.timeToleranceMs + turnMs;
    return chosen(`seconds and microseconds near ${nowMs} ms`, (answer) => {
      const ms = millisecondsOf(answer);
      return ms !== undefined && Math.abs(ms - nowMs) <= slackMs;
    });
  },
};

function millisecondsOf(answer: Answer): number | undefined {
  if (answer.kind !== "array" || answer.items.length !== 2) return undefined;
  const [seconds, micros] = answer.items.map((item) => (item.kind === "bulk" ? int64(item.text) : undefined));
  if (seconds === undefined || micros === undefined || micros < 0n || micros > 999_999n) return undefined;
  return Number(seconds) * 1000 + Number(micros) / 1000;
}

// Of replicas nobody tells the model.
export const role: OracleCommand = {
  name: "role",
  arity: 1,
  class: "exact",
  run: () => array([bulk("master"), { kind: "any", of: "integer" }, { kind: "any", of: "array" }]),
};

export const lolwut: OracleCommand = {
  name: "lolwut",
  arity: -1,
  class: "random",
  run(call) {
    const { words } = call;
    if ((words[1] ?? "").toUpperCase() === "VERSION" && words.length > 2) {
      if (words.slice(2, 6).some((word) => int64(word) === undefined)) return error(errors.notAnInteger);
    }
    return text(call, "a picture, and the server's version", (found) => found.includes("ver. "));
  },
};
