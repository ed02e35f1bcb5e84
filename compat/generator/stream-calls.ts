// Stream calls: commands of streams whose arguments must fit each other, and what is stored.
//
// Role: further special calls (special-calls.ts). Half of those that read or acknowledge for a group ask for what can be
// there, or hardly one of them would succeed.

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

// A time that the server chooses is another one on each of two servers: its milliseconds are given there.
function addEntry({ name, chance, material, draw, syntax }: SpecialContext): string[] {
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

// Entries that nobody has read yet.
function deliverCall({ name, chance, key }: SpecialContext): string[] {
  return [
    ...name,
    ...["GROUP", chance.pick(["g", "g", "h"]), chance.pick(["a", "b"])],
    ...(chance.oneIn(2) ? ["COUNT", chance.pick(["1", "2", "10"])] : []),
    ...["STREAMS", key(), ">"],
  ];
}

function acknowledgeCall({ name, chance, key, material }: SpecialContext): string[] {
  const { ids = [] } = material;
  const count = chance.between(1, 16);
  const some = Array.from({ length: count }, () => (ids.length === 0 ? "1-1" : chance.pick(ids)));
  return [...name, key(), chance.pick(["g", "g", "h"]), ...some];
}

// With an idle time that pending entries mostly have.
function claimCall({ name, chance, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  if (words.length > 3 && !chance.oneIn(4)) words[3] = chance.pick(["0", "1", "5"]);
  if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
  return [...name, ...words];
}

// The ends of the range stand behind an option, so they are drawn again.
function pendingCall({ name, chance, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  const at = words[2]?.toLowerCase() === "idle" ? 4 : 2;
  if (at === 4 && !chance.oneIn(4)) words[3] = chance.pick(["0", "1", "5", "1000"]);
  if (words.length > at + 2 && !chance.oneIn(4)) words.splice(at, 3, "-", "+", chance.pick(["1", "10", "0"]));
  if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
  return [...name, ...words];
}
