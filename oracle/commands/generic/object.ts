// OBJECT: how a value is kept, and how long it was not used.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { Entry } from "../../model.ts";
import { oneOf } from "../../one-of.ts";
import { between, bulk, chosen, error, integer, nil, ofKind, type Reply } from "../../reply.ts";
import { encodingOf } from "../../state.ts";
import { helpText } from "../server/help.ts";

export const object: OracleCommand = container("object");

export const objectEncoding: OracleCommand = {
  name: "object|encoding",
  arity: 3,
  class: "exact",
  run: (call) =>
    withEntry(call, (entry) => {
      if (entry.type !== "hash" || entry.encoding !== "listpack" || entry.hadTimes !== true)
        return bulk(encodingOf(entry));
      if (entry.ends !== undefined) return bulk("listpackex");
      // Whether a call that gives no field a time makes it one is the server's affair.
      return oneOf(call, [{ reply: bulk("listpackex") }, { reply: bulk("listpack") }]);
    }),
};

export const objectRefcount: OracleCommand = {
  name: "object|refcount",
  arity: 3,
  class: "exact",
  // Small integers may be shared among keys, which Redis shows as the highest number there is.
  run: (call) =>
    withEntry(call, (entry) => {
      const number = entry.type === "string" && encodingOf(entry) === "int" ? Number(entry.value) : -1;
      // Where EXEC still holds the request that brought the value, a stock server counts it as well.
      if (call.session.isInExec)
        return chosen("1 or more", (answer) => answer.kind === "integer" && answer.value >= 1n);
      if (number < 0 || number > 9999) return integer(1);
      return chosen("1 or 2147483647", (answer) => {
        return answer.kind === "integer" && (answer.value === 1n || answer.value === 2147483647n);
      });
    }),
};

export const objectIdletime: OracleCommand = {
  name: "object|idletime",
  arity: 3,
  class: "time",
  run: (call) =>
    withEntry(call, (entry) => {
      const { model } = call;
      if (isLfu(call)) return error(errors.noIdleTime);
      if (model.isAccessUnknown || entry.accessSeconds === undefined) return ofKind("integer");
      // The clock that is kept per key has 24 bits of seconds, and is read up to a second late.
      const idle = model.nowSeconds - entry.accessSeconds;
      // Of a clock that was set back it knows no more than that it is apart.
      if (idle < 0) return ofKind("integer");
      const slack = 1 + Math.ceil(model.timeToleranceMs / 1000);
      return between(Math.max(idle - slack, 0), idle + slack);
    }),
};

export const objectFreq: OracleCommand = {
  name: "object|freq",
  arity: 3,
  class: "random",
  run: (call) =>
    withEntry(call, () => {
      if (!isLfu(call)) return error(errors.noFrequency);
      return between(0, 255);
    }),
};

export const objectHelp: OracleCommand = { name: "object|help", arity: 2, class: "shape", run: helpText };

function withEntry(call: Call, reply: (entry: Entry) => Reply): Reply {
  const entry = call.model.get(call.session.db, call.words[2] as string);
  return entry === undefined ? nil : reply(entry);
}

function isLfu({ model }: Call): boolean {
  return model.directive("maxmemory-policy").endsWith("-lfu");
}
