// Numbers in a configuration: each reader takes exactly what the C function behind Redis's takes.
//
// Role: integers are read and checked as bigint, since Redis's bounds reach 2^64, and become plain numbers only
// after the checks (rounded above 2^53, where no hot path cares).

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;

/** More of them, in decimal or octal, are beyond 64 bits, whichever they are. */
const DIGITS_MAX = 30;

const bytesOfUnit: ReadonlyMap<string, bigint> = new Map([
  ["", 1n],
  ["b", 1n],
  ["k", 1000n],
  ["kb", 1024n],
  ["m", 1000n ** 2n],
  ["mb", 1024n ** 2n],
  ["g", 1000n ** 3n],
  ["gb", 1024n ** 3n],
]);

/** A 64-bit signed decimal in its one canonical form: no sign but "-", no leading zero or space. */
export function readInt64(text: string): bigint | undefined {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < int64Min || value > int64Max ? undefined : value;
}

/**
 * A size with an optional unit, as an unsigned 64-bit number. Redis's corners are kept: no digits at all is 0, more
 * digits than fit become 2^64 - 1, and the product with the unit wraps around.
 */
export function readMemory(text: string): bigint | undefined {
  const parts = /^(\d{0,127})([a-z]*)$/i.exec(text);
  const unit = bytesOfUnit.get((parts?.[2] ?? "?").toLowerCase());
  if (parts === null || unit === undefined) return undefined;
  const digits = BigInt(`0${parts[1] ?? ""}`);
  return BigInt.asUintN(64, (digits > uint64Max ? uint64Max : digits) * unit);
}

/** What C's strtoll makes of all of `text`: spaces and "+" before the digits pass, nothing after them; "" is 0. */
export function readLoose(text: string, base: 8 | 10): bigint | undefined {
  const form = base === 8 ? /^(?:[ \t-\r]*([+-]?)([0-7]+))?$/ : /^(?:[ \t-\r]*([+-]?)(\d+))?$/;
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const written = (parts[2] ?? "").replace(/^0+/, "");
  const digits = BigInt(`${base === 8 ? "0o" : ""}0${written.slice(0, DIGITS_MAX)}`);
  const value = parts[1] === "-" ? -digits : digits;
  if (value > int64Max) return int64Max;
  return value < int64Min ? int64Min : value;
}

/** What C's strtod makes of all of `text`, without not-a-number. */
export function readDouble(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  if (/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(unsigned) || /^0x[0-9a-f]+$/i.test(unsigned)) {
    return sign * Number(unsigned);
  }
  return /^inf(inity)?$/i.test(unsigned) ? sign * Number.POSITIVE_INFINITY : undefined;
}

/** Six decimals at most, without trailing zeros: 99.9, 50. */
export function formatDouble(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}

/** The largest unit that divides `bytes`: 1gb, 100mb, 3kb, 1000. */
export function formatMemory(bytes: bigint): string {
  for (const [unit, size] of [
    ["gb", 1024n ** 3n],
    ["mb", 1024n ** 2n],
    ["kb", 1024n],
  ] as const) {
    if (bytes !== 0n && bytes % size === 0n) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}
