// SINTER, SUNION and SDIFF, and their forms that store: what sets have in common, altogether, or one before others.

import { defineCommand } from "../define.ts";
import { key, repeated, type Syntax } from "../syntax.ts";
import { replyCombined, storeCombined } from "./set-algebra.ts";

const keys: readonly Syntax[] = [repeated(key("RO access"))];
const storing: readonly Syntax[] = [key("OW update", "destination"), ...keys];
const tips: readonly string[] = ["nondeterministic_output_order"];

const interCost = "O(N*M) for M sets and N members of the smallest.";
const cost = "O(N) for N members of all sets together.";

export const sinter = defineCommand({
  name: "sinter",
  summary: "Returns the members that all of several sets have.",
  since: "1.0.0",
  group: "set",
  complexity: interCost,
  flags: ["readonly"],
  syntax: keys,
  class: "unordered",
  tips,
  run: (context) => replyCombined(context, "inter"),
});

export const sinterstore = defineCommand({
  name: "sinterstore",
  summary: "Stores the members that all of several sets have at a key.",
  since: "1.0.0",
  group: "set",
  complexity: interCost,
  flags: ["write", "denyoom"],
  // Stock says RW here, though what was there is overwritten as by the other two.
  syntax: [key("RW update", "destination"), ...keys],
  class: "exact",
  run: (context) => storeCombined(context, "inter", "sinterstore"),
});

export const sunion = defineCommand({
  name: "sunion",
  summary: "Returns the members that any of several sets has.",
  since: "1.0.0",
  group: "set",
  complexity: cost,
  flags: ["readonly"],
  syntax: keys,
  class: "unordered",
  tips,
  run: (context) => replyCombined(context, "union"),
});

export const sunionstore = defineCommand({
  name: "sunionstore",
  summary: "Stores the members that any of several sets has at a key.",
  since: "1.0.0",
  group: "set",
  complexity: cost,
  flags: ["write", "denyoom"],
  syntax: storing,
  class: "exact",
  run: (context) => storeCombined(context, "union", "sunionstore"),
});

export const sdiff = defineCommand({
  name: "sdiff",
  summary: "Returns the members of the first set that are in none of the others.",
  since: "1.0.0",
  group: "set",
  complexity: cost,
  flags: ["readonly"],
  syntax: keys,
  class: "unordered",
  tips,
  run: (context) => replyCombined(context, "diff"),
});

export const sdiffstore = defineCommand({
  name: "sdiffstore",
  summary: "Stores the members of the first set that are in none of the others at a key.",
  since: "1.0.0",
  group: "set",
  complexity: cost,
  flags: ["write", "denyoom"],
  syntax: storing,
  class: "exact",
  run: (context) => storeCombined(context, "diff", "sdiffstore"),
});
