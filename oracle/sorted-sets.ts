// Sorted sets: the order of members, and scores as texts.

import type { Reply } from "./reply.ts";

export type Ranked = readonly [member: string, score: number];

/** Members with their scores by rank: by score, equal ones by the bytes of the member. */
export function ranked(value: ReadonlyMap<string, number>): Ranked[] {
  return [...value].sort(([memberA, a], [memberB, b]) => {
    if (a !== b) return a < b ? -1 : 1;
    return memberA < memberB ? -1 : memberA > memberB ? 1 : 0;
  });
}

// Of large sorted sets that are popped from again and again: all that is left, the lowest last.
const descending = new WeakMap<ReadonlyMap<string, number>, Ranked[]>();

/** The `count` lowest, in ascending order. Whoever takes these out, and nothing else, says so by `tookLowest`. */
export function lowest(value: ReadonlyMap<string, number>, count: number): Ranked[] {
  let rows = descending.get(value);
  if (rows === undefined) {
    rows = ranked(value).reverse();
    descending.set(value, rows);
  }
  return rows.slice(rows.length - count).reverse();
}

/** The value is about to be changed in place; its order, to be given to `tookLowest` if only that is done. */
export function forgetOrder(value: ReadonlyMap<string, number>): Ranked[] | undefined {
  const rows = descending.get(value);
  descending.delete(value);
  return rows;
}

export function tookLowest(value: ReadonlyMap<string, number>, rows: Ranked[], count: number): void {
  rows.length -= count;
  descending.set(value, rows);
}

export function scoreReply(score: number): Reply {
  return { kind: "double", text: scoreText(score) };
}

const digitsMax = 17;

/** A score as C's %.17g prints it. */
export function scoreText(score: number): string {
  if (Number.isSafeInteger(score)) return Object.is(score, -0) ? "-0" : `${score}`;
  if (score === Number.POSITIVE_INFINITY) return "inf";
  if (score === Number.NEGATIVE_INFINITY) return "-inf";
  const { digits, exponent } = rounded(Math.abs(score));
  const sign = score < 0 ? "-" : "";
  if (exponent < -4 || exponent >= digitsMax) {
    const mantissa = withoutZeros(`${digits.slice(0, 1)}.${digits.slice(1)}`);
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}${withoutZeros(`0.${"0".repeat(-exponent - 1)}${digits}`)}`;
  return `${sign}${withoutZeros(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`)}`;
}

// 17 digits, ties to even. JavaScript's own rounding takes the larger one, so it is asked for all the digits there are.
function rounded(size: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa = "", exponentText = ""] = size.toExponential(100).split("e");
  const all = mantissa.replace(".", "");
  const exponent = Number(exponentText);
  const kept = BigInt(all.slice(0, digitsMax));
  const rest = BigInt(all.slice(digitsMax));
  const half = 5n * 10n ** BigInt(all.length - digitsMax - 1);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  const digits = `${isUp ? kept + 1n : kept}`;
  // 9.99... became 10: one digit too many, all behind the first are zeros.
  return digits.length > digitsMax
    ? { digits: digits.slice(0, digitsMax), exponent: exponent + 1 }
    : { digits, exponent };
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text;
}
