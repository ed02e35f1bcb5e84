// Setting: the value of one directive, as shown and as used.
//
// Role: shared by the readers. `text` is what CONFIG GET prints and always reads back as the same setting (for
// lists, split at single spaces).

import type { BufferLimits, SavePoint } from "./specials.ts";

export type Value =
  | boolean
  | number
  | string
  | readonly string[]
  | readonly number[]
  | readonly SavePoint[]
  | BufferLimits;

export type Setting = { readonly text: string; readonly value: Value };

export type Outcome =
  | { readonly ok: true; readonly setting: Setting }
  | { readonly ok: false; readonly error: string };

/** An outcome that is an error, with Redis's text. */
export function failed(error: string): Outcome {
  return { ok: false, error };
}
