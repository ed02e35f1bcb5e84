// BITCOUNT: how many bits are set, in all or between two positions counted in bytes or in bits.

import type { OracleCommand } from "../../command.ts";
import { int64 } from "../../numbers.ts";
import { integer } from "../../reply.ts";
import { notAnInteger, stringAt, syntaxError, wrongType } from "../../strings.ts";
import { positions } from "./bits.ts";

export const bitcount: OracleCommand = {
  name: "bitcount",
  arity: -2,
  class: "exact",
  run(call) {
    const { words } = call;
    const entry = stringAt(call, words[1] as string);
    // Redis 7.0 looks at the key before the range, so a missing key hides what is wrong with that.
    if (entry === undefined) return integer(0);
    if (entry === "wrong type") return wrongType;
    const { value } = entry;
    if (words.length === 2) return integer(count(value, 0, value.length * 8 - 1));
    if (words.length !== 4 && words.length !== 5) return syntaxError;
    const start = int64(words[2] as string);
    const end = int64(words[3] as string);
    if (start === undefined || end === undefined) return notAnInteger;
    // Crossed from the end: 0 before the unit is looked at.
    if (start < 0n && end < 0n && start > end) return integer(0);
    const unit = (words[4] ?? "BYTE").toUpperCase();
    if (unit !== "BYTE" && unit !== "BIT") return syntaxError;
    const width = unit === "BIT" ? 1 : 8;
    const range = positions(start, end, (value.length * 8) / width);
    if (range === undefined) return integer(0);
    return integer(count(value, range[0] * width, (range[1] + 1) * width - 1));
  },
};

// Bits in [first, last]: whole bytes, but for what the ends leave out of theirs.
function count(value: string, first: number, last: number): number {
  let total = 0;
  for (let at = Math.floor(first / 8); at <= Math.floor(last / 8); at++) {
    let byte = value.charCodeAt(at);
    if (at === Math.floor(first / 8)) byte &= 0xff >> (first % 8);
    if (at === Math.floor(last / 8)) byte &= 0xff00 >> ((last % 8) + 1);
    for (; byte > 0; byte &= byte - 1) total++; // Takes the lowest bit away.
  }
  return total;
}
