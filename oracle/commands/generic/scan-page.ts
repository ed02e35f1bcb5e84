// What SCAN and its like for collections take, and what one of their answers looks like.

import { type EntryOf, entryAt } from "../../collections.ts";
import type { Call } from "../../command.ts";
import { errors } from "../../errors.ts";
import { fitsElement } from "../../glob.ts";
import type { Value } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, array, bulk, chosen, error, type Reply } from "../../reply.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";

export type ScanOptions = { pattern: string | undefined; type: string | undefined };

/** As C's strtoul reads the whole text: spaces in front, a sign, digits up to 64 bits; nothing at all is 0. */
export function isCursor(text: string): boolean {
  const nul = text.indexOf("\0");
  const read = nul < 0 ? text : text.slice(0, nul);
  if (read === "") return true;
  const digits = /^[+-]?(\d+)$/.exec(read)?.[1];
  return digits !== undefined && BigInt(digits) < 1n << 64n;
}

/** The options from word `from` on, or the error. Only SCAN itself has TYPE. */
export function scanOptions(words: readonly string[], from: number, hasType: boolean): ScanOptions | Reply {
  const options: ScanOptions = { pattern: undefined, type: undefined };
  for (let i = from; i < words.length; i += 2) {
    const name = (words[i] as string).toUpperCase();
    const value = words[i + 1];
    if (value === undefined) return syntaxError;
    if (name === "COUNT") {
      const count = int64(value);
      if (count === undefined) return notAnInteger;
      if (count < 1n) return syntaxError;
    } else if (name === "MATCH") {
      options.pattern = value;
    } else if (name === "TYPE" && hasType) {
      options.type = value;
    } else {
      return syntaxError;
    }
  }
  return options;
}

export type Page = { readonly cursor: string; readonly texts: string[] };

/** The cursor and the elements of an answer; undefined when it has not that form. */
export function pageOf(answer: Answer): Page | undefined {
  if (answer.kind !== "array" || answer.items.length !== 2) return undefined;
  const [cursor, items] = answer.items;
  if (cursor?.kind !== "bulk" || !/^(0|[1-9]\d*)$/.test(cursor.text)) return undefined;
  if (items?.kind !== "array") return undefined;
  const texts: string[] = [];
  for (const item of items.items) {
    if (item.kind !== "bulk") return undefined;
    texts.push(item.text);
  }
  return { cursor: cursor.text, texts };
}

/**
 * HSCAN, SSCAN and ZSCAN: elements that are there and fit, with their values where they have one. Of a walk that
 * begins and ends in one answer all of them.
 */
export function elementScan<Type extends Value["type"]>(
  call: Call,
  type: Type,
  elementsOf: (entry: EntryOf<Type>) => ReadonlyMap<string, string> | ReadonlySet<string>,
): Reply {
  const [, key = "", cursor = ""] = call.words;
  if (!isCursor(cursor)) return error(errors.invalidCursor);
  const entry = entryAt(call, key, type);
  if (entry === "wrong type") return wrongType;
  // Of a missing key no option is looked at.
  if (entry === undefined) return array([bulk("0"), array([])]);
  const options = scanOptions(call.words, 3, false);
  if ("kind" in options) return options;
  return elementPage(elementsOf(entry), { cursor, pattern: options.pattern });
}

function elementPage(
  elements: ReadonlyMap<string, string> | ReadonlySet<string>,
  { cursor, pattern }: { readonly cursor: string; readonly pattern: string | undefined },
): Reply {
  const isWanted = (text: string): boolean => {
    return elements.has(text) && (pattern === undefined || fitsElement(pattern, text));
  };
  const step = elements instanceof Map ? 2 : 1;
  return chosen("a cursor, and elements that are there and fit", (answer) => {
    const page = pageOf(answer);
    if (page === undefined || page.texts.length % step !== 0) return false;
    const returned = new Set<string>();
    for (let i = 0; i < page.texts.length; i += step) {
      const text = page.texts[i] as string;
      if (!isWanted(text)) return false;
      if (elements instanceof Map && elements.get(text) !== page.texts[i + 1]) return false;
      returned.add(text);
    }
    if (Number(cursor) !== 0 || page.cursor !== "0") return true;
    for (const text of elements.keys()) if (isWanted(text) && !returned.has(text)) return false;
    return true;
  });
}
