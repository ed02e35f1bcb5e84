// SINTER, SUNION and SDIFF, and their forms that store: what sets have in common, altogether, or one before others.

import { type CommandDeclaration, defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";
import { replyCombined, type SetOperation, storeCombined } from "./set-algebra.ts";

const keys = repeated(key("RO access"));
const complexities: Readonly<Record<SetOperation, string>> = {
  inter: "O(N*M) for M sets and N members of the smallest.",
  union: "O(N) for N members of all sets together.",
  diff: "O(N) for N members of all sets together.",
};

export const sinter = declareReply("inter", "Returns the members that all of several sets have.");
export const sunion = declareReply("union", "Returns the members that any of several sets has.");
export const sdiff = declareReply(
  "diff",
  "Returns the members of the first set that are in none of the others.",
);

export const sinterstore = declareStore(
  "inter",
  "Stores the members that all of several sets have at a key.",
);
export const sunionstore = declareStore("union", "Stores the members that any of several sets has at a key.");
export const sdiffstore = declareStore(
  "diff",
  "Stores the members of the first set that are in none of the others at a key.",
);

function declareReply(operation: SetOperation, summary: string): CommandDeclaration {
  return defineCommand({
    name: `s${operation}`,
    summary,
    since: "1.0.0",
    group: "set",
    complexity: complexities[operation],
    flags: ["readonly"],
    syntax: [keys],
    class: "unordered",
    tips: ["nondeterministic_output_order"],
    run: (context) => replyCombined(context, operation),
  });
}

function declareStore(operation: SetOperation, summary: string): CommandDeclaration {
  const name = `s${operation}store`;
  return defineCommand({
    name,
    summary,
    since: "1.0.0",
    group: "set",
    complexity: complexities[operation],
    flags: ["write", "denyoom"],
    // Stock says RW of SINTERSTORE's target, though what was there is overwritten as by the other two.
    syntax: [key(operation === "inter" ? "RW update" : "OW update", "destination"), keys],
    class: "exact",
    run: (context) => storeCombined(context, operation, name),
  });
}
