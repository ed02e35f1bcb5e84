// HRANDFIELD: fields of a hash, drawn.

import type { OracleCommand } from "../../command.ts";
import { drawCount, drawnMany, drawnOne } from "../../draws.ts";
import { errors } from "../../errors.ts";
import { int64Max } from "../../numbers.ts";
import { error, nil } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { ofFields } from "./hget.ts";

export const hrandfield: OracleCommand = {
  name: "hrandfield",
  arity: -2,
  class: "random",
  run(call) {
    const { words, session } = call;
    if (words.length === 2) {
      return ofFields(call, (fields) => (fields.size === 0 ? nil : drawnOne(fields)));
    }
    const count = drawCount(words[2] as string);
    if (typeof count !== "bigint") return count;
    const hasValues = words[3]?.toUpperCase() === "WITHVALUES";
    if (words.length > 4 || (words.length === 4 && !hasValues)) return syntaxError;
    // Twice as many must be countable too.
    if (hasValues && (count > int64Max / 2n || count < -(int64Max / 2n)))
      return error(errors.valueOutOfRange);
    const pairs = session.protocol === 3 ? "nested" : "flat";
    return ofFields(call, (fields) => drawnMany(fields, count, hasValues ? pairs : "none"));
  },
};
