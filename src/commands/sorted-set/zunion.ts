// ZUNION, ZINTER, ZDIFF, their forms that store, and ZINTERCARD: what several sorted sets, or sets, have together.

import type { CommandContext } from "../context.ts";
import { defineCommand, type KeySpec } from "../define.ts";
import { after, integer, key, oneOf, optional, repeated, type Syntax, word } from "../syntax.ts";
import { type OperationForm, runOperation } from "./set-operation.ts";

const counted: KeySpec["find"] = { numkeysAt: 0, firstKeyAt: 1, step: 1 };
const readSpecs: readonly KeySpec[] = [{ flags: "RO access", begin: { index: 1 }, find: counted }];
const storeSpecs: readonly KeySpec[] = [
  { flags: "OW update", begin: { index: 1 }, find: { lastKey: 0, step: 1, limit: 0 } },
  { flags: "RO access", begin: { index: 2 }, find: counted },
];

const keys: readonly Syntax[] = [integer("numkeys"), repeated(key("RO access"))];
const destination = key("OW update", "destination");
const weighting: readonly Syntax[] = [
  optional(repeated(after("WEIGHTS", integer("weight")))),
  optional(after("AGGREGATE", oneOf("aggregate", word("SUM"), word("MIN"), word("MAX")))),
];
const withScores = optional(word("WITHSCORES"));

const unionCost = "O(N)+O(M*log(M)) for N members of all sets together and M of the result.";
const interCost = "O(N*K)+O(M*log(M)) for K sets, N members of the smallest and M of the result.";
const diffCost = "O(N*K)+O(M*log(M)) for K sets, N members of the first and M of the result.";

export const zunion = defineCommand({
  name: "zunion",
  summary: "Returns the union of several sorted sets.",
  since: "6.2.0",
  group: "sorted-set",
  complexity: unionCost,
  flags: ["readonly", "movablekeys"],
  syntax: [...keys, ...weighting, withScores],
  keySpecs: readSpecs,
  class: "exact",
  run: runs({ operation: "union", name: "zunion" }),
});

export const zunionstore = defineCommand({
  name: "zunionstore",
  summary: "Stores the union of several sorted sets at a key.",
  since: "2.0.0",
  group: "sorted-set",
  complexity: unionCost,
  flags: ["write", "denyoom", "movablekeys"],
  syntax: [destination, ...keys, ...weighting],
  keySpecs: storeSpecs,
  class: "exact",
  run: runs({ operation: "union", name: "zunionstore", isStore: true }),
});

export const zinter = defineCommand({
  name: "zinter",
  summary: "Returns the intersection of several sorted sets.",
  since: "6.2.0",
  group: "sorted-set",
  complexity: interCost,
  flags: ["readonly", "movablekeys"],
  syntax: [...keys, ...weighting, withScores],
  keySpecs: readSpecs,
  class: "exact",
  run: runs({ operation: "inter", name: "zinter" }),
});

export const zinterstore = defineCommand({
  name: "zinterstore",
  summary: "Stores the intersection of several sorted sets at a key.",
  since: "2.0.0",
  group: "sorted-set",
  complexity: interCost,
  flags: ["write", "denyoom", "movablekeys"],
  syntax: [destination, ...keys, ...weighting],
  keySpecs: storeSpecs,
  class: "exact",
  run: runs({ operation: "inter", name: "zinterstore", isStore: true }),
});

export const zintercard = defineCommand({
  name: "zintercard",
  summary: "Returns how many members the intersection of several sorted sets has.",
  since: "7.0.0",
  group: "sorted-set",
  complexity: "O(N*K) for K sets, N members of the smallest.",
  flags: ["readonly", "movablekeys"],
  syntax: [...keys, optional(after("LIMIT", integer("limit", "count")))],
  keySpecs: readSpecs,
  class: "exact",
  run: runs({ operation: "inter", name: "zintercard", isCardinality: true }),
});

export const zdiff = defineCommand({
  name: "zdiff",
  summary: "Returns the members of the first sorted set that are in none of the others.",
  since: "6.2.0",
  group: "sorted-set",
  complexity: diffCost,
  flags: ["readonly", "movablekeys"],
  syntax: [...keys, withScores],
  keySpecs: readSpecs,
  class: "exact",
  run: runs({ operation: "diff", name: "zdiff" }),
});

export const zdiffstore = defineCommand({
  name: "zdiffstore",
  summary: "Stores the members of the first sorted set that are in none of the others at a key.",
  since: "6.2.0",
  group: "sorted-set",
  complexity: diffCost,
  flags: ["write", "denyoom", "movablekeys"],
  syntax: [destination, ...keys],
  keySpecs: storeSpecs,
  class: "exact",
  run: runs({ operation: "diff", name: "zdiffstore", isStore: true }),
});

function runs(form: OperationForm): (context: CommandContext) => void {
  return (context) => runOperation(context, form);
}
