// Stream calls: commands of streams whose arguments must fit each other, and what is stored.
//
// Role: further special calls (special-calls.ts). Half of those that read or acknowledge for a group ask for what can be
// there, or hardly one of them would succeed; where it is known what groups have and wait for, they ask for that.

import type { GroupSeen } from "./generate.ts";
import type { Special, SpecialContext } from "./special.ts";

export const streamCalls: Readonly<Record<string, Special>> = {
  xack: (context) => (context.chance.oneIn(4) ? drawnAsDeclared(context) : acknowledgeCall(context)),
  xadd: addEntry,
  xclaim: claimCall,
  "xgroup|create": (context) => (context.chance.oneIn(2) ? drawnAsDeclared(context) : createGroup(context)),
  xpending: pendingCall,
  xread: readStreams,
  xreadgroup: (context) => (context.chance.oneIn(2) ? readStreams(context) : deliverCall(context)),
};

/** Keys that are looked at for a group that a call can be about. */
const attemptsMax = 4;

type Found = { readonly key: string; readonly group: GroupSeen };

function find(
  { chance, key, material }: SpecialContext,
  isWanted: (group: GroupSeen) => boolean,
): Found | undefined {
  const { groupsAt } = material;
  if (groupsAt === undefined) return undefined;
  for (let attempts = 0; attempts < attemptsMax; attempts++) {
    const at = key();
    const groups = groupsAt(at).filter(isWanted);
    if (groups.length > 0) return { key: at, group: chance.pick(groups) };
  }
  return undefined;
}

const hasNews = (group: GroupSeen): boolean => group.hasNews;
const hasPending = ({ pending }: GroupSeen): boolean => pending.length > 0;

// What was drawn, about a group that waits for something: the key and the group stand first, an id at `idAt`.
function aboutPending(context: SpecialContext, words: string[], idAt?: number): void {
  const { chance, material } = context;
  if (material.groupsAt === undefined || words.length < 2 || chance.oneIn(2)) return;
  const found = find(context, hasPending);
  if (found === undefined) return;
  [words[0], words[1]] = [found.key, found.group.name];
  if (idAt !== undefined && idAt < words.length) words[idAt] = chance.pick(found.group.pending);
}

// A time that the server chooses is another one on each of two servers: its milliseconds are given there.
function addEntry({ name, chance, key, material, draw, syntax }: SpecialContext): string[] {
  if (material.groupsAt !== undefined && material.isHeardByNoStock === true && chance.oneIn(3))
    return [...name, key(), "*", chance.pick(["a", "b"]), "1"];
  const words = draw(syntax);
  if (material.isHeardByNoStock === true) return [...name, ...words];
  return [...name, ...words.map((word) => (word === "*" ? `${chance.between(0, 60)}-*` : word))];
}

// Nobody would wake a request that waits: of those with BLOCK only refused ones are drawn.
function readStreams({ name, chance, material, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  if (material.isHeardByNoStock === true) return [...name, ...words];
  const at = words.findIndex((word) => word.toLowerCase() === "block");
  if (at >= 0 && at + 1 < words.length) words[at + 1] = chance.pick(["-1", "x", "9223372036854775808", ""]);
  // A group reads what is new to it.
  const first = words.findIndex((word) => word.toLowerCase() === "streams") + 1;
  const isGroup = words[0]?.toLowerCase() === "group";
  const idsAt = first + (words.length - first) / 2;
  return [...name, ...words.map((word, i) => (isGroup && i >= idsAt && !chance.oneIn(3) ? ">" : word))];
}

function drawnAsDeclared({ name, draw, syntax }: SpecialContext): string[] {
  return [...name, ...draw(syntax)];
}

// A group that has everything still to read.
function createGroup({ name, chance, key }: SpecialContext): string[] {
  const group = chance.pick(["g", "g", "h"]);
  return [...name, key(), group, "0", ...(chance.oneIn(2) ? ["MKSTREAM"] : [])];
}

// Entries that nobody has read yet, or those that a consumer was given before.
function deliverCall(context: SpecialContext): string[] {
  const { name, chance, key, material } = context;
  if (material.groupsAt !== undefined && chance.oneIn(3)) {
    const given = find(context, hasPending);
    if (given !== undefined) {
      const { name: group, consumer, pending } = given.group;
      const from = chance.oneIn(3) ? chance.pick(pending) : "0";
      return [...name, ...["GROUP", group, consumer, "STREAMS", given.key, from]];
    }
  }
  const fresh = find(context, hasNews);
  return [
    ...name,
    ...["GROUP", fresh?.group.name ?? chance.pick(["g", "g", "h"]), chance.pick(["a", "b"])],
    ...(chance.oneIn(2) ? ["COUNT", chance.pick(["1", "2", "10"])] : []),
    ...["STREAMS", fresh?.key ?? key(), ">"],
  ];
}

function acknowledgeCall(context: SpecialContext): string[] {
  const { name, chance, key, material } = context;
  const { ids = [] } = material;
  const found = find(context, hasPending);
  if (found !== undefined) {
    const { name: group, pending } = found.group;
    const some = Array.from({ length: chance.between(1, 3) }, () => chance.pick(pending));
    const others = ids.length > 0 && chance.oneIn(4) ? [chance.pick(ids)] : [];
    return [...name, found.key, group, ...others, ...some];
  }
  const count = chance.between(1, 16);
  const some = Array.from({ length: count }, () => (ids.length === 0 ? "1-1" : chance.pick(ids)));
  return [...name, key(), chance.pick(["g", "g", "h"]), ...some];
}

// With an idle time that pending entries mostly have.
function claimCall(context: SpecialContext): string[] {
  const { name, chance, draw, syntax } = context;
  const words = draw(syntax);
  aboutPending(context, words, 4);
  if (words.length > 3 && !chance.oneIn(4)) words[3] = chance.pick(["0", "1", "5"]);
  if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
  return [...name, ...words];
}

// The ends of the range stand behind an option, so they are drawn again.
function pendingCall(context: SpecialContext): string[] {
  const { name, chance, draw, syntax } = context;
  const words = draw(syntax);
  aboutPending(context, words);
  const at = words[2]?.toLowerCase() === "idle" ? 4 : 2;
  if (at === 4 && !chance.oneIn(4)) words[3] = chance.pick(["0", "1", "5", "1000"]);
  if (words.length > at + 2 && !chance.oneIn(4)) words.splice(at, 3, "-", "+", chance.pick(["1", "10", "0"]));
  if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
  return [...name, ...words];
}
