// Special: how the arguments of one command are drawn where its syntax does not tell them.
//
// Role: the type that the tables of such commands share (special-calls.ts joins them), and what they draw with.

import type { Syntax } from "../../src/commands/syntax.ts";
import type { Chance } from "./chance.ts";
import type { Material } from "./generate.ts";

export type SpecialContext = {
  readonly chance: Chance;
  readonly material: Material;
  /** The words the call begins with, in mixed case. */
  readonly name: readonly string[];
  readonly syntax: readonly Syntax[];
  readonly key: () => string;
  /** Arguments drawn from a syntax in the usual way. */
  readonly draw: (syntax: readonly Syntax[]) => string[];
};

/** A call; undefined = this draw gives none. A command that never gives one must be listed by design. */
export type Special = (context: SpecialContext) => string[] | undefined;

/** Up to `max` draws, seldom none. */
export function several(chance: Chance, max: number, draw: () => string): string[] {
  const count = chance.oneIn(8) ? chance.between(0, max) : chance.between(1, max);
  return Array.from({ length: count }, draw);
}
