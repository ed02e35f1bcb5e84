// SWAPDB: two databases change places, for every client.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { Database } from "../../model.ts";
import { error, ok } from "../../reply.ts";
import { touchSwapped } from "../../transactions.ts";
import { dbArgument } from "./db-argument.ts";

export const swapdb: OracleCommand = {
  name: "swapdb",
  arity: 3,
  class: "exact",
  run(call) {
    const { databases } = call.model;
    const first = dbArgument(call, call.words[1] as string, errors.invalidFirstDbIndex);
    if (first === errors.invalidFirstDbIndex) return error(first);
    const second = dbArgument(call, call.words[2] as string, errors.invalidSecondDbIndex);
    // Both are read before either is held against the number of databases.
    if (typeof second === "string") return error(second);
    if (typeof first === "string") return error(first);
    if (first !== second) touchSwapped(call.model, first, second);
    const swapped = databases[first] as Database;
    databases[first] = databases[second] as Database;
    databases[second] = swapped;
    return ok;
  },
};
