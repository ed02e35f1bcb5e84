// Weights: how often each command is drawn. Those on data often; those that empty databases, and those that describe
// the whole server, rarely.

import type { Target } from "./declared.ts";

const makers: ReadonlySet<string> = new Set(["set"]);
/** Their work grows with what is stored, so that each costs as much as a hundred others. */
const heavy: ReadonlySet<string> = new Set(["lcs", "bitop", "keys", "pfcount", "pfmerge"]);
const takers: ReadonlySet<string> = new Set(["del", "unlink", "getdel", "rename", "move"]);

/** What builds a stream up comes more often than what takes it apart, or hardly a group would have anything to give. */
const ofStreams: Readonly<Record<string, number>> = {
  xack: 72,
  xadd: 96,
  xreadgroup: 96,
  "xgroup|create": 72,
  "xgroup|createconsumer": 24,
  "xgroup|delconsumer": 24,
  "xgroup|destroy": 16,
  "xgroup|setid": 24,
  xsetid: 24,
  xtrim: 24,
};

/** Groups that are not about data, and those whose calls change what a connection may do next. */
const weightsByGroup: Readonly<Record<string, number>> = {
  connection: 6,
  server: 3,
  cluster: 3,
  pubsub: 6,
  scripting: 8,
  transactions: 12,
};

export function weightOf({ fullName, group, words }: Target): number {
  // Each takes away what all others are about.
  if (fullName === "flushall") return 1;
  if (fullName === "flushdb") return 6;
  if (fullName === "swapdb") return 4;
  // One call takes as long as a hundred thousand others, and never says anything else.
  if (fullName === "pfselftest") return 0;
  if (words.at(-1) === "help") return 1;
  // One makes users, the other asks what they may do: of every command.
  if (fullName === "acl|setuser" || fullName === "acl|dryrun") return 20;
  if (makers.has(fullName)) return 120;
  if (heavy.has(fullName)) return 10;
  if (takers.has(fullName)) return 28;
  return ofStreams[fullName] ?? weightsByGroup[group] ?? 48;
}
