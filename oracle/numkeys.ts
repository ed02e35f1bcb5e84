// Keys behind their number, as SINTERCARD, ZUNION, ZMPOP and their like take them.

import { int64 } from "./numbers.ts";
import { error, type Reply } from "./reply.ts";

export type Numbered = {
  readonly keys: readonly string[] /** Where what follows the keys begins. */;
  readonly next: number;
};

/** The keys of a call whose word `at` is their number, or the error. */
export function numberedKeys(words: readonly string[], at: number): Numbered | Reply {
  const count = int64(words[at] as string);
  if (count === undefined || count < 1n) return error("ERR numkeys should be greater than 0");
  const next = at + 1 + Number(count);
  if (next > words.length) return error("ERR Number of keys can't be greater than number of args");
  return { keys: words.slice(at + 1, next), next };
}

/** How many at most, from LIMIT options; 0: all. */
export function limitOption(words: readonly string[], from: number): number | Reply | undefined {
  let limit = 0;
  for (let i = from; i < words.length; i += 2) {
    const value = words[i + 1];
    if ((words[i] as string).toUpperCase() !== "LIMIT" || value === undefined) return undefined;
    const count = int64(value);
    if (count === undefined || count < 0n) return error("ERR LIMIT can't be negative");
    limit = Number(count);
  }
  return limit;
}
