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

/** The command's categories in Redis's order, without the "@". */
export function categoriesOf(command: Command): readonly string[] {
  const found = impliedCategories(command);
  for (const each of command.acl ?? []) {
    if (each.startsWith("-")) found.delete(each.slice(1));
    else found.add(each);
  }
  return aclCategories.filter((each) => found.has(each));
}

/** The command's flags in Redis's order; may_replicate is not shown, as there. */
export function orderedFlags(command: Command): readonly CommandFlag[] {
  return flagOrder.filter((each) => command.flags.includes(each));
}

function impliedCategories({ flags, group, execute, byName }: Command): Set<string> {
  const found = new Set<string>();
  if (flags.includes("write")) found.add("write");
  // A script's flag says what the script may do, not what the command reads.
  if (flags.includes("readonly") && group !== "scripting") found.add("read");
  if (flags.includes("admin")) found.add("admin").add("dangerous");
  if (flags.includes("pubsub")) found.add("pubsub");
  if (flags.includes("blocking")) found.add("blocking");
  found.add(flags.includes("fast") ? "fast" : "slow");
  const own = groupCategory[group];
  const isContainer = execute === undefined && byName.size > 0;
  if (own !== undefined && !isContainer) found.add(own);
  return found;
}
