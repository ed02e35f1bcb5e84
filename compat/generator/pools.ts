// Pools: the values that arguments are drawn from. Small on purpose where collisions matter (keys), and made
// of the edges where servers differ: ends of ranges, sizes at which an encoding changes, broken spellings.
//
// Role: data and drawing only. Every text is Latin-1: one character is one byte.
// Invariants, which keep two servers with clocks of their own comparable:
//   - No time to live is short: a key either expires at once or outlives the run by far.
//   - Relative times are drawn from a range so wide that no two of them meet within milliseconds.

import type { Chance } from "./chance.ts";

const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");

const keys = [
  ...["a", "b", "c", "d", "e", "f", "g", "h", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"],
  ...["{tag}1", "{tag}2", "{tag}3", "{}x", "{a}{b}", "user:1000", "user:1001", "x{tag}"],
  ...["", "\x00", "a\x00b", "\r\n", "\xff\xfe", "caf\xc3\xa9", "with space", '"quoted"', "key*", "[ab]", "*"],
  allBytes,
  "long-".repeat(60),
  "k".repeat(127),
  "k".repeat(128),
];

/** A key: half of the draws fall on the first eight, so that commands meet each other's keys. */
export function drawKey(chance: Chance): string {
  const all = keys as readonly string[];
  return chance.oneIn(2) ? (all[chance.below(8)] as string) : chance.pick(all);
}

export const validIntegers: readonly string[] = [
  ...["0", "1", "-1", "2", "3", "7", "8", "10", "-10", "63", "64", "65", "99", "100", "127", "128", "255"],
  ...["256", "-128", "-129", "32767", "32768", "65535", "65536", "2147483647", "2147483648", "-2147483648"],
  ...["4294967295", "4294967296", "9007199254740991", "9007199254740992", "9007199254740993"],
  ...["-9007199254740992", "-9007199254740993", "9223372036854775807", "-9223372036854775808"],
  ...["9223372036854775806", "-9223372036854775807", "1234567890123456789"],
];

export const junkNumbers: readonly string[] = [
  ...["", " ", "abc", "1.5", "-", "+", "+1", " 1", "1 ", "01", "-0", "--1", "0x10", "1e3", "1_000", "\x001"],
  ...["1\x00", "9223372036854775808", "-9223372036854775809", "18446744073709551615"],
  ...["18446744073709551616", "99999999999999999999999999", "nan", "inf", "-inf", "\xd9\xa1", "1,000"],
];

const floats: readonly string[] = [
  ...["0", "1", "-1", "0.1", "0.2", "-0.1", "1.5", "3.0e3", "5e-324", "1e308", "-1e308", "1e17", "1e-17"],
  ...["3.141592653589793238462643383279502884197", "10000000000000000000000000000000000000000", "1e4931"],
  ...[
    "0.00000000000000001",
    "123456789.987654321",
    "9007199254740993",
    "1e400",
    "0x1p3",
    "1.",
    ".5",
    "-.5e1",
  ],
];
const junkFloats: readonly string[] = [
  ...[
    "nan",
    "inf",
    "-inf",
    "+inf",
    "infinity",
    "1e5000",
    "",
    " 1.5",
    "1.5 ",
    "1.5x",
    "1,5",
    "--1",
    "e5",
    ".",
  ],
  ...["0x", "1e", "1\x00"],
];

export const patterns: readonly string[] = [
  ...[
    "*",
    "**",
    "a",
    "a*",
    "*a",
    "*a*",
    "k?",
    "k[1-4]",
    "k[^1-4]",
    "[a-c]",
    "[c-a]",
    "\\*",
    "key\\*",
    "[",
    "[]",
  ],
  ...[
    "[a",
    "[^]",
    "\\",
    "",
    "?",
    "??",
    "user:*",
    "*1*",
    "{tag}*",
    "*\x00*",
    "[\\]a]",
    "[a-]",
    "*[12]",
    "k*[a-z0-9]?",
  ],
];

const sizes = [0, 1, 2, 7, 8, 9, 20, 21, 43, 44, 45, 46, 63, 64, 65, 127, 128, 255, 256, 511, 512, 513, 1000];
const largeSizes = [4095, 4096, 16_383, 16_384, 16_385, 40_000];

/** A value of a string: numbers, numbers that are not quite, bytes of every kind and size. */
export function drawValue(chance: Chance): string {
  const kind = chance.below(20);
  if (kind < 5) return chance.pick(validIntegers);
  if (kind < 7) return chance.pick(floats);
  if (kind < 8) return chance.pick(junkNumbers);
  if (kind < 10) return drawKey(chance);
  const sizeBytes = chance.oneIn(40) ? chance.pick(largeSizes) : chance.pick(sizes);
  if (kind < 13)
    return chance.pick(["x", "ab", "abc", "\x00", "\xff", "0"]).repeat(sizeBytes).slice(0, sizeBytes);
  if (kind < 14) return allBytes.repeat(Math.ceil(sizeBytes / 256)).slice(0, sizeBytes);
  let text = "";
  for (let i = 0; i < sizeBytes; i++)
    text += String.fromCharCode(kind < 17 ? 97 + chance.below(4) : chance.below(256));
  return text;
}

export function drawInteger(chance: Chance): string {
  if (chance.oneIn(2)) return String(chance.between(-20, 20));
  return chance.oneIn(12) ? chance.pick(junkNumbers) : chance.pick(validIntegers);
}

export function drawFloat(chance: Chance): string {
  return chance.oneIn(6) ? chance.pick(junkFloats) : chance.pick(floats);
}

// Times that mean "never", "at once", an overflow or no number; short ones are not among them.
const oddTimes = [
  "0",
  "-1",
  "-100",
  "-9223372036854775808",
  "9223372036854775807",
  "9223372036854775",
  "abc",
  "1.5",
];

/** Seconds from now: more than a day, or one of the edges. */
export function drawSeconds(chance: Chance): string {
  if (chance.oneIn(5)) return chance.pick([...oddTimes, "9223372036854776"]);
  return String(100_000 + chance.below(2_000_000_000));
}

/** Milliseconds from now: more than a day, or one of the edges. */
export function drawMilliseconds(chance: Chance): string {
  if (chance.oneIn(5)) return chance.pick(oddTimes);
  return String(100_000_000 + chance.below(2 ** 32) * 400);
}

const futureSeconds = 4_102_444_800; // The year 2100.

export function drawUnixSeconds(chance: Chance): string {
  if (chance.oneIn(8)) return chance.pick([...oddTimes, "1", "1000000000"]);
  if (chance.oneIn(8)) return String(chance.between(1, 1_600_000_000));
  return String(futureSeconds + chance.below(50));
}

export function drawUnixMilliseconds(chance: Chance): string {
  if (chance.oneIn(8)) return chance.pick([...oddTimes, "1", "1000000000000"]);
  return String((futureSeconds + chance.below(50)) * 1000 + chance.below(3));
}

export function drawBitOffset(chance: Chance): string {
  if (chance.oneIn(12)) return chance.pick(junkNumbers);
  if (chance.oneIn(12)) return chance.pick(["4294967295", "4294967296", "-1", "8388607", "8388608", "65536"]);
  return String(chance.oneIn(6) ? chance.below(20_000) : chance.below(200));
}

export function drawByteOffset(chance: Chance): string {
  if (chance.oneIn(12)) return chance.pick(junkNumbers);
  if (chance.oneIn(12))
    return chance.pick(["-1", "536870911", "536870912", "1048575", "1048576", "2147483648"]);
  return String(chance.oneIn(6) ? chance.below(2000) : chance.below(70));
}

export function drawBitfieldType(chance: Chance): string {
  if (chance.oneIn(12))
    return chance.pick(["i65", "u64", "i0", "u0", "x8", "i", "", "I8", "U8", "i-1", "i08", "8"]);
  if (chance.oneIn(2))
    return chance.pick(["u8", "i8", "u4", "i16", "u16", "u32", "i32", "i64", "u63", "u1", "i1"]);
  return chance.oneIn(2) ? `i${chance.between(1, 64)}` : `u${chance.between(1, 63)}`;
}

export function drawBitfieldOffset(chance: Chance): string {
  if (chance.oneIn(15))
    return chance.pick(["-1", "#-1", "#", "", "abc", "4294967296", "#67108864", "8388600", "# 1"]);
  return chance.oneIn(2) ? `#${chance.below(12)}` : String(chance.below(300));
}

export function drawCursor(chance: Chance): string {
  return chance.oneIn(2) ? "0" : chance.pick(junkNumbers.filter((text) => text !== "18446744073709551615"));
}

export function drawDb(chance: Chance): string {
  if (chance.oneIn(10))
    return chance.pick(["-1", "16", "abc", "", "99999999999", "9223372036854775808", "01", "+1"]);
  return chance.oneIn(4) ? String(chance.below(16)) : String(chance.below(3));
}
