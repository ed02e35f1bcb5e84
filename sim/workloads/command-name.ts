// Command name: which declared command a request's words ask for.

import { targets } from "../../compat/generator/declared.ts";

const names = new Set(targets.map(({ fullName }) => fullName));
const containers = new Set(targets.flatMap(({ words }) => (words.length > 1 ? [words[0]] : [])));

/** "client|list" for a subcommand; undefined for what is not declared. */
export function nameOf(words: readonly string[]): string | undefined {
  const first = (words[0] ?? "").toLowerCase();
  if (containers.has(first) && words.length > 1) {
    const full = `${first}|${(words[1] ?? "").toLowerCase()}`;
    if (names.has(full)) return full;
  }
  return names.has(first) ? first : undefined;
}

/** All that can be asked for. */
export const commandNames: readonly string[] = [...names];
