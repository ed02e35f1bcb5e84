// LLEN, LRANGE, LINDEX: what a list holds.

import type { OracleCommand } from "../../command.ts";
import { boundsOf, listAt, rangeOf } from "../../lists.ts";
import { int64 } from "../../numbers.ts";
import { array, bulk, integer, nil } from "../../reply.ts";
import { notAnInteger, wrongType } from "../../strings.ts";

const llen: OracleCommand = {
  name: "llen",
  arity: 2,
  class: "exact",
  run(call) {
    const entry = listAt(call, call.words[1] as string);
    if (entry === "wrong type") return wrongType;
    return integer(entry === undefined ? 0 : entry.value.length);
  },
};

const lrange: OracleCommand = {
  name: "lrange",
  arity: 4,
  class: "exact",
  run(call) {
    const [, key = "", first = "", last = ""] = call.words;
    const bounds = boundsOf(first, last);
    if ("kind" in bounds) return bounds;
    const entry = listAt(call, key);
    if (entry === "wrong type") return wrongType;
    const range = rangeOf(entry?.value.length ?? 0, ...bounds);
    if (range === undefined || entry === undefined) return array([]);
    return array(entry.value.slice(range[0], range[1] + 1).map(bulk));
  },
};

const lindex: OracleCommand = {
  name: "lindex",
  arity: 3,
  class: "exact",
  run(call) {
    const entry = listAt(call, call.words[1] as string);
    if (entry === undefined) return nil;
    if (entry === "wrong type") return wrongType;
    const index = int64(call.words[2] as string);
    if (index === undefined) return notAnInteger;
    const element = entry.value.at(Number(index));
    return element === undefined ? nil : bulk(element);
  },
};

export const readCommands: readonly OracleCommand[] = [lindex, llen, lrange];
