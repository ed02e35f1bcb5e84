// HyperLogLogs: the cases of PFADD, PFCOUNT, PFMERGE and their debugging commands.

import type { Case, Exemptions } from "./case.ts";

const numbers = Array.from({ length: 2000 }, (_, i) => i).join(" ");

export const hyperloglogCases: readonly Case[] = [
  {
    name: "elements are added and counted, and the count is kept in the value",
    calls: [
      "PFADD h",
      "GET h",
      "PFADD h",
      "PFADD h a b c",
      "GET h",
      "PFCOUNT h",
      "GET h",
      "PFADD h a",
      'PFADD h "" "\\x00\\xff"',
      "PFCOUNT h",
      "PFCOUNT none",
      "TYPE h",
      "OBJECT ENCODING h",
    ],
  },
  {
    name: "several are counted together and merged",
    calls: [
      "PFADD a 1 2 3",
      "PFADD b 3 4 5",
      "PFCOUNT a b",
      "PFCOUNT a b none",
      "PFMERGE c a b none",
      "PFCOUNT c",
      "GET c",
      "PFMERGE a b",
      "PFCOUNT a",
      "PFMERGE new",
      "PFCOUNT new",
    ],
  },
  {
    name: "many elements make it dense",
    calls: [
      "PFADD h a b",
      "PFDEBUG ENCODING h",
      "PFDEBUG DECODE h",
      `PFADD h ${numbers}`,
      "PFDEBUG ENCODING h",
      "PFDEBUG DECODE h",
      "PFCOUNT h",
      "STRLEN h",
      "GET h",
      "PFADD s a",
      "PFMERGE s h",
      "PFCOUNT s",
      "PFADD t a",
      "PFDEBUG TODENSE t",
      "PFDEBUG TODENSE t",
      "PFDEBUG GETREG t",
    ],
  },
  {
    name: "what is none, or a broken one",
    calls: [
      "SET k v",
      "PFADD k a",
      "PFCOUNT k",
      "PFCOUNT none k",
      "PFMERGE none k",
      "EXISTS none",
      "SETBIT b 0 1",
      "PFADD b",
      'SET h "HYLL\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x80\\x7f\\xfe"',
      "PFCOUNT h",
      "PFCOUNT h none",
      "PFMERGE none h",
      "PFDEBUG TODENSE h",
      "PFDEBUG ENCODING none",
      "PFDEBUG NOPE h",
    ],
  },
];

export const hyperloglogExemptions: Exemptions = {
  pfselftest: "stops a stock server for more than a second",
};
