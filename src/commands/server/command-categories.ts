// Command categories: the ACL categories a command belongs to, and the order in which Redis lists its flags.
//
// Categories follow from flags and group; a declaration adds what does not follow, or takes one away by a
// minus sign ("-keyspace"). A container that runs nothing itself has no category of its group.

import type { Command, CommandFlag, CommandGroup } from "../define.ts";

/** All categories, in the order Redis lists them. */
export const aclCategories = [
  "keyspace",
  "read",
  "write",
  "set",
  "sortedset",
  "list",
  "hash",
  "string",
  "bitmap",
  "hyperloglog",
  "geo",
  "stream",
  "pubsub",
  "admin",
  "fast",
  "slow",
  "blocking",
  "dangerous",
  "connection",
  "transaction",
  "scripting",
] as const;

const flagOrder: readonly CommandFlag[] = [
  "write",
  "readonly",
  "denyoom",
  "admin",
  "pubsub",
  "noscript",
  "blocking",
  "loading",
  "stale",
  "skip_monitor",
  "skip_slowlog",
  "asking",
  "fast",
  "no_auth",
  "sentinel",
  "no_mandatory_keys",
  "no_async_loading",
  "no_multi",
  "movablekeys",
  "allow_busy",
];

const groupCategory: Partial<Record<CommandGroup, string>> = {
  string: "string",
  bitmap: "bitmap",
  generic: "keyspace",
  connection: "connection",
  list: "list",
  hash: "hash",
  set: "set",
  "sorted-set": "sortedset",
  stream: "stream",
  geo: "geo",
  hyperloglog: "hyperloglog",
  scripting: "scripting",
  transactions: "transaction",
};

const bitByName: ReadonlyMap<string, number> = new Map(aclCategories.map((each, i) => [each, 1 << i]));

/** The command's categories in Redis's order, without the "@". */
export function categoriesOf(command: Command): readonly string[] {
  const bits = categoryBits(command);
  return aclCategories.filter((_, i) => (bits & (1 << i)) !== 0);
}

/** As a set of bits: bit i is the category aclCategories[i]. */
export function categoryBits(command: Command): number {
  let bits = impliedBits(command);
  for (const each of command.acl ?? []) {
    if (each.startsWith("-")) bits &= ~bitOf(each.slice(1));
    else bits |= bitOf(each);
  }
  return bits;
}

/** The bit of a category; 0 when there is none of the name. */
export function bitOf(name: string): number {
  return bitByName.get(name) ?? 0;
}

/** The command's flags in Redis's order; may_replicate is not shown, as there. */
export function orderedFlags(command: Command): readonly CommandFlag[] {
  return flagOrder.filter((each) => command.flags.includes(each));
}

function impliedBits({ flags, group, execute, byName }: Command): number {
  let bits = bitOf("slow");
  for (const flag of flags) {
    if (flag === "fast") bits = (bits & ~bitOf("slow")) | bitOf("fast");
    else if (flag === "admin") bits |= bitOf("admin") | bitOf("dangerous");
    // A script's flag says what the script may do, not what the command reads.
    else if (flag === "readonly" && group !== "scripting") bits |= bitOf("read");
    else if (flag === "write" || flag === "pubsub" || flag === "blocking") bits |= bitOf(flag);
  }
  const isContainer = execute === undefined && byName.size > 0;
  return isContainer ? bits : bits | bitOf(groupCategory[group] ?? "");
}
