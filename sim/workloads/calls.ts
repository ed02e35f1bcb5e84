// Calls: what programs are made of: a function that draws the next steps of one client.

import type { Chance } from "../../compat/generator/chance.ts";
import type { Step } from "../plan.ts";
import type { Drawing } from "./words.ts";

/** Draws the next steps of one client; a few at a time, where they belong together. */
export type Program = (drawing: Drawing) => readonly Step[];

/** Made anew for each run, so that its clients can share what they know of each other. */
export type MakeProgram = (chance: Chance) => Program;

export function call(...words: readonly (string | number)[]): Step {
  return { do: "call", words: words.map(String) };
}
