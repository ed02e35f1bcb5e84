// Sizes: what is too large for the shadow to follow.

import type { Entry, Model } from "../model.ts";

/** A longer string is not kept in the model. */
export const VALUE_BYTES_MAX = 1024 * 1024;
/** Nor is a collection of more elements, over which the oracle's plain loops and copies would take too long. */
export const ELEMENTS_MAX = 1000;
/** LCS of two strings takes the product of their lengths. */
const LCS_PRODUCT_MAX = 4_000_000;

/** Whether a command makes of few bytes a large value, or of two values a large product. */
export function isTooLarge(
  { databases }: Model,
  db: number,
  { name, words }: { readonly name: string; readonly words: readonly string[] },
): boolean {
  const lengthOf = (key: string): number => {
    const value: unknown = databases[db]?.get(key)?.value;
    return typeof value === "string" ? value.length : 0;
  };
  switch (name) {
    case "append":
      return lengthOf(words[1] ?? "") + (words[2] ?? "").length > VALUE_BYTES_MAX;
    case "setrange":
      return Number(words[2]) + (words[3] ?? "").length > VALUE_BYTES_MAX;
    case "setbit":
      return Number(words[2]) > VALUE_BYTES_MAX * 8;
    case "bitfield":
      return words.some((word, i) => i > 1 && bitOf(word) > VALUE_BYTES_MAX * 8);
    case "lcs":
      return lengthOf(words[1] ?? "") * lengthOf(words[2] ?? "") > LCS_PRODUCT_MAX;
    default:
      return false;
  }
}

function bitOf(word: string): number {
  return word.startsWith("#") ? Number(word.slice(1)) * 64 : Number(word);
}

export function isLargeEntry(entry: Entry): boolean {
  if (entry.type === "stream") return entry.length > ELEMENTS_MAX;
  const value: unknown = entry.value;
  if (typeof value === "string") return value.length > VALUE_BYTES_MAX;
  if (value instanceof Map || value instanceof Set) return value.size > ELEMENTS_MAX;
  return Array.isArray(value) && value.length > ELEMENTS_MAX;
}
