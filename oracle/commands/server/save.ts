// SAVE, BGSAVE, BGREWRITEAOF and LASTSAVE. The model has no disk: whether a snapshot is being written at the moment is the server's to say.

import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { oneOf } from "../../one-of.ts";
import { chosen, error, ok, type Reply, simple } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";

const turnMs = 100;

export const save: OracleCommand = {
  name: "save",
  arity: 1,
  class: "exact",
  run: (call) => unlessSaving(call, ok),
};

export const bgsave: OracleCommand = {
  name: "bgsave",
  arity: -1,
  class: "exact",
  run(call) {
    const { words, session } = call;
    if (words.length > 2 || (words.length === 2 && words[1]?.toUpperCase() !== "SCHEDULE"))
      return syntaxError;
    const scheduled = simple("Background saving scheduled");
    if (session.isInExec) return unlessSaving(call, scheduled);
    // While the log is being written anew, it waits if it may.
    const otherwise = words.length === 2 ? scheduled : error(errors.savingNotNow);
    return oneOf(call, [
      { reply: simple("Background saving started") },
      { reply: error(errors.savingAlready) },
      { reply: otherwise },
    ]);
  },
};

export const bgrewriteaof: OracleCommand = {
  name: "bgrewriteaof",
  arity: 1,
  class: "exact",
  run(call) {
    const begun = (how: string): { reply: Reply } => ({
      reply: simple(`Background append only file rewriting ${how}`),
    });
    const running = { reply: error(errors.rewritingAlready) };
    if (call.session.isInExec) return oneOf(call, [begun("scheduled"), running]);
    return oneOf(call, [begun("started"), begun("scheduled"), running]);
  },
};

export const lastsave: OracleCommand = {
  name: "lastsave",
  arity: 1,
  class: "time",
  run({ model }) {
    const latest = (model.latestMs + model.timeToleranceMs + turnMs) / 1000;
    return chosen(`seconds up to ${Math.floor(latest)}`, (answer) => {
      return answer.kind === "integer" && answer.value > 0n && Number(answer.value) <= latest;
    });
  },
};

function unlessSaving(call: Call, reply: Reply): Reply {
  return oneOf(call, [{ reply }, { reply: error(errors.savingAlready) }]);
}
