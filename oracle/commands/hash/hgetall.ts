// HGETALL, HKEYS, HVALS: a whole hash, its fields, its values; in any order.

import type { OracleCommand } from "../../command.ts";
import { bulk, unordered } from "../../reply.ts";
import { ofFields } from "./hget.ts";

export const hgetall: OracleCommand = {
  name: "hgetall",
  arity: 2,
  class: "unordered",
  run: (call) =>
    ofFields(call, (fields) => ({
      kind: "map",
      pairs: [...fields].map(([field, value]) => [bulk(field), bulk(value)]),
      isUnordered: true,
    })),
};

export const hkeys: OracleCommand = {
  name: "hkeys",
  arity: 2,
  class: "unordered",
  run: (call) => ofFields(call, (fields) => unordered([...fields.keys()].map(bulk))),
};

export const hvals: OracleCommand = {
  name: "hvals",
  arity: 2,
  class: "unordered",
  run: (call) => ofFields(call, (fields) => unordered([...fields.values()].map(bulk))),
};
