// Directives: the whole table, and finding a directive by name.
//
// Role: one place that knows every name. An alias is an entry of its own, as in Redis: CONFIG GET lists both, an
// error names the one that was typed, and setting both in one CONFIG SET is no duplicate (the last one wins).

import { assert } from "../lib/assert.ts";
import type { Directive } from "./directive.ts";
import { memoryDirectives } from "./directives-memory.ts";
import { networkDirectives } from "./directives-network.ts";
import { operationsDirectives } from "./directives-operations.ts";
import { persistenceDirectives } from "./directives-persistence.ts";
import { replicationDirectives } from "./directives-replication.ts";

export const directives: readonly Directive[] = [
  ...networkDirectives,
  ...memoryDirectives,
  ...persistenceDirectives,
  ...replicationDirectives,
  ...operationsDirectives,
];

/** A name under which a directive may be read and set. */
export type Entry = { readonly name: string; readonly directive: Directive };

/** Every name with its directive, aliases directly after what they stand for: the order of CONFIG GET. */
export const entries: readonly Entry[] = directives.flatMap((directive) =>
  directive.alias === undefined
    ? [{ name: directive.name, directive }]
    : [
        { name: directive.name, directive },
        { name: directive.alias, directive },
      ],
);

const entryByName: ReadonlyMap<string, Entry> = new Map(entries.map((entry) => [entry.name, entry]));
assert(entryByName.size === entries.length, "no name stands for two directives");

/** The entry of `name` or alias, in any case; undefined when there is none. */
export function findEntry(name: string): Entry | undefined {
  return entryByName.get(lowerCase(name));
}

/** Lower case of the ASCII letters only: the other characters are bytes, not letters. */
export function lowerCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
