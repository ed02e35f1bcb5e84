// PFDEBUG and PFSELFTEST: how a counter is kept.

import type { Call, OracleCommand } from "../../command.ts";
import { formatted, word } from "../../errors.ts";
import { isSparse, registersOf, runsOf, toDense } from "../../hyperloglog.ts";
import { array, bulk, error, integer, ok, type Reply, simple } from "../../reply.ts";
import { type Counter, corrupt, counterAt, storeUnnoticed } from "./counters.ts";

export const pfselftest: OracleCommand = { name: "pfselftest", arity: 1, class: "exact", run: () => ok };

export const pfdebug: OracleCommand = {
  name: "pfdebug",
  arity: 3,
  class: "exact",
  run(call) {
    const [, name = "", key = ""] = call.words;
    const counter = counterAt(call, key);
    if (counter === undefined) return error("ERR The specified key does not exist");
    if ("kind" in counter) return counter;
    storeUnnoticed(call, key, counter.bytes, counter.entry); // From here on it is a string of its own.
    switch (name.toLowerCase()) {
      case "getreg":
        return makeDense(call, counter) ?? array((registersOf(counter.bytes) ?? []).map(integer));
      case "decode":
        return isSparse(counter.bytes)
          ? bulk(decoded(counter.bytes))
          : error("ERR HLL encoding is not sparse");
      case "encoding":
        return simple(isSparse(counter.bytes) ? "sparse" : "dense");
      case "todense":
        return makeDense(call, counter) ?? integer(isSparse(counter.bytes) ? 1 : 0);
      default:
        return error(formatted(`ERR Unknown PFDEBUG subcommand '${word(name)}'`));
    }
  },
};

// The error, when it is corrupt.
function makeDense(call: Call, { bytes, entry }: Counter): Reply | undefined {
  const dense = toDense(bytes);
  if (dense === undefined) return corrupt;
  storeUnnoticed(call, call.words[2] as string, dense, entry); // What it counts is the same: no watcher is told.
  return undefined;
}

function decoded(bytes: readonly number[]): string {
  return runsOf(bytes)
    .map((run) => {
      if (run.value > 0) return `v:${run.value},${run.length}`;
      return `${run.bytes === 1 ? "z" : "Z"}:${run.length}`;
    })
    .join(" ");
}
