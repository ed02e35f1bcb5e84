// Unsuitable: drawn calls that a run leaves out, whoever it asks.

import type { Call } from "./generate.ts";

/** Commands of which a call may be endless. */
export const endlessNames = /^[hsz]rand/;

/** With repetition allowed, so many elements are asked for that the reply would fill the memory. */
export function isEndless({ target, words }: Call): boolean {
  return endlessNames.test(target.fullName) && /^-\d{6,}$/.test(words[2] ?? "");
}

/** A stock 7.0 server does not know it: WITHSCORE is of 7.2, and so are the words it is counted by. */
export function isOfLaterVersion({ target, words }: Call): boolean {
  const isRank = (name: string | undefined): boolean => /^z(rev)?rank$/i.test(name ?? "");
  const isOfAnother = target.words[0] === "command" || target.fullName === "acl|dryrun";
  return (isRank(target.fullName) && words.length >= 4) || (isOfAnother && words.some(isRank));
}
