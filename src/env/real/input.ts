// Texts that configuration is read from: the standard input and included files.

import { globSync, readFileSync } from "node:fs";

/** All of the standard input, byte for byte (Latin-1). */
export function readInput(): string {
  return readFileSync(0, "latin1");
}

/** The texts of the files an `include` names, in order; a pattern that matches none gives none. */
export function readIncluded(
  path: string,
): { readonly ok: true; readonly texts: readonly string[] } | { readonly ok: false; readonly error: string } {
  try {
    const paths = /[*?[]/.test(path) ? globSync(path).sort() : [path];
    return { ok: true, texts: paths.map((each) => readFileSync(each, "latin1")) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
