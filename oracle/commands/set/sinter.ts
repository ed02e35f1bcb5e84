// SINTER, SUNION, SDIFF: sets made of sets.

import { type EntryOf, entryAt } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { bulk } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export type SetAlgebra = "inter" | "union" | "diff";

export const sinter: OracleCommand = command("inter");
export const sunion: OracleCommand = command("union");
export const sdiff: OracleCommand = command("diff");

function command(algebra: SetAlgebra): OracleCommand {
  return {
    name: `s${algebra}`,
    arity: -2,
    class: "unordered",
    run(call) {
      const sets = setsAt(call, call.words.slice(1));
      if (sets === "wrong type") return wrongType;
      return { kind: "set", items: [...combined(algebra, sets)].map(bulk) };
    },
  };
}

/** The sets at the keys, undefined for those that are missing; each key's type is checked. */
export function setsAt(
  call: Call,
  keys: readonly string[],
): readonly (EntryOf<"set"> | undefined)[] | "wrong type" {
  const sets: (EntryOf<"set"> | undefined)[] = [];
  for (const key of keys) {
    const entry = entryAt(call, key, "set");
    if (entry === "wrong type") return entry;
    sets.push(entry);
  }
  return sets;
}

export function combined(algebra: SetAlgebra, sets: readonly (EntryOf<"set"> | undefined)[]): Set<string> {
  const [first, ...rest] = sets.map((entry): ReadonlySet<string> => entry?.value ?? new Set());
  if (algebra === "union") return new Set([first ?? [], ...rest].flatMap((members) => [...members]));
  const isKept = (member: string): boolean => {
    return algebra === "inter"
      ? rest.every((members) => members.has(member))
      : !rest.some((members) => members.has(member));
  };
  return new Set([...(first ?? [])].filter(isKept));
}
