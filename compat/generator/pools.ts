// Pools: the values that arguments are drawn from. Small on purpose where collisions matter (keys, members), and
// made of the edges where servers differ: ends of ranges, sizes at which an encoding changes, broken spellings.
//
// Role: data and drawing only. Every text is Latin-1: one character is one byte.
// What is long is cut from bytes prepared once; a value costs a slice, not a loop. What is costly to a server or
// to its judge (a megabyte grown by one bit) is drawn seldom.

import { Chance } from "./chance.ts";

const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");

/** Keys that a careless server or client trips over. */
export const oddKeys: readonly string[] = [
  ...["{tag}1", "{tag}2", "{tag}3", "{}x", "{a}{b}", "x{tag}", "{tag", "}{tag}"],
  ...["", "\x00", "a\x00b", "\r\n", "\xff\xfe", "caf\xc3\xa9", "with space", '"quoted"', "key*", "[ab]", "*"],
  allBytes,
  "long-".repeat(60),
  "k".repeat(127),
  "k".repeat(128),
];

const keys: readonly string[] = [
  ...["a", "b", "c", "d", "e", "f", "g", "h", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"],
  ...["user:1000", "user:1001"],
  ...oddKeys,
];

/** A key: half of the draws fall on the first eight, so that commands meet each other's keys. */
export function drawKey(chance: Chance): string {
  return chance.oneIn(2) ? (keys[chance.below(8)] as string) : chance.pick(keys);
}

const validIntegers: readonly string[] = [
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
  ...["3.141592653589793238462643383279502884197", "10000000000000000000000000000000000000000"],
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
  ...["nan", "inf", "-inf", "+inf", "infinity", "", " 1.5", "1.5 ", "1.5x", "1,5", "--1", "e5", "."],
  ...["0x", "1e", "1\x00"],
];

// Thousands of digits, which cost whoever counts with all of them: drawn seldom.
const hugeFloats: readonly string[] = ["1e4931", "1e5000", "1e4932", "-1e4931", "1e-4950"];

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

const blobSizeBytes = 1 << 17;
const letters = blob((chance) => 97 + chance.below(4));
const bytes = blob((chance) => chance.below(256));
const runs = ["x", "ab", "abc", "\x00", "\xff", "0"].map((text) => text.repeat(40_000).slice(0, 40_000));
const allBytesRun = allBytes.repeat(160);

/** A value of a string: numbers, numbers that are not quite, bytes of every kind and size. */
export function drawValue(chance: Chance): string {
  const kind = chance.below(20);
  if (kind < 5) return chance.pick(validIntegers);
  if (kind < 7) return chance.oneIn(60) ? chance.pick(hugeFloats) : chance.pick(floats);
  if (kind < 8) return chance.pick(junkNumbers);
  if (kind < 10) return drawKey(chance);
  const sizeBytes = chance.oneIn(60) ? chance.pick(largeSizes) : chance.pick(sizes);
  if (kind < 13) return chance.pick(runs).slice(0, sizeBytes);
  if (kind < 14) return allBytesRun.slice(0, sizeBytes);
  const from = chance.below(blobSizeBytes - sizeBytes);
  return (kind < 17 ? letters : bytes).slice(from, from + sizeBytes);
}

function blob(draw: (chance: Chance) => number): string {
  const chance = new Chance(1);
  const codes = new Uint8Array(blobSizeBytes);
  for (let i = 0; i < codes.length; i++) codes[i] = draw(chance);
  return Buffer.from(codes).toString("latin1");
}

const members = [
  "a",
  "b",
  "c",
  "d",
  "e",
  "1",
  "2",
  "-3",
  "10",
  "2.5",
  "",
  "\x00\xff",
  "member with a long name, past 64 bytes: 0123456789 0123456789 0123456789",
] as const;

/** A member, field or element: few, so that the same ones meet; one in six is any value. */
export function drawMember(chance: Chance): string {
  if (chance.oneIn(6)) return drawValue(chance);
  return chance.oneIn(2) ? (members[chance.below(4)] as string) : chance.pick(members);
}

const scores = [
  ...[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.5",
    "-0",
    "-0",
    "-0.0",
    "0.1",
    "3.0",
    "1e3",
    "inf",
    "-inf",
    "+inf",
    "9007199254740993",
  ],
  ...["17179869184.5", "1e308", "5e-324", "-1e-7", "123456789.123456789"],
] as const;
export function drawScore(chance: Chance): string {
  if (chance.oneIn(2)) return String(chance.between(-3, 12));
  return chance.oneIn(10) ? chance.pick(junkFloats) : chance.pick(scores);
}

const rangeEnds = [
  ...["-inf", "+inf", "(1", "(2.5", "(inf", "-", "+", "[a", "(a", "[c", "(d", "[", "(", "a", "((1", "[\xff"],
] as const;
export function drawScoreEnd(chance: Chance): string {
  return chance.oneIn(3) ? `(${chance.between(-3, 12)}` : drawScore(chance);
}

export function drawMemberEnd(chance: Chance): string {
  return chance.oneIn(4) ? chance.pick(["-", "+"]) : chance.pick(["[", "("]) + drawMember(chance);
}

/** One end of a range of scores or of members. */
export function drawRangeEnd(chance: Chance): string {
  return chance.oneIn(2) ? drawScore(chance) : chance.pick(rangeEnds);
}

const streamIds = [
  "*",
  "0",
  "$",
  "0-0",
  "0-1",
  "-",
  "+",
  ">",
  "1-*",
  "18446744073709551615-18446744073709551615",
  "(1-1",
  "1-",
  "x-1",
  "1-1-1",
  "",
] as const;
/** An entry of a stream, or an end of a range of them. */
export function drawStreamId(chance: Chance, { ids = [] }: { readonly ids?: readonly string[] }): string {
  if (ids.length > 0 && chance.oneIn(3)) return chance.pick(ids);
  if (chance.oneIn(3)) return chance.pick(streamIds);
  return chance.oneIn(2) ? String(chance.between(0, 30)) : `${chance.between(0, 30)}-${chance.below(4)}`;
}

/** A consumer group of a stream, or a consumer: nearly always one of two. */
export function drawStreamGroup(chance: Chance): string {
  return chance.oneIn(12) ? drawMember(chance) : chance.pick(["g", "g", "h"]);
}

/** A position, near either end mostly. */
export function drawPosition(chance: Chance): string {
  if (chance.oneIn(14)) return chance.pick(junkNumbers);
  return chance.oneIn(12) ? chance.pick(validIntegers) : String(chance.between(-8, 12));
}

export function drawLongitude(chance: Chance): string {
  if (chance.oneIn(15)) return chance.pick(["181", "-180.1", "abc", "180", "-180"]);
  return (chance.between(-1800000, 1800000) / 10000).toFixed(4);
}
export function drawLatitude(chance: Chance): string {
  if (chance.oneIn(15)) return chance.pick(["86", "-85.06", "abc", "85.05112878", "-85.05112878"]);
  return (chance.between(-850000, 850000) / 10000).toFixed(4);
}

export function drawCount(chance: Chance): string {
  return chance.oneIn(8) ? chance.pick(junkNumbers) : String(chance.between(-1, 30));
}

export function drawInteger(chance: Chance): string {
  if (chance.oneIn(2)) return String(chance.between(-20, 20));
  return chance.oneIn(12) ? chance.pick(junkNumbers) : chance.pick(validIntegers);
}

export function drawFloat(chance: Chance): string {
  if (chance.oneIn(80)) return chance.pick(hugeFloats);
  return chance.oneIn(6) ? chance.pick(junkFloats) : chance.pick(floats);
}

const oddBitOffsets = ["4294967295", "4294967296", "-1", "8388608"];
const farBitOffsets = ["8388607", "65536", "8388000"];
const oddByteOffsets = ["-1", "536870911", "536870912", "1048576", "2147483648"];
const oddFieldTypes = ["i65", "u64", "i0", "u0", "x8", "i", "", "I8", "U8", "i-1", "i08", "8"];
const fieldTypes = ["u8", "i8", "u4", "i16", "u16", "u32", "i32", "i64", "u63", "u1", "i1"];
const oddFieldOffsets = ["-1", "#-1", "#", "", "abc", "4294967296", "#67108864", "# 1"];
const oddBits = ["2", "-1", "abc", "", "01"];
const cursors = junkNumbers.filter((text) => text !== "18446744073709551615");
const oddDbs = ["-1", "16", "abc", "", "99999999999", "9223372036854775808", "01", "+1"];
const typeNames = ["string", "STRING", "list", "hash", "set", "zset", "stream", "nonsense", ""];

export function drawBitOffset(chance: Chance): string {
  if (chance.oneIn(12)) return chance.pick(junkNumbers);
  if (chance.oneIn(16)) return chance.pick(oddBitOffsets);
  if (chance.oneIn(800)) return chance.pick(farBitOffsets);
  return String(chance.oneIn(6) ? chance.below(20_000) : chance.below(200));
}

export function drawByteOffset(chance: Chance): string {
  if (chance.oneIn(12)) return chance.pick(junkNumbers);
  if (chance.oneIn(14)) return chance.pick(oddByteOffsets);
  if (chance.oneIn(800)) return "1048575";
  return String(chance.oneIn(6) ? chance.below(2000) : chance.below(70));
}

export function drawBitfieldType(chance: Chance): string {
  if (chance.oneIn(12)) return chance.pick(oddFieldTypes);
  if (chance.oneIn(2)) return chance.pick(fieldTypes);
  return chance.oneIn(2) ? `i${chance.between(1, 64)}` : `u${chance.between(1, 63)}`;
}

export function drawBitfieldOffset(chance: Chance): string {
  if (chance.oneIn(15)) return chance.pick(oddFieldOffsets);
  if (chance.oneIn(1500)) return "8388600";
  return chance.oneIn(2) ? `#${chance.below(12)}` : String(chance.below(300));
}

export function drawBit(chance: Chance): string {
  return chance.oneIn(15) ? chance.pick(oddBits) : chance.oneIn(2) ? "0" : "1";
}

export function drawCursor(chance: Chance): string {
  return chance.oneIn(2) ? "0" : chance.pick(cursors);
}

export function drawDb(chance: Chance): string {
  if (chance.oneIn(10)) return chance.pick(oddDbs);
  return String(chance.oneIn(4) ? chance.below(16) : chance.below(3));
}

export function drawTypeName(chance: Chance): string {
  return chance.pick(typeNames);
}
