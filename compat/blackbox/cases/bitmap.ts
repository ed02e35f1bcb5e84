// Bitmap commands: conversations.

import type { Case } from "./case.ts";

export const bitmapCases: readonly Case[] = [
  {
    name: "SETBIT and GETBIT",
    calls: [
      "SETBIT key 7 1",
      "SETBIT key 7 0",
      "SETBIT key 100 1",
      "GETBIT key 100",
      "GETBIT key 1000000",
      "STRLEN key",
      "SETBIT key 4294967296 1",
      "SETBIT key -1 1",
      "SETBIT key 1 2",
      "GETBIT key x",
    ],
  },
  {
    name: "BITCOUNT and BITPOS, by bytes and by bits",
    calls: [
      'SET key "foobar\\x00\\xff"',
      "BITCOUNT key",
      "BITCOUNT key 1 1",
      "BITCOUNT key 5 30 BIT",
      "BITCOUNT key -2 -1",
      "BITCOUNT key 1",
      "BITCOUNT none",
      "BITPOS key 1",
      "BITPOS key 0 6",
      "BITPOS key 1 6 -1 BIT",
      "BITPOS none 0",
      "BITPOS none 1",
      "BITPOS key 2",
      "BITPOS key 1 0 1 NONSENSE",
    ],
  },
  {
    name: "BITOP",
    calls: [
      "MSET a abc b abcdef",
      "BITOP AND and a b",
      "GET and",
      "BITOP OR or a b none",
      "GET or",
      "BITOP XOR xor a b",
      "GET xor",
      "BITOP NOT not a",
      "GET not",
      "BITOP NOT not a b",
      "BITOP AND gone none",
      "EXISTS gone",
      "BITOP NONSENSE to a",
    ],
  },
  {
    name: "BITFIELD and BITFIELD_RO",
    calls: [
      "BITFIELD key SET u8 0 255 GET u4 0 INCRBY i5 #1 1",
      "BITFIELD key OVERFLOW SAT INCRBY u2 0 3 OVERFLOW FAIL INCRBY u2 0 3 OVERFLOW WRAP INCRBY u2 0 3",
      "BITFIELD key GET u64 0",
      "BITFIELD key SET i64 #1 -1",
      "BITFIELD_RO key GET i64 #1 GET u1 3",
      "BITFIELD_RO key SET u8 0 1",
      "BITFIELD key OVERFLOW NONSENSE",
      "BITFIELD key",
    ],
  },
];
