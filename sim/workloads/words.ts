// Words: the pools that programs share: keys that clients meet on, and values that tell who wrote them.

import type { Chance } from "../../compat/generator/chance.ts";

/** What a program draws from: one client's chance, and what it knows when it draws. */
export type Drawing = {
  readonly chance: Chance;
  readonly client: number;
  readonly databases: number;
  /** Wall-clock milliseconds of an exact node at about the moment when the call will run. */
  readonly nowMs: number;
  /** A number that no other call of this client draws. */
  readonly unique: () => number;
};

/** A value that no one else writes, and that names its writer, as the crosstalk check reads it: `@3.17@`. */
export function signed({ client, unique }: Drawing): string {
  return `@${client}.${unique()}@`;
}

/** A signed value of some length. It begins and ends with whole signatures or dots: pieces would read as others. */
export function signedAndLong(drawing: Drawing, sizeBytes: number): string {
  return signed(drawing).padEnd(sizeBytes, ".");
}

/** A value of its own for keys whose values are cut and overwritten, where a signature would become another's. */
export function unsigned({ client, unique }: Drawing): string {
  return `<${client}:${unique()}>`;
}

/** A number below `count`: 0 in half of the draws, 1 in a quarter, and so on, the rest evenly. */
export function skewed(chance: Chance, count: number): number {
  for (let rank = 0; rank < count && rank < 5; rank++) if (chance.oneIn(2)) return rank;
  return chance.below(count);
}
